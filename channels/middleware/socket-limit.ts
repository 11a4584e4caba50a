import { type Consumer, Denied, type Socket } from '../consumer.ts';
import type { Log } from '../log.ts';
import type { Scope, SocketApplication } from '../scope.ts';

export interface SocketLimit<S> {
  readonly most: number;
  /** Whose sockets are counted together: a person's, an address's. */
  readonly keyOf: (scope: S) => string;
  readonly log?: Log;
}

/** A guard around sockets: one more than `most` for a key is refused with 429. A handshake under way counts. */
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
    return counted(consumer, () => {
      const count = open.get(key) ?? 0;
      if (count >= most) refuse();
      open.set(key, count + 1);
      return () => uncount(open, key);
    });
  };
}

/** The signal tells of every ending, that of a handshake too. */
function counted(consumer: Consumer, count: () => () => void): Consumer {
  return {
    connect(socket: Socket) {
      socket.signal.addEventListener('abort', count(), { once: true });
      return consumer.connect(socket);
    },
    ...(consumer.receive && { receive: consumer.receive.bind(consumer) }),
    ...(consumer.disconnect && { disconnect: consumer.disconnect.bind(consumer) }),
    ...(consumer.handlers && { handlers: consumer.handlers }),
  };
}

function uncount(open: Map<string, number>, key: string): void {
  const left = (open.get(key) ?? 0) - 1;
  if (left > 0) open.set(key, left);
  else open.delete(key);
}
