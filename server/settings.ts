/** The operator's settings, validated. Each has a flag and an environment variable; docs/self-hosting.md lists them. */
export interface Settings {
  readonly port: number;
  readonly bind: string;
  readonly unixSocket: string | null;
  readonly verbosity: 0 | 1 | 2 | 3;
  readonly data: string;
  /** PostgreSQL in place of the embedded database; null: the embedded one. */
  readonly databaseUrl: string | null;
  /** Connects several processes on one PostgreSQL; null: this process is alone. */
  readonly redisUrl: string | null;
  readonly origins: readonly string[];
  /** CIDRs or addresses of proxies whose X-Forwarded-For and -Proto are trusted. */
  readonly trustProxy: readonly string[];
  readonly tls: { readonly cert: string; readonly key: string } | null;
  /** Messages that a new member of a room is sent (S32). */
  readonly history: number;
  readonly signup: 'open' | 'closed';
  /** Accounts an hour that can be made from one address; 0 = no limit. */
  readonly signupsPerHour: number;
  /** Messages a second and user, 0 = no limit; and how many at once. */
  readonly messageRate: number;
  readonly messageBurst: number;
  readonly leaveGraceMs: number;
  /** 0 = no limit. */
  readonly socketsPerPerson: number;
  readonly throttle: boolean;
  /** A file, `-` for standard output, null for none. */
  readonly accessLog: string | null;
}

export const DEFAULTS: Settings = {
  port: 8000,
  bind: '127.0.0.1',
  unixSocket: null,
  verbosity: 1,
  data: './data',
  databaseUrl: null,
  redisUrl: null,
  origins: [],
  trustProxy: [],
  tls: null,
  history: 3,
  signup: 'open',
  signupsPerHour: 60,
  messageRate: 10,
  messageBurst: 20,
  leaveGraceMs: 2_000,
  socketsPerPerson: 20,
  throttle: true,
  accessLog: null,
};
