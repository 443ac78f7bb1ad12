import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RoutingEntry } from '../src/engine/router-protocol.ts';
import { startRouterAt } from '../test/harness/router.ts';
import { httpBackend, type TestBackend } from '../test/router/backend.ts';
import { TableServer } from '../test/router/table-server.ts';
import { judge, tell } from './report.ts';

/**
 * A hundred changes of weights, 20 finalises and 20 rollbacks under steady load, at the level of the table: an instance
 * is stopped only when the router says that it is drained, and no request may fail. Answers take up to 20 ms, a tenth of
 * the requests have a body and may not be repeated.
 */
const host = 'bench.localhost';
const workers = 24;
const folder = await mkdtemp(join(tmpdir(), 'slipway-bench-switches-'));
const server = new TableServer();
await server.open();
const router = await startRouterAt(server.url, 'bench', folder);
const agent = new http.Agent({ keepAlive: true });
let requests = 0;
let failures = 0;
let isOver = false;
let made = 0;
try {
  let old = await version();
  await switchTo(entry([old, 100]));
  const load = Array.from({ length: workers }, () => send());
  for (let round = 0; round < 40; round++) {
    const fresh = await version();
    await switchTo(entry([old, 100], [fresh, 0]));
    for (const weight of [25, 60, 90].slice(0, round % 2 === 0 ? 3 : 2)) {
      await switchTo(entry([old, 100 - weight], [fresh, weight]));
    }
    // Even rounds finish with the new version, odd ones go back to the old.
    const [stays, goes] = round % 2 === 0 ? [fresh, old] : [old, fresh];
    await switchTo(entry([stays, 100], [goes, 0]));
    const table = await server.put(entry([stays, 100]));
    await server.polled(({ drained }) => drained >= table);
    await goes.close();
    old = stays;
  }
  isOver = true;
  await Promise.all(load);
  await old.close();
  tell(`${requests} requests`);
  judge('failed requests over 100 switches, 20 finalises, 20 rollbacks', failures, { atMost: 0 });
  process.stdout.write(`${JSON.stringify({ bench: 'switches', requests, failures })}\n`);
} finally {
  isOver = true;
  agent.destroy();
  await router.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
}

async function switchTo(route: RoutingEntry): Promise<void> {
  await server.put(route);
  await new Promise((resolve) => setTimeout(resolve, 30));
}

function entry(...shares: [TestBackend, number][]): RoutingEntry {
  return {
    host,
    whenEmpty: '',
    pools: shares.map(([{ backend }, weight]) => ({ pool: backend.instance, weight, backends: [backend] })),
  };
}

async function version(): Promise<TestBackend> {
  made += 1;
  return await httpBackend(`version-${made}`, (request, response) => {
    request.resume();
    setTimeout(() => response.end('served'), Math.random() * 20);
  });
}

/** One client: request after request until the end. */
async function send(): Promise<void> {
  while (!isOver) {
    requests += 1;
    const call = requests % 10 === 0 ? { method: 'POST', body: 'not to be sent twice' } : {};
    const answer = await router.call(host, '/', { agent, ...call }).catch(() => undefined);
    if (answer?.status !== 200) failures += 1;
  }
}
