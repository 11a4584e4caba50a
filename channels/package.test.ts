import { afterAll, beforeAll, expect, test } from 'bun:test';
import { cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TOP = join(import.meta.dir, '..');
const INSTALLED = join(TOP, 'node_modules');
let project: string;

interface RunResult {
  readonly code: number;
  readonly out: string;
}

async function run(command: string[], cwd = project): Promise<RunResult> {
  const program = Bun.spawn(command, { cwd, stdout: 'pipe', stderr: 'pipe' });
  const [out, err] = await Promise.all([new Response(program.stdout).text(), new Response(program.stderr).text()]);
  return { code: await program.exited, out: out + err };
}

/** Packing writes types next to the sources and removes them again, while other tests read the sources: so a copy is packed. */
async function copyOfLibrary(): Promise<string> {
  const copy = join(project, 'copy');
  await cp(import.meta.dir, join(copy, 'channels'), { recursive: true });
  for (const shared of ['LICENSE', 'tsconfig.json', 'node_modules'])
    await symlink(join(TOP, shared), join(copy, shared));
  return join(copy, 'channels');
}

/** A project that has only the package and the types of the runtime. */
beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'project-'));
  const packed = await run(['npm', 'pack', '--silent', '--pack-destination', project], await copyOfLibrary());
  expect(packed.code).toBe(0);
  const home = join(project, 'node_modules', 'salon-channels');
  await mkdir(home, { recursive: true });
  const file = packed.out.trim().split('\n').at(-1) ?? '';
  expect(await run(['tar', 'xzf', join(project, file), '--strip-components=1', '-C', home])).toMatchObject({ code: 0 });
  for (const name of ['bun-types', '@types', 'undici-types', 'redis', '@redis']) {
    await symlink(join(INSTALLED, name), join(project, 'node_modules', name));
  }
  await Bun.write(join(project, 'package.json'), '{ "type": "module" }');
  const options = { strict: true, noEmit: true, module: 'Preserve', target: 'ESNext', lib: ['ESNext'] };
  await Bun.write(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: { ...options, types: ['bun-types'], skipLibCheck: true }, include: ['*.ts'] }),
  );
}, 60_000);
afterAll(() => rm(project, { recursive: true, force: true }));

const CHAT = `
import { connect } from 'salon-channels/testing';
import { createRedisLayer } from 'salon-channels/layer/redis';
import { createMemoryLayer } from 'salon-channels/layer/memory';
import { route, socketRouter } from 'salon-channels/routing';

const layer = createMemoryLayer();
const chat = socketRouter([
  route('/chat/:room/', ({ params }) => ({
    async connect(socket) {
      await socket.groupAdd(params.room);
      await socket.accept();
    },
    receive: (text) => layer.groupSend(params.room, { type: 'message', text: String(text) }),
    handlers: new Map([['message', ({ text }, socket) => void socket.send(String(text))]]),
  })),
]);
const client = await connect(chat, '/chat/general/', { layer });
client.sendText('Hello from a project of its own');
console.log(await client.receiveText(), typeof createRedisLayer);
await client.close();
`;

test('the packed library runs in a fresh project, and its types are there', async () => {
  await Bun.write(join(project, 'chat.ts'), CHAT);
  expect(await run([process.execPath, 'chat.ts'])).toEqual({
    code: 0,
    out: 'Hello from a project of its own function\n',
  });
  expect(await run([join(INSTALLED, '.bin', 'tsc')])).toEqual({ code: 0, out: '' });
  await Bun.write(join(project, 'chat.ts'), CHAT.replaceAll('params.room', 'params.rom'));
  expect((await run([join(INSTALLED, '.bin', 'tsc')])).out).toContain("Property 'rom' does not exist");
});

test('what is packed holds the licence and no test of ours', async () => {
  const files = await Array.fromAsync(new Bun.Glob('**/*').scan(join(project, 'node_modules', 'salon-channels')));
  expect(files).toContain('LICENSE');
  expect(files).toContain('types/server/server.d.ts');
  expect(files.filter((file) => file.includes('.test.') || file.startsWith('example'))).toEqual([]);
});

test('every public name leads to its source and its types, and a file without one cannot be imported', async () => {
  const home = join(project, 'node_modules', 'salon-channels');
  const { exports }: { exports: Record<string, { types: string; default: string }> } = await Bun.file(
    join(home, 'package.json'),
  ).json();
  for (const { types, default: source } of Object.values(exports)) {
    for (const file of [types, source]) expect([file, await Bun.file(join(home, file)).exists()]).toEqual([file, true]);
  }
  for (const file of ['server/connection', 'server/server', 'redis/bus', 'layer/layer', 'testing/test-server']) {
    expect(await Bun.file(join(home, `${file}.ts`)).exists()).toBe(true);
    await Bun.write(join(project, 'internal.ts'), `import * as all from 'salon-channels/${file}';\nconsole.log(all);`);
    expect(await run([process.execPath, 'internal.ts'])).toMatchObject({ code: 1 });
    expect((await run([join(INSTALLED, '.bin', 'tsc')])).out).toContain(`module 'salon-channels/${file}'`);
  }
}, 60_000);
