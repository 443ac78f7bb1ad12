import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
let folder: string;
const children = new Set<ChildProcess>();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-program-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await rm(folder, { recursive: true, force: true });
});

/** Starts the program as it is shipped, in a folder of its own. */
function program(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [join(root, 'dist/slipway.mjs'), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', SLIPWAY_ROUTER: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  const closed = once(child, 'close');
  let output = '';
  const waiting: { text: string; found: () => void }[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      for (const { text, found } of waiting) if (output.includes(text)) found();
    });
  }
  return {
    child,
    output: () => output,
    said: (text: string) =>
      new Promise<void>((resolve, reject) => {
        if (output.includes(text)) return resolve();
        waiting.push({ text, found: resolve });
        child.once('close', () => reject(new Error(`it ended without saying ${text}: ${output}`)));
      }),
    async ended(): Promise<number | null> {
      await closed;
      return child.exitCode;
    },
  };
}

test('a server makes the first admin, serves with its key, keeps a second server out, and ends with 0 on SIGTERM', async () => {
  const server = program(['server', '--port', '0', '--data', 'here']);
  await server.said('"msg":"listening"');
  const address = /"address":"([^"]+)"/.exec(server.output())?.[1] ?? '';
  const file = join(folder, 'here', 'admin-key');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const key = (await readFile(file, 'utf8')).trim();
  expect(server.output()).toContain(`The first admin's access key is ${key.split(':')[0]}`);
  const headers = { authorization: `Basic ${btoa(key)}` };
  expect((await fetch(`${address}/api/slipway/v1/server`, { headers })).status).toBe(200);
  expect((await fetch(`${address}/readyz`)).status).toBe(200);

  const second = program(['server', '--port', '0', '--data', 'here']);
  expect(await second.ended()).toBe(1);
  expect(second.output()).toContain('is in use by process');

  server.child.kill('SIGTERM');
  expect(await server.ended()).toBe(0);
});

test('a port that is taken stops the start and is named', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const server = program(['server', '--port', String(port), '--data', 'here']);
  expect(await server.ended()).toBe(1);
  expect(server.output()).toContain(
    `slipway: Something else listens at 127.0.0.1:${port}: stop it, or choose another port (SLIPWAY_PORT, --port).`,
  );
  expect(server.output()).not.toContain('at Server.');
  other.close();
});

test('a mistyped flag, a mistyped key of the file and a wrong declaration stop the start and say what would be right', async () => {
  const flag = program(['server', '--prot', '1']);
  await writeFile(join(folder, 'wrong.yaml'), 'prot: 1\n');
  const key = program(['server', '--config', 'wrong.yaml']);
  await writeFile(join(folder, 'declaration.yaml'), 'principals: [{ nmae: a }]\n');
  const declaration = program(['server', '--port', '0', '--data', 'there'], {
    SLIPWAY_DECLARATION: 'declaration.yaml',
  });
  expect(await flag.ended()).toBe(2);
  expect(flag.output()).toContain('did you mean --port?');
  expect(await key.ended()).toBe(1);
  expect(key.output()).toContain('did you mean port?');
  expect(await declaration.ended()).toBe(1);
  expect(declaration.output()).toContain('principals/0/nmae: is not a known key; did you mean `name`?');
  expect(declaration.output()).not.toContain('listening');
});
