import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

export type ListenOptions = { readonly port: number; readonly hostname: string } | { readonly unix: string };

/** The address cannot be listened on; the message is one line for the operator. */
export class ListenError extends Error {}

/**
 * Resolves when a server can listen there, else throws a ListenError. The runtime's own check is not reliable: with shared
 * ports a second server starts on a taken port without an error. A unix socket left behind by a dead process is removed;
 * one that accepts connections is not.
 */
export async function checkListenable(listen: ListenOptions): Promise<void> {
  if ('unix' in listen) return probeUnix(listen.unix);
  if (listen.port !== 0) await bindOnce(listen.port, listen.hostname);
}

/** The system's error in words for the operator; null for an error that is not about listening. */
export function listenError(listen: ListenOptions, error: unknown): ListenError | null {
  const reason = REASONS.get(codeOf(error));
  return reason === undefined ? null : new ListenError(`${placeOf(listen)}: ${reason}`);
}

const REASONS = new Map([
  ['EADDRINUSE', 'another program listens there already'],
  ['EACCES', 'this user is not allowed to listen there'],
  ['EPERM', 'this user is not allowed to listen there'],
  ['EADDRNOTAVAIL', 'this machine has no such address'],
  ['ENOTFOUND', 'this machine has no such address'],
  ['EINVAL', 'this is no place to listen on'],
  ['ENAMETOOLONG', 'the path is too long for a socket'],
  ['ENOENT', 'there is no such directory'],
  ['ENOTDIR', 'there is no such directory'],
]);

function placeOf(listen: ListenOptions): string {
  return 'unix' in listen ? listen.unix : `port ${listen.port} of ${listen.hostname}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function unknownListenError(listen: ListenOptions): ListenError {
  return new ListenError(`${placeOf(listen)}: cannot listen there`);
}

async function bindOnce(port: number, hostname: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const server = createServer();
  server.once('error', (error) =>
    reject(listenError({ port, hostname }, error) ?? unknownListenError({ port, hostname })),
  );
  server.listen({ port, host: hostname, exclusive: true }, () => server.close(() => resolve()));
  return promise;
}

/** Only a socket that accepts no connection is removed: a path given by mistake may be a file that is needed. */
async function probeUnix(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isSocket()) throw new ListenError(`${path}: there is something that is not a socket`);
  if (await acceptsConnections(path)) throw new ListenError(`${path}: another program listens there already`);
  await unlink(path);
}

function acceptsConnections(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path, () => resolve(true));
  socket.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'));
  return promise.finally(() => socket.destroy());
}
