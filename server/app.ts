/** The composition root: the parts of Salon, how it starts, and the order in which it stops. */
import { join } from 'node:path';
import type { Log } from '../channels/log.ts';
import { hostGuard } from '../channels/middleware/hosts.ts';
import { originGuard } from '../channels/middleware/origin.ts';
import { socketRouter } from '../channels/routing.ts';
import type { HttpApplication, SocketApplication } from '../channels/scope.ts';
import { type Server, serve } from '../channels/server/server.ts';
import { version } from '../package.json' with { type: 'json' };
import { FRAME_BYTES } from '../protocol/limits.ts';
import { CLOSE } from '../protocol/refusals.ts';
import { accessLog } from './access-log.ts';
import { setupLink } from './accounts/admin-setup.ts';
import { Assets } from './assets/assets.ts';
import { type OpenChatServices, openChatServices } from './chat-services.ts';
import { BODY_BYTES } from './http/body.ts';
import { Csrf } from './http/csrf.ts';
import { ownHosts, ownOrigins } from './http/guards.ts';
import { httpApplication } from './http/http-application.ts';
import { securityHeaders } from './http/security-headers.ts';
import { Pages } from './pages/pages.ts';
import { DrillRooms } from './rooms/drill-room.ts';
import { accountRoutes } from './routes/account-routes.ts';
import { pageRoutes } from './routes/page-routes.ts';
import { roomRoutes } from './routes/room-routes.ts';
import { chatSocket, lobbySocket } from './routes/socket-routes.ts';
import { openServices, type Services } from './services.ts';
import { Authenticator } from './sessions/authenticator.ts';
import type { Settings } from './settings.ts';

const ROOT = join(import.meta.dir, '..');
/** After a restart clients come back from RETURN_AFTER_MS on, spread over RETURN_SPREAD_MS. */
const RETURN_AFTER_MS = 500;
const RETURN_SPREAD_MS = 2_000;
/** Time for requests under way to finish; a request that its client never completes does not delay the stop further. */
const REQUEST_MS = 500;
/** A client that lost the server without a close frame, and failed to reconnect once, tries again within this time. */
const RETRY_WITHIN_MS = 5_000;

export interface Salon extends Services {
  readonly url: string;
  readonly port: number;
  readonly drillRooms: DrillRooms;
  /** Path and token of the page that makes the administrator's account; null when there is one. */
  readonly setupLink: string | null;
  stop(): Promise<void>;
}

/** Throws a StoreError or a ListenError, whose message is one line for the operator. */
export async function startSalon(settings: Settings, log: Log): Promise<Salon> {
  const services = await openServices(settings, log);
  try {
    return await open(services, settings, log);
  } catch (error) {
    await services.close();
    throw error;
  }
}

async function open(services: Services, settings: Settings, log: Log): Promise<Salon> {
  const returnMs = Math.max(RETURN_AFTER_MS + RETURN_SPREAD_MS, RETRY_WITHIN_MS);
  const chat = await openChatServices(services, settings, { version, returnMs, log });
  const authenticator = new Authenticator(services.store);
  const drillRooms = await new DrillRooms(services.store, services.layer, chat.onError).open();
  let isReady = true;
  services.failed.then(() => {
    isReady = false;
  });
  const http = await routes(services, chat, authenticator, settings, log, () => isReady);
  const server = await listen(services, settings, log, http, sockets(chat, authenticator, settings, log));
  return {
    ...services,
    url: server.url,
    port: server.port,
    drillRooms: drillRooms,
    setupLink: await setupLink(services.store),
    stop: async () => {
      isReady = false;
      await drillRooms.stop();
      await services.accounts.stop();
      await chat.drain();
      await server.stop({ retryAfterMs: RETURN_AFTER_MS, spreadMs: RETURN_SPREAD_MS, requestMs: REQUEST_MS });
      await chat.close();
      await services.close();
    },
  };
}

async function routes(
  { store, accounts }: Services,
  chat: OpenChatServices,
  authenticator: Authenticator,
  { signup, origins }: Settings,
  log: Log,
  isReady: () => boolean,
): Promise<HttpApplication> {
  const assets = await Assets.load(ROOT);
  const { style, scripts } = assets;
  const pages = await Pages.load({ directory: join(ROOT, 'web', 'pages'), version, signup, style, scripts });
  const csrf = new Csrf(store.secret);
  return httpApplication({
    routes: [
      ...pageRoutes({ store, pages, isReady }),
      ...accountRoutes({ accounts, csrf, pages, version }),
      ...roomRoutes(chat),
    ],
    origins,
    authenticator,
    csrf,
    assets,
    pages,
    log,
  });
}

function sockets(
  chat: OpenChatServices,
  authenticator: Authenticator,
  { origins }: Settings,
  log: Log,
): SocketApplication {
  const identify = authenticator.identify.bind(authenticator);
  const router = socketRouter(
    [
      ['/ws/chat/:room/', chatSocket(chat, identify)],
      ['/ws/lobby/', lobbySocket(chat, identify)],
    ],
    log,
  );
  const guarded = originGuard((scope) => ownOrigins(scope, origins), router, log);
  return hostGuard(ownHosts(origins), guarded, log);
}

function listen(
  { layer }: Services,
  settings: Settings,
  log: Log,
  http: HttpApplication,
  websocket: SocketApplication,
): Promise<Server> {
  const { unixSocket, port, bind, tls, trustProxy } = settings;
  return serve({
    http,
    websocket,
    layer,
    log,
    listen: unixSocket === null ? { port, hostname: bind } : { unix: unixSocket },
    ...(tls === null ? {} : { tls: { cert: Bun.file(tls.cert), key: Bun.file(tls.key) } }),
    trustProxy,
    ownHeaders: Object.fromEntries(securityHeaders(tls === null ? 'http' : 'https')),
    // Larger than what a route reads, so that the route refuses a large body, with a message.
    limits: { bodyBytes: 2 * BODY_BYTES, frameBytes: FRAME_BYTES },
    closeCodes: { slow: CLOSE.slow, fault: CLOSE.fault, restart: CLOSE.restart },
    accessLog: bothOf(log.debug, settings.accessLog === null ? null : accessLog(settings.accessLog)),
  });
}

function bothOf(log: (line: string) => void, file: ((line: string) => void) | null): (line: string) => void {
  return (line) => {
    log(line);
    file?.(line);
  };
}
