import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan, RolloutView } from '../../src/engine/index.ts';
import { isAlive } from '../harness/process-life.ts';
import { startAgent, startServer, type TestServer } from '../harness/server.ts';
import type { AgentProcess } from './agent-process.ts';

let server: TestServer;
const agents: AgentProcess[] = [];

beforeAll(async () => {
  server = await startServer();
  for (const name of ['s1', 's2']) agents.push(await startAgent(server, name));
});
afterAll(async () => {
  await Promise.all(agents.map((agent) => agent.kill('SIGKILL')));
  await server.close();
});

const engine = () => server.server.parts.engine;
const script = (text: string, more = {}) =>
  ({
    where: 'agent',
    kind: 'script',
    name: 'run',
    shell: '/bin/bash',
    text,
    timeoutSeconds: 60,
    ...more,
  }) as const;

async function accept(plan: Plan): Promise<string> {
  const { id } = await server.server.parts.storage.write((unit) =>
    engine().accept(unit, {
      owner: { dialect: 'test', noun: 'run', id: '1' },
      title: 'test',
      resource: '/test',
      requestedBy: 'tester',
      plan,
    }),
  );
  return id;
}

async function run(plan: Plan): Promise<RolloutView> {
  return await engine().waitForEnd(await accept(plan));
}

/** Resolves with the whole output of a step when it holds `text`. */
async function printed(rollout: string, text: string): Promise<string> {
  for await (const view of engine().watch(rollout, new AbortController().signal)) {
    const hostRun = view.stages[0]?.hostRuns[0];
    if (!hostRun?.steps[0]?.startedAt) continue;
    let seen = '';
    for await (const { bytes } of engine().followOutput(
      hostRun.id,
      0,
      'stdout',
      0,
      new AbortController().signal,
    )) {
      seen += Buffer.from(bytes).toString();
      if (seen.includes(text)) return seen;
    }
  }
  throw new Error(`the rollout ended without printing ${text}`);
}

async function output(view: RolloutView, host = 0, stream: 'stdout' | 'stderr' = 'stdout'): Promise<string> {
  const hostRun = view.stages[0]?.hostRuns[host];
  const tail = hostRun && (await engine().output(hostRun.id, 0, stream));
  if (!tail) return '';
  let text = '';
  for await (const chunk of tail.open()) text += chunk;
  return text;
}

test('a plan runs on two hosts, with output, exit codes and times', async () => {
  const view = await run({
    stages: [{ name: 'go', hosts: ['s1', 's2'], steps: [script('echo hi; echo oops >&2')] }],
  });
  expect(view.state).toBe('succeeded');
  const runs = view.stages[0]?.hostRuns ?? [];
  expect(runs.map(({ host, state }) => [host, state])).toEqual([
    ['s1', 'succeeded'],
    ['s2', 'succeeded'],
  ]);
  expect(runs[0]?.steps[0]).toMatchObject({
    state: 'succeeded',
    exitCode: 0,
    stdoutBytes: 3,
    stderrBytes: 5,
  });
  expect(await output(view, 1)).toBe('hi\n');
  expect(await output(view, 1, 'stderr')).toBe('oops\n');
});

test('a file of the blob store is put on the hosts', async () => {
  const { blobs, storage } = server.server.parts;
  const bytes = Buffer.alloc(3_000_000, 'jar');
  const spooled = await blobs.spool(
    (async function* () {
      yield bytes;
    })(),
    { limit: 10_000_000 },
  );
  const blob = await spooled.keep();
  await storage.write((unit) => blobs.retain(unit, blob));
  const { sha256, size } = blob;
  const step = {
    where: 'agent',
    kind: 'put-file',
    name: 'put',
    blob: { sha256, size },
    directory: '~/apps',
    fileName: 'a.jar',
    timeoutSeconds: 60,
  } as const;
  const view = await run({ stages: [{ name: 'put', hosts: ['s1', 's2'], steps: [step] }] });
  expect(view.state).toBe('succeeded');
  expect(await output(view)).toBe('Success');
  expect((await readFile(`${server.data}/apps/a.jar`)).equals(bytes)).toBe(true);
});

test('a failing step fails its host with the reason', async () => {
  const view = await run({
    stages: [{ name: 'go', hosts: ['s1'], steps: [script('exit 3'), script('true')] }],
  });
  expect(view.state).toBe('failed');
  expect(view.stages[0]?.hostRuns[0]?.steps.map(({ state, exitCode }) => [state, exitCode])).toEqual([
    ['failed', 3],
    ['skipped', null],
  ]);
});

test('a cancel reaches the running step', async () => {
  const id = await accept({
    stages: [{ name: 'go', hosts: ['s1'], steps: [script('echo $$; sleep 1000')] }],
  });
  const pid = Number(await printed(id, '\n'));
  await server.server.parts.storage.write((unit) => engine().cancel(unit, id, 'tester'));
  const view = await engine().waitForEnd(id);
  expect(view.state).toBe('cancelled');
  expect(view.stages[0]?.hostRuns[0]?.steps[0]?.state).toBe('cancelled');
  expect(isAlive(pid)).toBe(false);
});

test('an agent that is killed and restarted ends its step as interrupted', async () => {
  const [agent] = agents as [AgentProcess];
  const id = await accept({
    stages: [{ name: 'go', hosts: ['s1'], steps: [script('echo $$; sleep 1000')] }],
  });
  const pid = Number(await printed(id, '\n'));
  await agent.kill('SIGKILL');
  agent.restart();
  const view = await engine().waitForEnd(id);
  expect(view.state).toBe('failed');
  expect(view.stages[0]?.hostRuns[0]?.steps[0]).toMatchObject({
    state: 'interrupted',
    reason: 'interrupted',
  });
  expect(isAlive(pid)).toBe(false);
});

test('a step that outlives a restart of the server is reported to the new one', async () => {
  const id = await accept({
    stages: [{ name: 'go', hosts: ['s2'], steps: [script('echo begun; sleep 1; echo done')] }],
  });
  await printed(id, 'begun');
  await server.restart();
  const view = await engine().waitForEnd(id);
  expect(view.state).toBe('succeeded');
  expect(await output(view)).toBe('begun\ndone\n');
});

test('values of secrets are not stored', async () => {
  const { secrets, storage } = server.server.parts;
  const secretId = await storage.write((unit) => secrets.store(unit, 'hunter2'));
  const step = script('echo it is %%SECRET%%', { secrets: [{ placeholder: '%%SECRET%%', secretId }] });
  const view = await run({ stages: [{ name: 'go', hosts: ['s1'], steps: [step] }] });
  expect(await output(view)).toBe('it is ******\n');
});
