import { lstat, unlink } from 'node:fs/promises';
import { connect, createServer } from 'node:net';

export type Listen = { readonly port: number; readonly hostname: string } | { readonly unix: string };

/** Nobody can listen there; the message is one line for a person. */
export class ListenError extends Error {}

/**
 * Resolves when a server can listen there, else throws a ListenProblem. The runtime's own answer cannot be relied on: with
 * shared ports a second server on a taken one starts without an error. A unix socket left behind by a process that is
 * gone is removed; one on which somebody answers is not.
 */
export async function probe(listen: Listen): Promise<void> {
  if ('unix' in listen) return probeUnix(listen.unix);
  if (listen.port !== 0) await bindOnce(listen.port, listen.hostname);
}

/** What the system said, in a person's words; null for an error that is not about listening. */
export function listenError(listen: Listen, error: unknown): ListenError | null {
  const said = WORDS.get(codeOf(error));
  return said === undefined ? null : new ListenError(`${placeOf(listen)}: ${said}`);
}

const WORDS = new Map([
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

function placeOf(listen: Listen): string {
  return 'unix' in listen ? listen.unix : `port ${listen.port} of ${listen.hostname}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function unknownProblem(listen: Listen): ListenError {
  return new ListenError(`${placeOf(listen)}: cannot listen there`);
}

async function bindOnce(port: number, hostname: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const server = createServer();
  server.once('error', (error) => reject(listenError({ port, hostname }, error) ?? unknownProblem({ port, hostname })));
  server.listen({ port, host: hostname, exclusive: true }, () => server.close(() => resolve()));
  return promise;
}

/** Only what is a socket and answers nobody is removed: a path given by mistake may be a file that somebody needs. */
async function probeUnix(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isSocket()) throw new ListenError(`${path}: there is something that is not a socket`);
  if (await isAnswered(path)) throw new ListenError(`${path}: another program listens there already`);
  await unlink(path);
}

function isAnswered(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path, () => resolve(true));
  socket.once('error', (error) => resolve(codeOf(error) !== 'ECONNREFUSED'));
  return promise.finally(() => socket.destroy());
}
