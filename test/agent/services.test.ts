import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAlive } from '../harness/process-life.ts';
import { sampleBundle } from '../harness/sample-bundle.ts';
import type { AgentProcess } from './agent-process.ts';
import { ScriptedServer } from './scripted-server.ts';
import { serviceStart } from './service-steps.ts';

let server: ScriptedServer;
let agent: AgentProcess;

beforeAll(async () => {
  server = await ScriptedServer.start();
  agent = server.agent('s1', ['--stop-instances']);
});
afterAll(async () => {
  await agent.kill('SIGTERM');
  await server.close();
});

test('an instance is started, becomes well, answers on its port, and is stopped', async () => {
  const bundle = server.gateway.keep(await sampleBundle({ version: 'one' }));
  const step = serviceStart(bundle, { environment: { COLOUR: 'blue' } });
  const lease = server.gateway.offer([step, { kind: 'health-check', instances: [step.instance] }]);
  expect(await server.gateway.ended(lease)).toMatchObject([{ state: 'succeeded' }, { state: 'succeeded' }]);
  const status = server.gateway.instance(step.instance);
  expect(status).toMatchObject({ state: 'running', healthy: true, restarts: 0, trouble: null });
  const url = `http://127.0.0.1:${status?.port}`;
  expect(await (await fetch(url)).text()).toBe('one');
  expect(await (await fetch(`${url}/env`)).json()).toMatchObject({
    COLOUR: 'blue',
    PORT: String(status?.port),
  });
  const stop = server.gateway.offer([{ kind: 'service-stop', instances: [step.instance, randomUUID()] }]);
  expect(await server.gateway.ended(stop)).toMatchObject([{ state: 'succeeded' }]);
  expect(server.gateway.saidOf(step.instance).at(-1)?.state).toBe('stopped');
  expect(isAlive(status?.pid as number)).toBe(false);
});
