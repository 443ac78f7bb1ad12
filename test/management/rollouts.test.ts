import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEvents } from '../../src/cli/event-stream.ts';
import type { RolloutView } from '../../src/engine/index.ts';
import type { AgentProcess } from '../agent/agent-process.ts';
import { startAgent, startServer, type TestServer } from '../harness/server.ts';
import { keys, world } from './world.ts';

let server: TestServer;
let agent: AgentProcess;
beforeAll(async () => {
  server = await startServer({ declaration: world });
  agent = await startAgent(server, 's1');
});
afterAll(async () => {
  await agent?.kill('SIGTERM');
  await server?.close();
});

type Key = { id: string; secret: string };
const base = '/api/slipway/v1';
const api = (path: string, key: Key = keys.dev, options: { method?: string; json?: unknown } = {}) =>
  server.call(`${base}${path}`, { ...options, key });

async function start(scenario: number): Promise<string> {
  const artifact = '/nhn-deploy/projects/1/artifacts/1';
  const answer = await api(`${artifact}/deployments`, keys.dev, { json: { scenario, serverGroup: 2 } });
  expect(answer.status).toBe(202);
  return answer.json.rolloutId;
}

async function* events(path: string, key: Key = keys.dev) {
  const authorization = `Basic ${btoa(`${key.id}:${key.secret}`)}`;
  const answer = await fetch(`${server.url}${base}${path}`, { headers: { authorization } });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  yield* readEvents(answer.body as unknown as AsyncIterable<Uint8Array>);
}

async function followToEnd(id: string): Promise<RolloutView> {
  let last: RolloutView | undefined;
  for await (const { event, data } of events(`/rollouts/${id}/events`))
    if (event === 'rollout') last = data as RolloutView;
  return last as RolloutView;
}

const stepOf = (view: RolloutView, name: string) => {
  const run = view.stages
    .flatMap(({ hostRuns }) => hostRuns)
    .find(({ steps }) => steps.some((step) => step.name === name));
  const step = run?.steps.find((other) => other.name === name);
  if (!run || !step) throw new Error(`no step ${name}`);
  return { run, step, output: `/rollouts/${view.id}/output/${run.id}/${step.index}` };
};

describe('a rollout', () => {
  test('is followed to its end, with what its steps wrote apart', async () => {
    const id = await start(3);
    const view = await followToEnd(id);
    expect(view.state).toBe('succeeded');
    const { output } = stepOf(view, 'hello');
    const stdout = await api(`${output}/stdout`);
    expect(stdout.text).toMatch(/^hello from /);
    expect(stdout.headers.get('x-slipway-offset')).toBe('0');
    expect(stdout.headers.get('content-security-policy')).toContain('sandbox');
    expect((await api(`${output}/stderr`)).text).toBe('careful\n');
  });

  test('answers its accepted plan', async () => {
    const id = await start(3);
    const { json } = await api(`/rollouts/${id}/plan`);
    const steps = json.stages.flatMap((stage: { steps: { kind: string; name: string }[] }) => stage.steps);
    expect(steps.map(({ kind }: { kind: string }) => kind)).toContain('script');
    await followToEnd(id);
  });

  test('is stopped while it runs, and its output is live until then', async () => {
    const id = await start(5);
    let stopped = false;
    let text = '';
    let last: RolloutView | undefined;
    for await (const { event, data } of events(`/rollouts/${id}/events`)) {
      if (event !== 'rollout') continue;
      last = data as RolloutView;
      const { step, output } = stepOf(last, 'sleep');
      if (stopped || step.state !== 'running') continue;
      stopped = true;
      for await (const chunk of events(`${output}/stdout/follow`)) {
        if (chunk.event !== 'output') continue;
        text += Buffer.from((chunk.data as { data: string }).data, 'base64').toString();
        if (text === 'asleep\n')
          expect((await api(`/rollouts/${id}/cancel`, keys.dev, { method: 'POST' })).status).toBe(204);
      }
    }
    expect(text).toBe('asleep\n');
    expect(last?.state).toBe('cancelled');
    const again = await api(`/rollouts/${id}/cancel`, keys.dev, { method: 'POST' });
    expect([again.status, again.json.code]).toEqual([412, 'precondition']);
  });

  test('is seen by those who may read it and by nobody else, and stopped by fewer', async () => {
    const id = await start(5);
    expect((await api(`/rollouts/${id}`, keys.viewer)).status).toBe(200);
    expect((await api(`/rollouts/${id}/cancel`, keys.viewer, { method: 'POST' })).status).toBe(403);
    for (const path of ['', '/plan', '/events', '/output/1/0/stdout', '/output/1/0/stdout/follow']) {
      expect((await api(`/rollouts/${id}${path}`, keys.nobody)).status).toBe(404);
    }
    expect((await api('/rollouts', keys.nobody)).json).toEqual({ items: [], next: null });
    await api(`/rollouts/${id}/cancel`, keys.dev, { method: 'POST' });
    expect((await followToEnd(id)).state).toBe('cancelled');
  });

  test('answers only its own output', async () => {
    const [one, other] = [await followToEnd(await start(3)), await followToEnd(await start(3))];
    const { run, step } = stepOf(one, 'hello');
    expect((await api(`/rollouts/${other.id}/output/${run.id}/${step.index}/stdout`)).status).toBe(404);
    expect((await api(`/rollouts/${one.id}/output/${run.id}/99/stdout`)).status).toBe(404);
  });
});

describe('the list of rollouts', () => {
  test('is filtered, and read page by page without gaps', async () => {
    const started: string[] = [];
    for (let count = 0; count < 3; count++) started.push((await followToEnd(await start(6))).id);
    const failed = (await api('/rollouts?state=failed')).json;
    expect(failed.items.map(({ id }: { id: string }) => id)).toEqual([...started].reverse());
    const pages: string[] = [];
    let before = '';
    do {
      const { items, next } = (await api(`/rollouts?state=failed&limit=2${before}`)).json;
      pages.push(...items.map(({ id }: { id: string }) => id));
      before = next === null ? '' : `&before=${next}`;
    } while (before !== '');
    expect(pages).toEqual([...started].reverse());
    const one = async (query: string) => (await api(`/rollouts?${query}&limit=1`)).json.items.length;
    expect(await one('host=s1')).toBe(1);
    expect(await one('host=s2')).toBe(0);
    expect(await one('text=SHOP')).toBe(1);
    expect(await one('dialect=nhn-deploy&requestedBy=dev%40example.com')).toBe(1);
    expect(await one(`to=${Date.now() - 3_600_000}`)).toBe(0);
  });
});
