import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../harness/process-life.ts';
import { type SampleOptions, sampleBundle } from '../harness/sample-bundle.ts';
import type { AgentProcess } from './agent-process.ts';
import { ScriptedServer } from './scripted-server.ts';
import { serviceStart } from './service-steps.ts';

let server: ScriptedServer;

beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(async () => {
  // What a test has left running outlives its agent.
  await server.killAgents();
  await server.agent('s1', ['--remove-instances']).exit();
  await server.close();
});

async function running(
  sample: SampleOptions = { version: '1' },
  more: Parameters<typeof serviceStart>[1] = {},
) {
  const step = serviceStart(server.gateway.keep(await sampleBundle(sample)), more);
  server.gateway.offer([step]);
  const status = await server.gateway.instanceIs(step.instance, ({ healthy }) => healthy);
  return { id: step.instance, pid: status.pid as number, status, url: `http://127.0.0.1:${status.port}` };
}

/** What the agent's next process says of the instance first, and once that is true of it. */
async function afterRestart(agent: AgentProcess, id: string, isTrue: () => boolean) {
  const before = server.gateway.saidOf(id).length;
  agent.restart();
  await server.gateway.until(() => server.gateway.saidOf(id).length > before && isTrue());
  return server.gateway.saidOf(id).slice(before);
}

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'an agent ended by %s finds its instance again, as it was',
  async (signal) => {
    const agent = server.agent('s1');
    const { id, pid, url, status } = await running();
    const lines = () => server.gateway.linesOf(id);
    // Lines whose answer was on its way when the agent was killed come again; a later report shows that it arrived.
    await server.gateway.until(() => lines().some((line) => line.includes('listening on port')));
    await fetch(`${url}/say?text=the+answer+arrived`);
    await server.gateway.until(() => lines().includes('the answer arrived'));
    await agent.kill(signal);
    expect(isAlive(pid)).toBe(true);
    await fetch(`${url}/say?text=while+nobody+listened`);
    const [first] = await afterRestart(agent, id, () => lines().includes('while nobody listened'));
    expect(first).toEqual(status);
    expect(lines().filter((line) => line.includes('listening on port'))).toHaveLength(1);
  },
);

test.each(['SIGKILL', 'SIGTERM'] as const)(
  'a start with secrets in whose middle the agent is ended by %s is given back, and goes on without a second process',
  async (signal) => {
    const agent = server.agent('s1');
    const sample = await sampleBundle({ version: '1', health: 'status-500' });
    const step = serviceStart(server.gateway.keep(sample), { environment: { SECRET: 'hunter2' } });
    const steps = [step, { kind: 'health-check' as const, instances: [step.instance] }];
    const lease = server.gateway.offer(steps, { masked: ['hunter2'] });
    await server.gateway.started(lease, 1);
    const { pid, port } = await server.gateway.instanceIs(step.instance, (each) => each.pid !== null);
    await agent.kill(signal);
    agent.restart();
    const isBack = () => server.gateway.eventsOf(lease).at(-1)?.kind === 'lease-returned';
    await server.gateway.until(isBack);
    const again = server.gateway.offer(steps, { masked: ['hunter2'] });
    await server.gateway.started(again, 1);
    const url = `http://127.0.0.1:${port}/set-health?status=200`;
    await expect.poll(() => fetch(url).then(({ ok }) => ok), { timeout: 30_000 }).toBe(true);
    const ends = await server.gateway.ended(again);
    expect(ends.map(({ state }) => state)).toEqual(['succeeded', 'succeeded']);
    expect(server.gateway.instance(step.instance)).toMatchObject({ pid, port, restarts: 0 });
    expect(server.gateway.eventsOf(lease).filter(({ kind }) => kind === 'step-ended')).toHaveLength(1);
  },
);

test('an adopted instance is probed, supervised and stopped like any other', async () => {
  const agent = server.agent('s1');
  const { id, pid, url } = await running();
  await agent.kill('SIGKILL');
  await fetch(`${url}/set-health?status=503`);
  await afterRestart(agent, id, () => server.gateway.instance(id)?.healthy === false);
  process.kill(pid, 'SIGKILL');
  const again = await server.gateway.instanceIs(id, (each) => each.healthy && each.pid !== pid);
  expect(again.restarts).toBe(1);
  await agent.kill('SIGKILL');
  agent.restart();
  server.gateway.unwanted.add(id);
  await server.gateway.until(() => server.gateway.instance(id)?.state === 'stopped');
  expect(isAlive(again.pid as number)).toBe(false);
});

test('an instance that ended while no agent ran is started again on its port', async () => {
  const agent = server.agent('s1');
  const { id, pid, status } = await running();
  await agent.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  await afterRestart(agent, id, () => server.gateway.instance(id)?.healthy === true);
  expect(server.gateway.instance(id)).toMatchObject({ restarts: 1, port: status.port });
});

test('an agent that was killed while it stopped an instance ends it when it is back', async () => {
  const agent = server.agent('s1');
  const { id, pid } = await running({ version: '1', ignoresTerm: true }, { stopGraceSeconds: 1 });
  server.gateway.offer([{ kind: 'service-stop', instances: [id] }]);
  await server.gateway.instanceIs(id, ({ state }) => state === 'stopping');
  await agent.kill('SIGKILL');
  agent.restart();
  await server.gateway.until(() => server.gateway.saidOf(id).some(({ state }) => state === 'stopped'));
  expect(isAlive(pid)).toBe(false);
});

test('a program whose start was not noted is ended, and what has lost its record too', async () => {
  const agent = server.agent('s1');
  const noted = await running();
  const lost = await running();
  const mark = ((await (await fetch(`${noted.url}/env`)).json()) as { SLIPWAY_INSTANCE: string })
    .SLIPWAY_INSTANCE;
  await agent.kill('SIGKILL');
  await rm(join(agent.state, 'instances', lost.id), { recursive: true });
  const stray = spawn('sleep', ['1000'], {
    env: { SLIPWAY_INSTANCE: mark },
    detached: true,
    stdio: 'ignore',
  });
  stray.unref();
  process.kill(noted.pid, 'SIGKILL');
  await afterRestart(agent, noted.id, () => server.gateway.instance(noted.id)?.healthy === true);
  expect(isAlive(lost.pid)).toBe(false);
});

test('with --stop-instances they end with the agent, and are there again with the next one', async () => {
  const agent = server.agent('s1', ['--stop-instances']);
  const { id, pid, status } = await running();
  await agent.kill('SIGTERM');
  expect(isAlive(pid)).toBe(false);
  await afterRestart(agent, id, () => server.gateway.instance(id)?.healthy === true);
  expect(server.gateway.instance(id)?.port).toBe(status.port);
});

test("the record can be read by the agent's user only, and nothing of a stopped instance is left", async () => {
  const agent = server.agent('s1');
  const { id } = await running({ version: '1' }, { environment: { SECRET: 'value' } });
  const folder = join(agent.state, 'instances', id);
  expect((await stat(join(folder, 'instance.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(await readFile(join(folder, 'stdout.log'), 'utf8')).toContain('version 1 begins');
  const lease = server.gateway.offer([{ kind: 'service-stop', instances: [id] }]);
  await server.gateway.ended(lease);
  expect(existsSync(folder)).toBe(false);
  expect(await readdir(join(agent.state, 'instances'))).toEqual([]);
});

test('--remove-instances ends them for good', async () => {
  const agent = server.agent('s1');
  const { pid } = await running();
  await agent.kill('SIGTERM');
  const remover = server.agent('s1', ['--remove-instances']);
  expect(await remover.exit()).toBe(0);
  expect(isAlive(pid)).toBe(false);
  expect(await readdir(join(agent.state, 'instances'))).toEqual([]);
});
