/** `salon serve`: starts the server, prints how to reach it, and stops it. */
import type { EventEmitter } from 'node:events';
import { networkInterfaces } from 'node:os';
import { createLog, faultLine, type Log } from '../channels/log.ts';
import { shutdownRequested } from '../channels/server/signals.ts';
import { type Salon, startSalon } from '../server/app.ts';
import { type Control, openControl } from '../server/control/control-socket.ts';
import { DrillReservation } from '../server/control/drill-reservation.ts';
import { listenAddressOf } from '../server/listen-address.ts';
import { operatorLine } from '../server/operator-error.ts';
import type { Settings } from '../server/settings.ts';

const ADDRESSES_SHOWN = 3;

/** Returns the exit code. */
export async function runServeCommand(settings: Settings): Promise<number> {
  const shutdown = shutdownRequested().then(() => null);
  const log = createLog(settings.verbosity);
  const salon = await startSalon(settings, log);
  // Only now: an error during the start may end the process.
  const uncaught = firstUncaughtError(process, log);
  ignoreStreamErrors(process.stdout, process.stderr);
  const control = openControlOrWarn(settings, salon, log);
  for (const line of startUpLines(settings, salon)) console.log(line);
  const fault = await Promise.race([shutdown, salon.failed, uncaught]);
  await control?.stop();
  if (fault !== null) console.error(`salon: ${operatorLine(fault) ?? faultLine(fault)}`);
  await salon.stop();
  return fault === null ? 0 : 1;
}

/**
 * An unhandled rejection concerns one operation: it is logged, and the server goes on. After an uncaught exception the
 * state of the process is unknown: the promise resolves, and the server should stop gracefully.
 */
export function firstUncaughtError(program: EventEmitter, log: Log): Promise<Error> {
  const { promise, resolve } = Promise.withResolvers<Error>();
  program.on('unhandledRejection', (reason: unknown) => log.error(`unhandled rejection: ${faultLine(reason)}`));
  program.on('uncaughtException', (error: unknown) => {
    log.error(`uncaught exception: ${faultLine(error)}`);
    resolve(error instanceof Error ? error : new Error(String(error)));
  });
  return promise;
}

/** A closed terminal or a full disk must not end the process: what is printed there is lost. */
export function ignoreStreamErrors(...streams: readonly EventEmitter[]): void {
  for (const stream of streams) stream.on('error', () => {});
}

/** Other commands reach PostgreSQL themselves; no lock says which of several processes would own the socket. */
function openControlOrWarn(settings: Settings, salon: Salon, log: Log): Control | null {
  if (settings.databaseUrl !== null) return null;
  try {
    const reservation = new DrillReservation(salon.drillRooms, () => listenAddressOf(settings, salon.port), log);
    return openControl(settings.data, salon, log, reservation);
  } catch (error) {
    log.warn(
      `no control socket, so other commands cannot reach this server: ${operatorLine(error) ?? faultLine(error)}`,
    );
    return null;
  }
}

export function startUpLines(settings: Settings, salon: Pick<Salon, 'url' | 'port' | 'setupLink'>): string[] {
  const lines = [`Salon is open at ${settings.unixSocket ?? salon.url}`, ...reachabilityLines(settings, salon)];
  if (salon.setupLink !== null) {
    lines.push(`Make the administrator's account, once, here: ${setupAddress(salon.setupLink, salon.url, settings)}`);
  }
  return [...lines, 'Ctrl-C stops it.'];
}

/** At the address of `--origin`, since a form sent from any other origin is refused. */
function setupAddress(link: string, url: string, settings: Settings): string {
  if (settings.origins[0] !== undefined) return new URL(link, settings.origins[0]).href;
  if (settings.unixSocket !== null) return `${link} (behind the address of your proxy)`;
  const address = new URL(link, url);
  // 0.0.0.0 and :: are no addresses to open.
  if (listensEverywhere(settings)) address.hostname = lanAddresses()[0] ?? 'localhost';
  return address.href;
}

function listensEverywhere({ bind }: Settings): boolean {
  return bind === '0.0.0.0' || bind === '::';
}

function reachabilityLines(settings: Settings, salon: Pick<Salon, 'port'>): string[] {
  if (settings.origins.length > 0) return [`People open ${settings.origins.join(' or ')}`];
  if (settings.unixSocket !== null) return [];
  if (listensEverywhere(settings)) {
    const scheme = settings.tls === null ? 'http' : 'https';
    return lanAddresses().map((address) => `On your network: ${scheme}://${address}:${salon.port}`);
  }
  if (!/^(localhost|::1|127\..*)$/.test(settings.bind)) return [];
  return ['Only this computer reaches it. To let others on your network in, start it with: -b 0.0.0.0'];
}

function lanAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const outward = all.filter((each) => !each.internal && each.family === 'IPv4');
  return outward.map((each) => each.address).slice(0, ADDRESSES_SHOWN);
}
