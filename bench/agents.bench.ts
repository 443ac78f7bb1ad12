import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plan } from '../src/engine/index.ts';
import { startAgent, startServer, type TestServer } from '../test/harness/server.ts';
import { judge, median, tell } from './report.ts';

/**
 * One rollout on 20 real agents that run `true` three times each, beside the same 60 processes spawned directly, 20 at
 * once. Both in one run, in turns; starting the agents is not counted.
 */
const hosts = Array.from({ length: 20 }, (_, place) => `bench-${place}`);
const rounds = 9;

const server = await startServer();
const agents = await Promise.all(hosts.map((host) => startAgent(server, host)));
try {
  await compare(server);
  const resident = await Promise.all(agents.map(({ pid }) => residentMegabytes(pid)));
  tell(`resident memory of one agent: ${median(resident).toFixed(0)} MB`);
} finally {
  await Promise.all(agents.map((agent) => agent.kill('SIGTERM')));
  await server.close();
}

async function compare(server: TestServer): Promise<void> {
  const file = join(server.data, 'true.sh');
  await writeFile(file, 'true', { mode: 0o700 });
  await rollout(server);
  await direct(file);
  const excess: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const spawned = await direct(file);
    const rolled = await rollout(server);
    tell(`60 processes ${spawned.toFixed(0)} ms, the rollout ${rolled.toFixed(0)} ms`);
    excess.push(rolled - 1.5 * spawned);
  }
  judge('rollout − 1.5 × direct, median', median(excess), { atMost: 150 }, ' ms');
}

/** Milliseconds from acceptance to the end. */
async function rollout(server: TestServer): Promise<number> {
  const { engine, storage } = server.server.parts;
  const step = {
    where: 'agent',
    kind: 'script',
    name: 'true',
    shell: '/bin/bash',
    text: 'true',
    timeoutSeconds: 60,
  } as const;
  const plan: Plan = { stages: [{ name: 'true', hosts, steps: [step, step, step] }] };
  const owner = { dialect: 'bench', noun: 'bench', id: '1' };
  const began = performance.now();
  const { id } = await storage.write((unit) =>
    engine.accept(unit, { owner, title: 'bench', resource: '/bench', requestedBy: 'bench', plan }),
  );
  const view = await engine.waitForEnd(id);
  if (view.state !== 'succeeded') throw new Error(`the rollout ended ${view.state}`);
  return performance.now() - began;
}

async function direct(file: string): Promise<number> {
  const began = performance.now();
  await Promise.all(
    hosts.map(async () => {
      for (let turn = 0; turn < 3; turn += 1)
        await once(spawn('/bin/bash', [file], { stdio: 'ignore' }), 'exit');
    }),
  );
  return performance.now() - began;
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
