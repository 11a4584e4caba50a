/** One WebSocket, as far as a connection needs it. */
export interface ConnectionSocket {
  send(text: string): void;
  close(): void;
}

export interface ConnectionSocketListener {
  onOpen(): void;
  onText(text: string): void;
  onClose(code: number, reason: string): void;
}

/** How a socket was closed; 1006 is a connection that broke without a close frame. */
export interface SocketClose {
  readonly code: number;
  readonly reason: string;
}

/** Opens a standard WebSocket. */
export function openWebSocket(address: string, listener: ConnectionSocketListener): ConnectionSocket {
  const socket = new WebSocket(address);
  socket.onopen = () => listener.onOpen();
  socket.onmessage = (event: MessageEvent<unknown>) => listener.onText(String(event.data));
  socket.onclose = (event) => listener.onClose(event.code, event.reason);
  return { send: (text) => socket.send(text), close: () => socket.close() };
}
