import { afterAll, beforeAll, expect, test } from 'vitest';
import { ScriptedServer } from './scripted-server.ts';

let server: ScriptedServer;

beforeAll(async () => {
  server = await ScriptedServer.start();
  server.agent('s1');
});
afterAll(() => server.close());

const script = (text: string, more = {}) => ({ kind: 'script', shell: '/bin/bash', text, ...more }) as const;

test('a script runs, and its output and exit code are reported', async () => {
  const lease = server.gateway.offer([
    script('echo hi; echo oops >&2'),
    script('exit 3'),
    script('echo never'),
  ]);
  const ends = await server.gateway.ended(lease);
  expect(ends.map(({ state, exitCode, reason }) => ({ state, exitCode, reason }))).toEqual([
    { state: 'succeeded', exitCode: 0, reason: null },
    { state: 'failed', exitCode: 3, reason: 'exit-code' },
  ]);
  expect(server.gateway.output(lease).text).toBe('hi\n');
  expect(server.gateway.output(lease, 0, 'stderr').text).toBe('oops\n');
});
