import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CoreError } from '../../src/errors/index.ts';
import { isAlive } from '../harness/process-life.ts';
import { type SampleOptions, sampleBundle } from '../harness/sample-bundle.ts';
import type { AgentProcess } from './agent-process.ts';
import { ScriptedServer } from './scripted-server.ts';
import { serviceStart } from './service-steps.ts';

let server: ScriptedServer;
let agent: AgentProcess;

beforeAll(async () => {
  server = await ScriptedServer.start();
  agent = server.agent('s1', ['--stop-instances'], { LANG: 'C.UTF-8', OTHER: 'of the agent' });
});
afterAll(async () => {
  await agent.kill('SIGTERM');
  await server.close();
});

const keep = async (sample: SampleOptions) => server.gateway.keep(await sampleBundle(sample));

/** Starts an instance and waits until it is well. */
async function running(sample: SampleOptions, more: Parameters<typeof serviceStart>[1] = {}) {
  const step = serviceStart(await keep(sample), more);
  const lease = server.gateway.offer([step, { kind: 'health-check', instances: [step.instance] }]);
  expect(await server.gateway.ended(lease)).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
  const status = await server.gateway.instanceIs(step.instance, ({ healthy }) => healthy);
  return { id: step.instance, status, url: `http://127.0.0.1:${status.port}` };
}

/** Stops an instance by its step; resolves with how long the program had to be waited for. */
async function stop(id: string) {
  const lease = server.gateway.offer([{ kind: 'service-stop', instances: [id] }]);
  expect(await server.gateway.ended(lease)).toMatchObject([{ state: 'succeeded' }]);
  expect(server.gateway.saidOf(id).at(-1)?.state).toBe('stopped');
}

test('an instance is started, becomes well, answers on its port, and is stopped', async () => {
  const { id, status, url } = await running({ version: 'one' }, { environment: { COLOUR: 'blue' } });
  expect(status).toMatchObject({ state: 'running', restarts: 0, trouble: null });
  expect(status.port).toBeGreaterThanOrEqual(20_000);
  expect(status.port).toBeLessThan(30_000);
  expect(await (await fetch(url)).text()).toBe('one');
  await stop(id);
  expect(isAlive(status.pid as number)).toBe(false);
});

test('its environment is its own: what was given, its port and its mark, and little of the agent', async () => {
  const { id, status, url } = await running(
    { version: 'one' },
    { environment: { COLOUR: 'blue', PORT: '1' } },
  );
  const environment = (await (await fetch(`${url}/env`)).json()) as Record<string, string>;
  expect(environment).toMatchObject({ COLOUR: 'blue', PORT: String(status.port), LANG: 'C.UTF-8' });
  expect(environment.SLIPWAY_INSTANCE).toContain(id);
  expect(environment).not.toHaveProperty('OTHER');
  expect(environment).not.toHaveProperty('SLIPWAY_TOKEN');
  await stop(id);
});

test('files are written into its folder before it starts; what it writes comes as lines, secrets masked', async () => {
  const files = [
    { path: 'config/name', content: Buffer.from('grace').toString('base64'), encoding: 'base64' },
  ];
  const sample = {
    version: '1',
    procfile: 'web: cat config/name; echo; echo pass s3cret-value; node server.mjs',
  };
  const step = serviceStart(await keep(sample), { files } as never);
  const lease = server.gateway.offer([step], { masked: ['s3cret-value'] });
  await server.gateway.ended(lease);
  await server.gateway.until(() => server.gateway.linesOf(step.instance).length >= 3);
  expect(server.gateway.linesOf(step.instance).slice(0, 3)).toEqual([
    'grace',
    'pass ******',
    expect.stringContaining('version 1 begins'),
  ]);
  await stop(step.instance);
});

test('a second start of the same instance changes nothing', async () => {
  const { id, status } = await running({ version: 'one' });
  const again = server.gateway.offer([
    serviceStart(await keep({ version: 'two' }), { instance: id }),
    { kind: 'health-check', instances: [id] },
  ]);
  expect(await server.gateway.ended(again)).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
  expect(server.gateway.instance(id)).toEqual(status);
  await stop(id);
});

test('instances that are not there count as stopped', async () => {
  await stop(randomUUID());
});

test('why an instance is not well is told apart, by the check at its timeout and by the reports', async () => {
  const cases = [
    ['never', 'not-listening', 'nothing listens on port'],
    ['status-500', 'status', '/health answered status 500'],
    ['slow', 'timeout', '/health was not answered within 0.5 s'],
  ] as const;
  await Promise.all(
    cases.map(async ([health, kind, text]) => {
      const step = serviceStart(await keep({ version: '1', health }));
      const check = { kind: 'health-check', instances: [step.instance], timeoutSeconds: 3 } as const;
      const ended = await server.gateway.ended(server.gateway.offer([step, check]));
      expect(ended).toMatchObject([{ state: 'succeeded' }, { state: 'failed', reason: 'timeout' }]);
      expect(ended[1]?.reasonText).toContain(text);
      const status = await server.gateway.instanceIs(step.instance, ({ trouble }) => trouble !== null);
      expect(status).toMatchObject({ state: 'starting', healthy: false, trouble: { kind } });
      expect(status.trouble?.text).toContain(text);
      await stop(step.instance);
    }),
  );
});

test('one that ends again and again is in a crash loop: the check fails at once, with exit code and last output', async () => {
  const step = serviceStart(await keep({ version: '1', health: 'crash', exitCode: 42 }));
  const lease = server.gateway.offer([step, { kind: 'health-check', instances: [step.instance] }]);
  const ended = await server.gateway.ended(lease);
  expect(ended).toMatchObject([{ state: 'succeeded' }, { state: 'failed', reason: 'step-error' }]);
  expect(ended[1]?.reasonText).toContain('exit code 42');
  expect(ended[1]?.reasonText).toContain('this version crashes');
  const status = await server.gateway.instanceIs(step.instance, ({ state }) => state === 'crash-loop');
  expect(status.trouble).toMatchObject({ kind: 'crashed', exitCode: 42 });
  await stop(step.instance);
});

test('one that is killed is started again on its port, and is well again', async () => {
  const { id, status } = await running({ version: '1' });
  process.kill(status.pid as number, 'SIGKILL');
  const fallen = await server.gateway.instanceIs(id, ({ state }) => state === 'backing-off');
  expect(fallen).toMatchObject({ healthy: false, trouble: { kind: 'crashed', exitCode: 137 } });
  const again = await server.gateway.instanceIs(id, ({ healthy }) => healthy);
  expect(again).toMatchObject({ state: 'running', port: status.port, restarts: 1, trouble: null });
  expect(again.pid).not.toBe(status.pid);
  await stop(id);
});

test('a program that runs out of its memory is told apart from one that crashes', async () => {
  const code = 'const kept = []; for (;;) kept.push(new Array(100000).fill(kept.length));';
  const sample = { version: '1', procfile: `web: node --max-old-space-size=20 -e "${code}"` };
  const step = serviceStart(await keep(sample));
  server.gateway.offer([step]);
  const { trouble } = await server.gateway.instanceIs(step.instance, (each) => !!each.trouble?.exitCode);
  expect(trouble?.kind).toBe('out-of-memory');
  await stop(step.instance);
});

test('one that answers no more gets no requests, keeps its process, and gets them again when it answers', async () => {
  const { id, url, status } = await running({ version: '1' });
  await fetch(`${url}/set-health?status=503`);
  const unready = await server.gateway.instanceIs(id, ({ healthy }) => !healthy);
  expect(unready).toMatchObject({
    state: 'running',
    pid: status.pid,
    trouble: { kind: 'status', status: 503 },
  });
  await fetch(`${url}/set-health?status=200`);
  await server.gateway.instanceIs(id, ({ healthy, trouble }) => healthy && !trouble);
  await stop(id);
});

test('one that answers no more for too long is started again', async () => {
  const { id, url, status } = await running({ version: '1' }, { health: { livenessMisses: 4 } });
  await fetch(`${url}/set-health?status=503`);
  const again = await server.gateway.instanceIs(id, ({ healthy, pid }) => healthy && pid !== status.pid);
  expect(again).toMatchObject({ state: 'running', restarts: 1, port: status.port });
  const said = server.gateway.saidOf(id).map(({ state, trouble }) => `${state} ${trouble?.kind}`);
  expect(said).toContain('backing-off status');
  await stop(id);
});

test('a check by TCP is content with a connection', async () => {
  const { id } = await running({ version: '1', health: 'status-500' }, { health: { type: 'tcp' } });
  await stop(id);
});

test('a request in flight is answered before the instance ends', async () => {
  const { id, url } = await running({ version: 'last words' }, { stopGraceSeconds: 10 });
  const answer = fetch(`${url}/slow?ms=400`);
  await fetch(`${url}/say?text=asked`);
  await stop(id);
  expect(await (await answer).text()).toBe('last words');
});

test('one that ignores TERM is killed after its grace time', async () => {
  const { id, status } = await running({ version: '1', ignoresTerm: true }, { stopGraceSeconds: 1 });
  await stop(id);
  expect(isAlive(status.pid as number)).toBe(false);
  expect(server.gateway.linesOf(id)).toContain('asked to end');
});

test('one that moves to the background is followed there, and found when it is to end', async () => {
  const procfile = 'web: setsid node server.mjs & echo moved';
  const { id, url } = await running({ version: 'behind', procfile });
  const { pid } = (await (await fetch(`${url}/instance`)).json()) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await server.gateway.instanceIs(id, ({ state }) => state === 'backing-off');
  await server.gateway.instanceIs(id, ({ healthy }) => healthy);
  const again = (await (await fetch(`${url}/instance`)).json()) as { pid: number };
  await stop(id);
  expect(isAlive(again.pid)).toBe(false);
});

test('one that nobody wants any more is stopped by the answer to a report', async () => {
  const { id, status } = await running({ version: '1' });
  server.gateway.unwanted.add(id);
  // The next report is caused by this change.
  process.kill(status.pid as number, 'SIGKILL');
  await server.gateway.until(() => server.gateway.saidOf(id).some(({ state }) => state === 'stopped'));
  expect(isAlive(status.pid as number)).toBe(false);
  server.gateway.unwanted.delete(id);
});

test('a deployment that waits for its instances keeps no other from the host', async () => {
  const waiting = serviceStart(await keep({ version: '1', health: 'never' }));
  const stuck = server.gateway.offer([waiting, { kind: 'health-check', instances: [waiting.instance] }]);
  await server.gateway.started(stuck, 1);
  const { id } = await running({ version: '2' });
  server.gateway.cancel(stuck);
  expect(await server.gateway.ended(stuck)).toMatchObject([{ state: 'succeeded' }, { state: 'cancelled' }]);
  await stop(waiting.instance);
  await stop(id);
});

test('while the server is away instances are supervised; a step ends only when it has heard of it', async () => {
  const { id, status } = await running({ version: '1' });
  server.gateway.instanceRefusal = new CoreError('unavailable', 'The database is away');
  const check = server.gateway.offer([{ kind: 'health-check', instances: [id] }]);
  await server.gateway.started(check);
  process.kill(status.pid as number, 'SIGKILL');
  for (let pid: unknown; typeof pid !== 'number' || pid === status.pid; ) {
    const answer = await fetch(`http://127.0.0.1:${status.port}/instance`).catch(() => undefined);
    pid = ((await answer?.json()) as { pid?: number } | undefined)?.pid;
  }
  expect(server.gateway.eventsOf(check).some(({ kind }) => kind === 'step-ended')).toBe(false);
  server.gateway.instanceRefusal = undefined;
  expect(await server.gateway.ended(check)).toMatchObject([{ state: 'succeeded' }]);
  expect(server.gateway.instance(id)).toMatchObject({ healthy: true, restarts: 1 });
  await stop(id);
});

test.each([
  ['no Procfile', { procfile: 'web: true' }, { process: 'worker' }, 'has no process worker: it has web'],
  ['a damaged bundle', undefined, {}, 'neither a zip nor a tar.gz'],
])('a bundle with %s fails its step and says why', async (_, sample, more, text) => {
  const blob = sample ? await keep({ version: '1', ...sample }) : server.gateway.keep(Buffer.from('hello'));
  const step = serviceStart(blob, more);
  const [ended] = await server.gateway.ended(server.gateway.offer([step]));
  expect(ended).toMatchObject({ state: 'failed', reason: 'step-error' });
  expect(ended?.reasonText).toContain(text);
  const status = await server.gateway.instanceIs(step.instance, ({ state }) => state === 'crash-loop');
  expect(status.trouble).toMatchObject({ kind: 'asset', text: ended?.reasonText });
  await stop(step.instance);
});

test('a bundle is fetched by URL through redirects, and compared with its hash', async () => {
  const bundle = await sampleBundle({ version: 'fetched' });
  const source = http.createServer((request, response) => {
    if (request.url === '/moved') response.writeHead(302, { location: '/bundle?secret=1' }).end();
    else if (request.url === '/cut')
      response.writeHead(200, { 'content-length': bundle.length + 1 }).end(bundle);
    else response.end(bundle);
  });
  source.listen(0, '127.0.0.1');
  await once(source, 'listening');
  const base = `http://127.0.0.1:${(source.address() as AddressInfo).port}`;
  const sha256 = createHash('sha256').update(bundle).digest('hex');
  const of = (path: string, hash?: string) => {
    const asset = { kind: 'bundle', url: `${base}${path}`, ...(hash ? { sha256: hash } : {}) } as const;
    return serviceStart({ sha256: '', size: 0 }, { asset });
  };
  const good = of('/moved', sha256);
  expect(await server.gateway.ended(server.gateway.offer([good]))).toMatchObject([{ state: 'succeeded' }]);
  await stop(good.instance);

  const other = of('/bundle', '0'.repeat(64));
  const [refused] = await server.gateway.ended(server.gateway.offer([other]));
  expect(refused?.reasonText).toContain(`has the sha-256 ${sha256}, not 0000`);
  await stop(other.instance);

  const cut = of('/cut');
  const [broken] = await server.gateway.ended(server.gateway.offer([cut]));
  expect(broken?.state).toBe('failed');
  await stop(cut.instance);
  source.close();
});
