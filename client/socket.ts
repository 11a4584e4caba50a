/** One socket, as far as a connection needs to know it. */
export interface Wire {
  send(text: string): void;
  close(): void;
}

export interface Ears {
  opened(): void;
  heard(text: string): void;
  closed(code: number, reason: string): void;
}

export function openWire(address: string, ears: Ears): Wire {
  const socket = new WebSocket(address);
  socket.onopen = () => ears.opened();
  socket.onmessage = (event: MessageEvent<unknown>) => ears.heard(String(event.data));
  socket.onclose = (event) => ears.closed(event.code, event.reason);
  return { send: (text) => socket.send(text), close: () => socket.close() };
}
