import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { endAgent, ensureAgent } from './agent-process.ts';

/** Stands for an agent that is ending a step: it needs half a second from TERM to its end, and writes down both times. */
const slowToEnd = `
import { appendFileSync } from 'node:fs';
const note = (text) => appendFileSync(process.argv[7] + '.times', text + '\\n');
process.on('SIGTERM', () => setTimeout(() => { note('end'); process.exit(); }, 500));
setInterval(() => {}, 1000);
note('start');
`;

test('an agent that calls an earlier address has ended before the next one starts', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-demo-agent-'));
  const program = join(folder, 'agent.mjs');
  await writeFile(program, slowToEnd);
  const times = async () => (await readFile(join(folder, 'state.times'), 'utf8').catch(() => '')).split('\n');
  const begun = (count: number) =>
    expect.poll(async () => (await times()).filter((time) => time === 'start').length).toBe(count);
  const first = await ensureAgent({ name: 's1', server: 'http://127.0.0.1:1', program, folder });
  await begun(1);
  const second = await ensureAgent({ name: 's1', server: 'http://127.0.0.1:2', program, folder });
  await begun(2);
  expect([first.adopted, second.adopted]).toEqual([false, false]);
  expect((await times()).slice(0, 3)).toEqual(['start', 'end', 'start']);
  await endAgent(folder);
  await rm(folder, { recursive: true, force: true });
});
