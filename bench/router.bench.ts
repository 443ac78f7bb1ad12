import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { startRouterAt, type TestRouter } from '../test/harness/router.ts';
import { TableServer } from '../test/router/table-server.ts';
import { judge, median, tell } from './report.ts';

/**
 * The router against its backend, in one run and in turns: 64 connections, small answers, two backends in processes of
 * their own. Then a million requests for the memory, and 10,000 at weight 25.
 */
const connections = 64;
const rounds = 3;
const seconds = 5;
const many = 1_000_000;

const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-router-'));
const server = new TableServer();
await server.open();
const backends = [await startBackend('one'), await startBackend('two')];
const router = await startRouterAt(server.url, 'bench', folder);
try {
  const [one, two] = backends.map(({ port }, index) => ({
    instance: `i${index}`,
    address: '127.0.0.1',
    port,
  }));
  if (!one || !two) throw new Error('no backends');
  const direct = `http://127.0.0.1:${one.port}`;
  await server.put({
    host: 'bench.localhost',
    whenEmpty: '',
    pools: [{ pool: 'a', weight: 100, backends: [one, two] }],
  });
  // Long enough that both run code that the compiler is through with.
  await load(direct, { duration: seconds });
  await load(router.url, { duration: 2 * seconds });
  const ratios: number[] = [];
  const added: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const straight = await load(direct, { duration: seconds });
    const routed = await load(router.url, { duration: seconds });
    ratios.push(routed.requests.average / straight.requests.average);
    tell(
      `direct ${straight.requests.average.toFixed(0)} per second, routed ${routed.requests.average.toFixed(0)}`,
    );
  }
  // One request at a time: under full load latency is only the length of the queue.
  for (let round = 0; round < rounds; round++) {
    added.push((await alone(router.url)) - (await alone(direct)));
  }
  judge('requests per second, routed to direct', median(ratios), { atLeast: 0.45 });
  judge('median added latency', median(added), { atMost: 1 }, ' ms');

  const before = await residentMegabytes(router);
  await load(router.url, { amount: many });
  const grown = (await residentMegabytes(router)) - before;
  judge(`memory after ${many} requests more`, grown, { atMost: 15 }, ' MB');

  await server.put({
    host: 'bench.localhost',
    whenEmpty: '',
    pools: [
      { pool: 'a', weight: 75, backends: [one] },
      { pool: 'b', weight: 25, backends: [two] },
    ],
  });
  const countBefore = await count(two.port);
  await load(router.url, { amount: 10_000 });
  judge(
    '10,000 requests at weight 25, off by',
    Math.abs((((await count(two.port)) - countBefore) / 10_000) * 100 - 25),
    { atMost: 1 },
    ' points',
  );
  process.stdout.write(
    `${JSON.stringify({ bench: 'router', ratio: median(ratios), addedMilliseconds: median(added) })}\n`,
  );
} finally {
  await router.close();
  await server.close();
  for (const { child } of backends) child.kill();
  await rm(folder, { recursive: true, force: true });
}

async function load(url: string, amount: { duration: number } | { amount: number }) {
  const result = await autocannon({ url, connections, headers: { host: 'bench.localhost' }, ...amount });
  if (result.errors + result.non2xx > 0)
    throw new Error(`${result.errors} errors, ${result.non2xx} other answers`);
  return result;
}

/** The median of 2,000 requests, one after another on one connection, in milliseconds. */
async function alone(url: string): Promise<number> {
  const times: number[] = [];
  for (let index = 0; index < 2_000; index++) {
    const began = performance.now();
    await (await fetch(url, { headers: { host: 'bench.localhost' } })).arrayBuffer();
    times.push(performance.now() - began);
  }
  return median(times);
}

async function residentMegabytes({ url }: TestRouter): Promise<number> {
  const text = await (await fetch(`${url}/-/metrics`)).text();
  return Number(/slipway_router_resident_bytes (\d+)/.exec(text)?.[1]) / 1_048_576;
}

async function count(port: number): Promise<number> {
  return Number(await (await fetch(`http://127.0.0.1:${port}/count`)).text());
}

/** A backend in a process of its own; `/count` says how many requests it had besides. */
async function startBackend(name: string): Promise<{ child: ChildProcess; port: number }> {
  const program = `
    let count = 0;
    const server = require('node:http').createServer((request, response) => {
      if (request.url === '/count') return response.end(String(count));
      count += 1;
      response.setHeader('content-type', 'text/plain');
      response.end('${name}, and a little more so that it is a small answer');
    });
    server.listen(0, '127.0.0.1', () => process.send(server.address().port));`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [port] = (await once(child, 'message')) as [number];
  return { child, port };
}
