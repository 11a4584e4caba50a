/** Parses flags and environment into one validated value. A flag wins over the environment. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { DEFAULTS, type Settings } from '../server/settings.ts';
import {
  addressOrNetwork,
  databaseUrl,
  decimal,
  type Given,
  lineTarget,
  listenAddress,
  oneOf,
  origin,
  path,
  printable,
  redisUrl,
  SettingError,
  settingError,
  socketPath,
  verbosity,
  wholeNumber,
} from './setting-values.ts';
import { tlsFiles } from './tls-files.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

interface Spelling {
  readonly env: string;
  readonly short?: string;
  readonly many?: true;
}

/** Only the names; `parseSettings` says which values are allowed. */
const SPELLINGS = {
  port: { env: 'PORT', short: 'p' },
  bind: { env: 'SALON_BIND', short: 'b' },
  'unix-socket': { env: 'SALON_UNIX_SOCKET', short: 'u' },
  verbosity: { env: 'SALON_VERBOSITY', short: 'v' },
  data: { env: 'SALON_DATA' },
  'database-url': { env: 'DATABASE_URL' },
  'redis-url': { env: 'REDIS_URL' },
  origin: { env: 'SALON_ORIGIN', many: true },
  'trust-proxy': { env: 'SALON_TRUST_PROXY', many: true },
  'tls-cert': { env: 'SALON_TLS_CERT' },
  'tls-key': { env: 'SALON_TLS_KEY' },
  history: { env: 'SALON_HISTORY' },
  signup: { env: 'SALON_SIGNUP' },
  'signups-per-hour': { env: 'SALON_SIGNUPS_PER_HOUR' },
  'message-rate': { env: 'SALON_MESSAGE_RATE' },
  'message-burst': { env: 'SALON_MESSAGE_BURST' },
  'leave-grace': { env: 'SALON_LEAVE_GRACE' },
  'sockets-per-person': { env: 'SALON_SOCKETS_PER_PERSON' },
  throttle: { env: 'SALON_THROTTLE' },
  'access-log': { env: 'SALON_ACCESS_LOG' },
} as const satisfies Record<string, Spelling>;

export type SettingName = keyof typeof SPELLINGS;

const HISTORY_MAX = 50;
const GRACE_MAX_S = 60;
const RATE_MAX = 1_000_000;

/** Settings of the commands that work on the data and do not serve. */
const COMMAND_SETTINGS: readonly SettingName[] = ['data', 'verbosity', 'database-url', 'redis-url'];

export function parseSettings(args: readonly string[], env: Environment): Settings {
  const { given, positionals } = readArguments(args, env, NO_EXTRA_OPTIONS);
  if (positionals[0] !== undefined) throw unknownArgument(positionals[0]);
  const seconds = optional(given('leave-grace'), (it) => decimal(it, 0, GRACE_MAX_S));
  return {
    port: optional(given('port'), (it) => wholeNumber(it, 0, 65_535)) ?? DEFAULTS.port,
    bind: optional(given('bind'), listenAddress) ?? DEFAULTS.bind,
    unixSocket: optional(given('unix-socket'), socketPath) ?? DEFAULTS.unixSocket,
    verbosity: optional(given('verbosity'), verbosity) ?? DEFAULTS.verbosity,
    data: optional(given('data'), path) ?? DEFAULTS.data,
    ...backends(given),
    origins: given.all('origin').map(origin),
    trustProxy: given.all('trust-proxy').map(addressOrNetwork),
    tls: tls(given('tls-cert'), given('tls-key')),
    history: optional(given('history'), (it) => wholeNumber(it, 0, HISTORY_MAX)) ?? DEFAULTS.history,
    signup: optional(given('signup'), (it) => oneOf(it, ['open', 'closed'])) ?? DEFAULTS.signup,
    signupsPerHour:
      optional(given('signups-per-hour'), (it) => wholeNumber(it, 0, RATE_MAX)) ?? DEFAULTS.signupsPerHour,
    messageRate: optional(given('message-rate'), (it) => decimal(it, 0, RATE_MAX)) ?? DEFAULTS.messageRate,
    messageBurst: optional(given('message-burst'), (it) => wholeNumber(it, 1, RATE_MAX)) ?? DEFAULTS.messageBurst,
    leaveGraceMs: seconds === undefined ? DEFAULTS.leaveGraceMs : Math.round(seconds * 1000),
    socketsPerPerson:
      optional(given('sockets-per-person'), (it) => wholeNumber(it, 0, RATE_MAX)) ?? DEFAULTS.socketsPerPerson,
    throttle: optional(given('throttle'), (it) => oneOf(it, ['on', 'off']) === 'on') ?? DEFAULTS.throttle,
    accessLog: optional(given('access-log'), lineTarget) ?? DEFAULTS.accessLog,
  };
}

export interface CommandArguments {
  readonly settings: Settings;
  readonly words: readonly string[];
  readonly switches: ReadonlySet<string>;
  /** The value of one of the command's own options. */
  value(name: string): Given | undefined;
}

/** For a command that works on the data: its own words, switches and values, and the data directory. */
export function parseCommandArguments(
  args: readonly string[],
  env: Environment,
  switches: readonly string[],
  values: readonly string[] = [],
): CommandArguments {
  const parsed = readArguments(args, env, { switches, values }, COMMAND_SETTINGS);
  const { given, positionals } = parsed;
  const settings: Settings = {
    ...DEFAULTS,
    ...backends(given),
    verbosity: optional(given('verbosity'), verbosity) ?? DEFAULTS.verbosity,
    data: optional(given('data'), path) ?? DEFAULTS.data,
  };
  return { settings, words: positionals, switches: parsed.switches, value: parsed.value };
}

export function unknownArgument(word: string): SettingError {
  return new SettingError(`Unknown argument ${printable(word)}.`);
}

interface Lookup {
  (name: SettingName): Given | undefined;
  all(name: SettingName): readonly Given[];
}

/** Options of a command that are no settings. */
interface ExtraOptions {
  readonly switches: readonly string[];
  readonly values: readonly string[];
}

const NO_EXTRA_OPTIONS: ExtraOptions = { switches: [], values: [] };

function readArguments(
  args: readonly string[],
  env: Environment,
  extra: ExtraOptions,
  names: readonly SettingName[] = settingNames(),
): Pick<CommandArguments, 'switches' | 'value'> & { given: Lookup; positionals: readonly string[] } {
  const { values, positionals } = parseOptions(args, names, extra);
  const all = (name: SettingName): readonly Given[] => {
    const typed = values.get(name);
    if (Array.isArray(typed)) return typed.map((text) => nonEmpty({ name: `--${name}`, text: String(text) }));
    return fromEnvironment(name, env);
  };
  const given: Lookup = Object.assign((name: SettingName) => all(name).at(-1), { all });
  const value = (name: string): Given | undefined => {
    const text = values.get(name);
    return typeof text === 'string' ? nonEmpty({ name: `--${name}`, text }) : undefined;
  };
  return { given, positionals, value, switches: new Set(extra.switches.filter((name) => values.get(name) === true)) };
}

function parseOptions(args: readonly string[], names: readonly SettingName[], extra: ExtraOptions) {
  const options: ParseArgsOptionsConfig = Object.fromEntries([
    ...names.map((name) => [name, { type: 'string', multiple: true, ...shortOf(SPELLINGS[name]) }] as const),
    ...extra.switches.map((name) => [name, { type: 'boolean' }] as const),
    ...extra.values.map((name) => [name, { type: 'string' }] as const),
  ]);
  try {
    const { values, positionals } = parseArgs({ args, options, strict: true, allowPositionals: true });
    return { values: new Map<string, unknown>(Object.entries(values)), positionals };
  } catch (error) {
    throw new SettingError(firstSentence(error));
  }
}

function shortOf(spelling: Spelling): { short?: string } {
  return spelling.short === undefined ? {} : { short: spelling.short };
}

function fromEnvironment(name: SettingName, env: Environment): readonly Given[] {
  const spelling: Spelling = SPELLINGS[name];
  const text = env[spelling.env];
  // In a compose file an unset variable is an empty one.
  if (text === undefined || text === '') return [];
  const texts = spelling.many ? text.split(/[\s,]+/).filter((part) => part !== '') : [text];
  return texts.map((each) => ({ name: spelling.env, text: each }));
}

function nonEmpty(given: Given): Given {
  if (given.text === '') throw settingError(given, 'is empty: give it a value or leave the flag out');
  return given;
}

function optional<T>(given: Given | undefined, parse: (given: Given) => T): T | undefined {
  return given === undefined ? undefined : parse(given);
}

function tls(cert: Given | undefined, key: Given | undefined): Settings['tls'] {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) {
    throw new SettingError(`${(cert ?? key)?.name}: TLS needs both --tls-cert FILE and --tls-key FILE.`);
  }
  return tlsFiles(cert, key);
}

function backends(given: Lookup): Pick<Settings, 'databaseUrl' | 'redisUrl'> {
  const [database, redis] = [given('database-url'), given('redis-url')];
  if (redis !== undefined && database === undefined) {
    throw new SettingError(
      `${redis.name}: Redis connects several processes, which need one PostgreSQL: set DATABASE_URL too, or leave ${redis.name} out.`,
    );
  }
  return {
    databaseUrl: optional(database, databaseUrl) ?? DEFAULTS.databaseUrl,
    redisUrl: optional(redis, redisUrl) ?? DEFAULTS.redisUrl,
  };
}

function firstSentence(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return `${text.split(/\.(?:\s|$)|\n/)[0]}.`;
}

export function settingNames(): SettingName[] {
  const names: SettingName[] = [];
  for (const name in SPELLINGS) if (isSettingName(name)) names.push(name);
  return names;
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SPELLINGS, name);
}

export function environmentName(name: SettingName): string {
  return SPELLINGS[name].env;
}
