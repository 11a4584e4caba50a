import { isIP } from 'node:net';
import { Denied } from '../consumer.ts';
import type { Log } from '../log.ts';
import type { Scope } from '../scope.ts';

/** A Host header that can be a host: a name or an address, perhaps with a port. Two headers arrive joined by a comma. */
export function isHostForm(host: string): boolean {
  const [, bracketed, name, port] = HOST.exec(host) ?? [];
  if (bracketed !== undefined && isIP(bracketed) !== 6) return false;
  if (bracketed === undefined && name === undefined) return false;
  return port === undefined || Number(port) <= 65_535;
}

/** Without its port; an IPv6 address without its brackets; lower case. */
export function hostName(host: string): string {
  const [, bracketed, name] = HOST.exec(host) ?? [];
  return (bracketed ?? name ?? '').toLowerCase();
}

/**
 * Whether a request for this Host is meant for us. A page elsewhere may point a name of its own at our address and have
 * its reader's browser talk to us; it cannot do that with an address, or with a name that only this machine resolves.
 * `allowed` holds host names, with a port or without; without one, every port is meant.
 */
export function hostAllowed(host: string, allowed: readonly string[]): boolean {
  const name = hostName(host);
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  const whole = host.toLowerCase();
  return allowed.some((other) => other.toLowerCase() === whole || other.toLowerCase() === name);
}

/** A guard around any application: 421 with `text` for a Host that is not ours. */
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
