import { expect, test } from 'bun:test';
import { DEFAULTS, type Settings } from '../server/settings.ts';
import { SettingError } from './setting-values.ts';
import { environmentName, parseCommandArguments, parseSettings, settingNames } from './settings-parser.ts';

interface Line {
  readonly flag: string;
  readonly key: keyof Settings;
  readonly good: ReadonlyArray<readonly [text: string, value: Settings[keyof Settings]]>;
  readonly bad: readonly string[];
}

const here = import.meta.path;

const TABLE: readonly Line[] = [
  {
    flag: 'port',
    key: 'port',
    good: [
      ['0', 0],
      ['8080', 8080],
      ['65535', 65535],
    ],
    bad: ['65536', '-1', '80a', '0x50', '8e3', ' 80', '1.5', 'http'],
  },
  {
    flag: 'bind',
    key: 'bind',
    good: [
      ['0.0.0.0', '0.0.0.0'],
      ['::1', '::1'],
      ['localhost', 'localhost'],
    ],
    bad: ['256.0.0.1', '1.2.3', 'two words', 'http://x', '-b', 'a/b', '[::1]'],
  },
  {
    flag: 'unix-socket',
    key: 'unixSocket',
    good: [['/run/salon.sock', '/run/salon.sock']],
    bad: ['a\0b', 'x'.repeat(108)],
  },
  {
    flag: 'verbosity',
    key: 'verbosity',
    good: [
      ['0', 0],
      ['3', 3],
    ],
    bad: ['4', '-1', 'loud', '1.0'],
  },
  { flag: 'data', key: 'data', good: [['/srv/salon', '/srv/salon']], bad: ['a\0b'] },
  {
    flag: 'origin',
    key: 'origins',
    good: [
      ['https://chat.example.org', ['https://chat.example.org']],
      ['https://Chat.Example.org:443/', ['https://chat.example.org']],
      ['http://chat.lan:8000', ['http://chat.lan:8000']],
    ],
    bad: [
      'chat.example.org',
      'https://x.org/chat',
      'ftp://x.org',
      'null',
      '*',
      'https://me:secret@x.org',
      'https://x?y',
    ],
  },
  {
    flag: 'trust-proxy',
    key: 'trustProxy',
    good: [
      ['10.0.0.0/8', ['10.0.0.0/8']],
      ['::1', ['::1']],
      ['fd00::/8', ['fd00::/8']],
    ],
    bad: ['10.0.0.0/33', 'fd00::/129', '10.0.0/8', 'proxy', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1'],
  },
  {
    flag: 'history',
    key: 'history',
    good: [
      ['0', 0],
      ['50', 50],
    ],
    bad: ['51', '-1', 'all'],
  },
  {
    flag: 'signup',
    key: 'signup',
    good: [
      ['open', 'open'],
      ['closed', 'closed'],
    ],
    bad: ['Open', 'yes', 'toString'],
  },
  {
    flag: 'signups-per-hour',
    key: 'signupsPerHour',
    good: [
      ['0', 0],
      ['200', 200],
    ],
    bad: ['-1', '1.5', 'many'],
  },
  {
    flag: 'message-rate',
    key: 'messageRate',
    good: [
      ['0', 0],
      ['0.5', 0.5],
      ['100', 100],
    ],
    bad: ['-1', 'fast', '1e9', 'Infinity', 'NaN', '.5', '1000001'],
  },
  { flag: 'message-burst', key: 'messageBurst', good: [['1', 1]], bad: ['0', '-2', '1.5'] },
  {
    flag: 'leave-grace',
    key: 'leaveGraceMs',
    good: [
      ['0', 0],
      ['0.25', 250],
      ['60', 60_000],
    ],
    bad: ['61', '-1', '2s'],
  },
  { flag: 'sockets-per-person', key: 'socketsPerPerson', good: [['0', 0]], bad: ['-1', 'many'] },
  {
    flag: 'throttle',
    key: 'throttle',
    good: [
      ['on', true],
      ['off', false],
    ],
    bad: ['true', '0'],
  },
  {
    flag: 'access-log',
    key: 'accessLog',
    good: [
      ['-', '-'],
      ['/dev/null', '/dev/null'],
    ],
    bad: ['a\0b', '/nowhere/at/all.log', '/'],
  },
];

const variableOf = (flag: string): string => {
  const name = settingNames().find((each) => each === flag);
  if (name === undefined) throw new Error(`no setting ${flag}`);
  return environmentName(name);
};

const refusal = (args: readonly string[], env: Record<string, string> = {}): string => {
  try {
    parseSettings(args, env);
  } catch (error) {
    if (error instanceof SettingError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${args.join(' ')} ${JSON.stringify(env)}`);
};

for (const { flag, key, good, bad } of TABLE) {
  const env = variableOf(flag);

  test(`--${flag} and ${env} set ${key}`, () => {
    for (const [text, value] of good) {
      expect(parseSettings([`--${flag}=${text}`], {})[key]).toEqual(value);
      expect(parseSettings([`--${flag}`, text], {})[key]).toEqual(value);
      expect(parseSettings([], { [env]: text })[key]).toEqual(value);
    }
  });

  test(`a bad --${flag} is one line that names it, wherever it was set`, () => {
    for (const text of bad) {
      expect(refusal([`--${flag}=${text}`])).toMatch(new RegExp(`^--${flag}: [^\n]+\\.$`));
      if (!text.includes(' ')) expect(refusal([], { [env]: text })).toMatch(new RegExp(`^${env}: [^\n]+\\.$`));
    }
    expect(refusal([`--${flag}=`])).toContain(`--${flag}`);
    expect(refusal([`--${flag}`])).toContain(`--${flag}`);
  });

  test(`the flag --${flag} wins over ${env}, and an empty ${env} is none`, () => {
    const [text, value] = good[0] ?? ['', null];
    const other = good.at(-1)?.[0] ?? text;
    expect(parseSettings([`--${flag}=${text}`], { [env]: other })[key]).toEqual(value);
    expect(parseSettings([], { [env]: '' })[key]).toEqual(DEFAULTS[key]);
  });
}

test('every setting stands in a test', () => {
  const elsewhere = ['database-url', 'redis-url', 'tls-cert', 'tls-key'];
  expect(new Set([...TABLE.map((line) => line.flag), ...elsewhere])).toEqual(new Set(settingNames()));
});

test('with nothing set, the defaults hold', () => {
  expect(parseSettings([], {})).toEqual(DEFAULTS);
});

test('-p, -b, -u and -v are short for their settings', () => {
  const settings = parseSettings(['-p', '1', '-b', '::1', '-u', 's.sock', '-v', '2'], {});
  expect(settings).toEqual({ ...DEFAULTS, port: 1, bind: '::1', unixSocket: 's.sock', verbosity: 2 });
});

test('S51: the port is 8000 and only this computer reaches it, if nobody says otherwise', () => {
  expect([DEFAULTS.port, DEFAULTS.bind]).toEqual([8000, '127.0.0.1']);
});

test('S32: a newcomer sees 3 messages, if nobody says otherwise', () => {
  expect(DEFAULTS.history).toBe(3);
});

test('several origins and proxies can be given, as flags or with commas', () => {
  const both = ['https://a.example', 'https://b.example'];
  expect(parseSettings(['--origin', 'https://a.example', '--origin', 'https://b.example'], {}).origins).toEqual(both);
  expect(parseSettings([], { SALON_ORIGIN: 'https://a.example, https://b.example' }).origins).toEqual(both);
  expect(parseSettings([], { SALON_TRUST_PROXY: '10.0.0.1,10.0.0.2' }).trustProxy).toEqual(['10.0.0.1', '10.0.0.2']);
});

test('TLS needs a certificate and a key', () => {
  expect(refusal(['--tls-cert', here])).toContain('--tls-key');
  expect(refusal([], { SALON_TLS_KEY: here })).toContain('SALON_TLS_KEY');
  expect(refusal(['--tls-cert', '/no/such.pem', '--tls-key', here])).toContain('--tls-cert: "/no/such.pem"');
});

test('a database and a Redis are taken by their addresses; a wrong one is refused without showing its password', () => {
  const [database, redis] = ['postgres://me:hunter2@host/db', 'redis://me:hunter2@host:6379'];
  expect(parseSettings([], { DATABASE_URL: database, REDIS_URL: redis })).toMatchObject({
    databaseUrl: database,
    redisUrl: redis,
  });
  expect(parseSettings([], {})).toMatchObject({ databaseUrl: null, redisUrl: null });
  for (const name of ['database-url', 'redis-url']) {
    const wrong = { DATABASE_URL: database, [variableOf(name)]: 'scheme://me:hunter2@host/db' };
    expect(refusal([], wrong)).toMatch(new RegExp(`^${variableOf(name)} is not an address as `));
    expect(refusal([], wrong)).not.toContain('hunter2');
  }
});

test('Redis without PostgreSQL is refused: it connects several processes, which need one database', () => {
  expect(refusal(['--redis-url', 'redis://host'])).toContain('set DATABASE_URL too');
});

test('an unknown flag or a stray word is one line that names it', () => {
  expect(refusal(['--prot', '80'])).toMatch(/^[^\n]*--prot[^\n]*$/);
  expect(refusal(['-x'])).toMatch(/^[^\n]*-x[^\n]*$/);
  expect(refusal(['--port', '80', 'now'])).toMatch(/^[^\n]*"now"[^\n]*$/);
  expect(refusal(['--port', '-1'])).toMatch(/^[^\n]*--port[^\n]*$/);
});

test('a value with line breaks or terminal codes in it stays one harmless line', () => {
  const line = refusal(['--bind', `a\nb\x1b[31m${'x'.repeat(500)}`]);
  expect(line).toMatch(/^[\x20-\x7e…]{1,200}$/);
});

test('a command takes its own switches and the data directory, not the settings of the server', () => {
  const { settings, words, switches } = parseCommandArguments(['ann', '--administrator', '--data', 'd'], {}, [
    'administrator',
  ]);
  expect([settings.data, words, switches.has('administrator')]).toEqual(['d', ['ann'], true]);
  expect(parseCommandArguments([], { SALON_DATA: 'e', PORT: 'nonsense' }, []).settings.data).toBe('e');
  expect(() => parseCommandArguments(['--port', '1'], {}, [])).toThrow(SettingError);
  expect(() => parseCommandArguments(['--administrator'], {}, [])).toThrow(SettingError);
});
