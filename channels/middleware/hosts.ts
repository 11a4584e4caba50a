import { isIP } from 'node:net';
import { Denied } from '../consumer.ts';
import type { Log } from '../log.ts';
import type { Scope } from '../scope.ts';

/** Whether a Host header is well-formed: a name or an address, with or without a port. Two headers arrive joined by a comma. */
export function isHostForm(host: string): boolean {
  const [, bracketed, name, port] = HOST.exec(host) ?? [];
  if (bracketed !== undefined && isIP(bracketed) !== 6) return false;
  if (bracketed === undefined && name === undefined) return false;
  return port === undefined || Number(port) <= 65_535;
}

/** Lower case, without the port; an IPv6 address without its brackets. */
export function hostName(host: string): string {
  const [, bracketed, name] = HOST.exec(host) ?? [];
  return (bracketed ?? name ?? '').toLowerCase();
}

/**
 * Whether this server answers to a Host. A foreign page may point a name of its own at the server's address and send
 * requests from its reader's browser (DNS rebinding); it cannot do that with an address, or with a name that only this
 * machine resolves. `allowed` holds host names, with or without a port; without one, every port is allowed.
 */
export function hostAllowed(host: string, allowed: readonly string[]): boolean {
  const name = hostName(host);
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  const whole = host.toLowerCase();
  return allowed.some((entry) => entry.toLowerCase() === whole || entry.toLowerCase() === name);
}

/** A guard around any application: 421 with `text` for a Host that is not allowed. */
export function hostGuard<S extends Scope, Answer>(
  allowed: readonly string[],
  application: (scope: S) => Answer,
  log?: Log,
  text = 'This server does not answer to this name.',
): (scope: S) => Answer {
  return (scope) => {
    if (hostAllowed(scope.host, allowed)) return application(scope);
    log?.info(`${scope.client} ${scope.path}: refused, unknown host ${scope.host}`);
    throw new Denied(421, {}, text);
  };
}

const HOST = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{1,253}))(?::(\d{1,5}))?$/;
