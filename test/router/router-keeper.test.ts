import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepRouter, livingProcess, type RouterKeeper } from '../../src/processes/index.ts';
import { freePort } from '../harness/free-port.ts';
import { isAlive } from '../harness/process-life.ts';
import { TableServer } from './table-server.ts';

const server = new TableServer();
const admitted: string[] = [];
const said: string[] = [];
const ended: string[] = [];
let data: string;
let port: number;
let keeper: RouterKeeper;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'slipway-keeper-'));
  await server.open();
  port = await freePort();
  keeper = await keep();
});
afterAll(async () => {
  await keeper.stop(true);
  await server.close();
  await rm(data, { recursive: true, force: true });
});

const record = () => livingProcess<{ address: string }>(join(data, 'router', 'process.json'));

const idOfRouter = async () => (await readFile(join(data, 'router', 'router-id'), 'utf8')).trim();

function keep(): Promise<RouterKeeper> {
  const log = (_: object, message: string) => void said.push(message);
  return keepRouter({
    ...{ data, server: server.url, port, host: '127.0.0.1', trustProxy: ['10.0.0.0/8'] },
    admit: async (token) => void admitted.push(token),
    ended: async (router) => void ended.push(router),
    log: { info: log, warn: log },
  });
}

/** The router's process once it routes. */
async function running(other?: number): Promise<number> {
  await expect.poll(async () => (await record())?.pid ?? other).not.toBe(other);
  const { pid = 0, address = '' } = (await record()) ?? {};
  expect((await fetch(`${address}/-/healthz`)).status).toBe(200);
  return pid;
}

test('a server’s router runs with a token that only the server’s user can read', async () => {
  await running(undefined);
  expect((await readFile(join(data, 'router-token'), 'utf8')).trim()).toBe(admitted[0]);
  expect((await stat(join(data, 'router-token'))).mode & 0o777).toBe(0o600);
  await server.put();
  expect([...server.tokens]).toEqual([`Bearer ${admitted[0]}`]);
});

test('one that was killed is started again on the same port', async () => {
  const first = await running(undefined);
  process.kill(first, 'SIGKILL');
  const second = await running(first);
  expect(isAlive(first)).toBe(false);
  expect(ended).toEqual([await idOfRouter()]);
  expect((await record())?.pid).toBe(second);
  expect((await record())?.address).toBe(`http://127.0.0.1:${port}`);
});

test('it goes on when the server ends, is adopted by the next one, and is started again by that', async () => {
  const first = await running(undefined);
  await keeper.stop(false);
  expect(isAlive(first)).toBe(true);
  keeper = await keep();
  await expect.poll(() => said.at(-1)).toBe('router adopted');
  expect(admitted.at(-1)).toBe(admitted[0]);
  process.kill(first, 'SIGKILL');
  await running(first);
  expect(ended).toEqual([await idOfRouter(), await idOfRouter()]);
});

test('a port that is taken is said once, and the router comes when the port is free', async () => {
  await keeper.stop(true);
  expect(await record()).toBeUndefined();
  const other = net.createServer().listen(port, '127.0.0.1');
  keeper = await keep();
  await expect.poll(() => said.at(-1)).toContain(`port ${port} is taken`);
  await new Promise((resolve) => other.close(resolve));
  await running(undefined);
});
