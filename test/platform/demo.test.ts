import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guide, imageCommands, nullplatformCommands } from '../../scripts/demo-guide.mjs';
import { startDemo } from '../../src/demo/index.ts';
import { isAlive } from '../harness/process-life.ts';
import { startRouter } from '../harness/router.ts';
import { startServer, type TestServer } from '../harness/server.ts';
import { silent } from '../harness/storage.ts';

const hosts = ['s1', 's2', 's3'];
let server: TestServer;
let pids: number[];

beforeAll(async () => {
  server = await startServer({ settings: { demo: true } });
  pids = await recorded();
});

afterAll(async () => {
  await server.close();
});

const recorded = () =>
  Promise.all(
    hosts.map(
      async (name) =>
        JSON.parse(await readFile(join(server.data, 'demo', name, 'process.json'), 'utf8')).pid as number,
    ),
  );

test('the demo declares its project and starts three agents that join', async () => {
  for (const name of hosts) await server.hostUp(name);
  expect(new Set(pids).size).toBe(3);
  expect(pids.every(isAlive)).toBe(true);
  const key = { id: 'DEVKEY00000000000001', secret: 'devsecret0000001' };
  const { json } = await server.call('/api/slipway/v1/nhn-deploy/projects', { key });
  expect(JSON.stringify(json)).toContain('r9Zd7vDEmWMfQb00');
  expect(server.server.adminKey).toBeUndefined();
});

test('`npm run demo` deploys a binary, shows a picture, then moves the requests of a scope from one version to the next', async () => {
  const router = await startRouter(server);
  try {
    const environment = {
      ...process.env,
      SLIPWAY_URL: server.url,
      SLIPWAY_ROUTER_PORT: new URL(router.url).port,
    };
    const run = await promisify(execFile)(process.execPath, ['scripts/demo.mjs'], { env: environment });
    expect(run.stdout).toMatch(/deployment 1: success/);
    expect(run.stdout).toMatch(/sample\.png\?100x100: 100 × \d\d, \d+ bytes, image\/png\n/);
    expect(run.stdout).toContain('in /myfolder: sample.png, sample_100x100.png\n');
    expect(run.stdout).toMatch(/initial deployment \d+: finalized/);
    expect(run.stdout).toMatch(/of 200 requests: version blue\S+ 1\d\d, version green\S+ \d\d\n/);
    expect(run.stdout).toMatch(/of 100 requests: version green\S+ 100\n/);
    expect(run.stdout).toMatch(/: 0 requests failed/);

    // What `npm start` prints brings the first of the two versions back.
    const lines = nullplatformCommands(server.url, router.url).join('\n');
    const pasted = await promisify(execFile)('bash', ['-c', `set -eu\n${lines}`]);
    expect(pasted.stdout.match(/^version (blue|green)\S+$/gm)).toHaveLength(20);
    const [, host = ''] = /the address of the scope: http:\/\/([^:]+):/.exec(run.stdout) ?? [];
    const [, name] = /of 100 requests: version (blue\S+) 100\n/.exec(run.stdout) ?? [];
    const visit = () => promisify(execFile)('curl', ['-s', '-H', `Host: ${host}`, router.url]);
    const names = async () =>
      new Set(await Promise.all(Array.from({ length: 10 }, async () => (await visit()).stdout)));
    await expect.poll(names, { timeout: 60_000 }).toEqual(new Set([`version ${name}\n`]));
  } finally {
    await router.close();
  }
}, 180_000);

test('the lines of `npm start` for pictures upload one, list its folder and make a thumbnail', async () => {
  await symlink(join(import.meta.dirname, '../../docs'), join(server.data, 'docs'));
  const lines = imageCommands(server.url);
  const said = guide(server.url, 'http://127.0.0.1:4680');
  for (const line of lines) expect(said).toContain(line.replace(/^/gm, '  '));
  const pasted = await promisify(execFile)('bash', ['-c', `set -eu\n${lines.join('\n')}`], {
    cwd: server.data,
  });
  expect(pasted.stdout.match(/"isSuccessful":true/g)).toHaveLength(2);
  const [, listing = ''] = pasted.stdout.split(/(?<=\})(?=\{"header")/);
  expect(JSON.parse(listing).files).toContainEqual(expect.objectContaining({ name: 'sample.png' }));
  const { format, width } = await sharp(join(server.data, 'thumbnail.png')).metadata();
  expect({ format, width }).toEqual({ format: 'png', width: 100 });
});

test('agents that survived are adopted, not doubled; those that did not are started again', async () => {
  const { management } = server.server;
  const [first = 0] = pids;
  process.kill(first, 'SIGKILL');
  await expect.poll(() => isAlive(first), { interval: 5 }).toBe(false);
  const demo = await startDemo({ data: server.data, host: '127.0.0.1', management, log: silent });
  await demo.startAgents(server.url);
  const now = await recorded();
  expect(now.slice(1)).toEqual(pids.slice(1));
  expect(now[0]).not.toBe(first);
  expect(now.every(isAlive)).toBe(true);
  // From then on it answers for the instances that the killed one left, and ends them when it is told to end.
  const lock = join(server.data, 'demo', 's1', 'state', 'lock');
  const holder = async () => JSON.parse(await readFile(lock, 'utf8')).pid;
  await expect.poll(holder).toBe(now[0]);
});

test('the agents end with the server when it is told to end', async () => {
  const ended = await recorded();
  await server.server.close();
  await expect.poll(() => ended.filter(isAlive)).toEqual([]);
});
