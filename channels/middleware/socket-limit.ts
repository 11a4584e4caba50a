import { type Consumer, Denied, type Socket } from '../consumer.ts';
import type { Log } from '../log.ts';
import type { Scope, SocketApplication } from '../scope.ts';

export interface SocketLimit<S> {
  readonly most: number;
  /** Sockets with the same key count together: those of a user, of an address. */
  readonly keyOf: (scope: S) => string;
  readonly log?: Log;
}

/** A guard around sockets: refuses with 429 more than `most` for a key. A handshake under way counts. */
export function limitSockets<S extends Scope>(
  { most, keyOf, log }: SocketLimit<S>,
  application: SocketApplication<S>,
): SocketApplication<S> {
  const open = new Map<string, number>();
  return async (scope) => {
    const key = keyOf(scope);
    const refuse = (): never => {
      log?.info(`${scope.client} ${scope.path}: refused, ${most} sockets already`);
      throw new Denied(429, { 'retry-after': '5' });
    };
    if ((open.get(key) ?? 0) >= most) refuse();
    const consumer = await application(scope);
    return withCount(consumer, () => {
      const count = open.get(key) ?? 0;
      if (count >= most) refuse();
      open.set(key, count + 1);
      return () => decrement(open, key);
    });
  };
}

/** The signal is aborted at every ending, that of a handshake too. */
function withCount(consumer: Consumer, countOne: () => () => void): Consumer {
  return {
    connect(socket: Socket) {
      socket.signal.addEventListener('abort', countOne(), { once: true });
      return consumer.connect(socket);
    },
    ...(consumer.receive && { receive: consumer.receive.bind(consumer) }),
    ...(consumer.disconnect && { disconnect: consumer.disconnect.bind(consumer) }),
    ...(consumer.handlers && { handlers: consumer.handlers }),
  };
}

function decrement(open: Map<string, number>, key: string): void {
  const left = (open.get(key) ?? 0) - 1;
  if (left > 0) open.set(key, left);
  else open.delete(key);
}
