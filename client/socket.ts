/** One socket, as far as a connection needs to know it. */
export interface PageSocket {
  send(text: string): void;
  close(): void;
}

export interface PageSocketListener {
  opened(): void;
  heard(text: string): void;
  closed(code: number, reason: string): void;
}

export function openPageSocket(address: string, ears: PageSocketListener): PageSocket {
  const socket = new WebSocket(address);
  socket.onopen = () => ears.opened();
  socket.onmessage = (event: MessageEvent<unknown>) => ears.heard(String(event.data));
  socket.onclose = (event) => ears.closed(event.code, event.reason);
  return { send: (text) => socket.send(text), close: () => socket.close() };
}
