/** The files in deploy/, Dockerfile and compose.yml: what cannot be run here is read by a parser and held against Salon. */
import { expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { environmentName, settingNames } from '../cli/settings-parser.ts';

const TOP = new URL('..', import.meta.url).pathname;
const textOf = (file: string): Promise<string> => Bun.file(TOP + file).text();
const VARIABLES = new Set(settingNames().map(environmentName));

/** Variables of Salon that a text names; `SALON_` and the three that bear no such name. */
function settingsIn(text: string): string[] {
  return [...text.matchAll(/\b(SALON_[A-Z_]+|PORT|DATABASE_URL|REDIS_URL)\b(?=[:=])/g)].map(([, name]) => name ?? '');
}

test('compose.yml starts two processes on one PostgreSQL and one Redis, behind a proxy, with read-only files', async () => {
  const compose = record(Bun.YAML.parse(await textOf('compose.yml')));
  const services = record(compose.services);
  expect(Object.keys(services).sort()).toEqual(['caddy', 'postgres', 'redis', 'salon-1', 'salon-2']);
  for (const name of ['salon-1', 'salon-2']) {
    const salon = record(services[name]);
    expect(salon.read_only).toBe(true);
    expect(Object.keys(record(salon.environment)).filter((variable) => !VARIABLES.has(variable))).toEqual([]);
    expect(Object.keys(record(salon.depends_on)).sort()).toEqual(['postgres', 'redis']);
  }
  for (const name of ['postgres', 'redis']) expect(record(services[name]).healthcheck).toBeDefined();
});

test('the Dockerfile copies only what is there, runs as nobody special and asks for its health', async () => {
  const lines = (await textOf('Dockerfile')).replaceAll('\\\n', ' ').split('\n');
  const instructions = lines.filter((line) => /^[A-Z]/.test(line)).map((line) => line.split(/\s+/));
  const known = /^(FROM|RUN|COPY|WORKDIR|USER|ENV|VOLUME|EXPOSE|STOPSIGNAL|HEALTHCHECK|ENTRYPOINT|CMD)$/;
  expect(instructions.filter(([word = '']) => !known.test(word))).toEqual([]);
  const copied = instructions.filter(([word, option = '']) => word === 'COPY' && !option.startsWith('--from'));
  for (const [, ...paths] of copied) {
    for (const path of paths.slice(0, -1)) expect([path, existsSync(TOP + path)]).toEqual([path, true]);
  }
  expect(instructions.find(([word]) => word === 'USER')?.[1]).toBe('salon');
  expect(lines.some((line) => line.startsWith('HEALTHCHECK') && line.includes('/readyz'))).toBe(true);
});

test('every setting that an example names is one of Salon', async () => {
  for (const file of ['Dockerfile', 'compose.yml', 'deploy/salon.service']) {
    const named = settingsIn(await textOf(file));
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !VARIABLES.has(name))).toEqual([]);
  }
});

test('the unit of systemd has its three sections, and gives a stop as long as Salon takes at most', async () => {
  const unit = await textOf('deploy/salon.service');
  expect([...unit.matchAll(/^\[(\w+)\]$/gm)].map(([, name]) => name)).toEqual(['Unit', 'Service', 'Install']);
  const lines = unit.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('['));
  expect(lines.filter((line) => !/^[A-Z][A-Za-z]+=\S/.test(line))).toEqual([]);
  expect(unit).toMatch(/^ExecStart=\/opt\/salon\/bin\/salon serve$/m);
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(5);
});

function record(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('a mapping is expected');
  return { ...value };
}
