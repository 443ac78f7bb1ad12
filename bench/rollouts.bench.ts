import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import type { Plan } from '../src/engine/index.ts';
import { startServer, type TestServer } from '../test/harness/server.ts';
import { startCrowd } from './agent-crowd.ts';
import { judge, median, tell } from './report.ts';

/**
 * 20 rollouts in a row on 500 simulated agents, 3 steps each, over HTTP and on embedded storage; beside it, before and
 * after, how many fsynced commits the machine makes when it does nothing else.
 */
const agentCount = 500;
const rollouts = 20;

const step = (name: string) =>
  ({ where: 'agent', kind: 'script', name, shell: '/bin/sh', text: 'true', timeoutSeconds: 60 }) as const;

const server = await startServer();
const crowd = await startCrowd(server, agentCount, 30);
try {
  await rollout(server);
  const before = rawCommits(server.data);
  const { storage } = server.server.parts;
  const commits = storage.commits;
  const cpu = process.cpuUsage();
  const began = performance.now();
  const each: number[] = [];
  for (let round = 0; round < rollouts; round += 1) each.push(await rollout(server));
  const seconds = (performance.now() - began) / 1000;
  const made = storage.commits - commits;
  const used = process.cpuUsage(cpu);
  const after = rawCommits(server.data);
  const raw = Math.min(before, after);
  const runs = agentCount * rollouts;
  tell(`raw fsynced commits per second: ${before.toFixed(0)} before, ${after.toFixed(0)} after`);
  tell(
    `${runs} host runs in ${seconds.toFixed(2)} s, ${made} commits; one rollout ${median(each).toFixed(0)} ms`,
  );
  tell(`the server used ${((used.user + used.system) / 1000 / runs).toFixed(2)} ms of CPU for a host run`);
  judge('commits for a host run', made / runs, { atMost: 1 });
  judge('host runs per second', runs / seconds, { atLeast: Math.floor(Math.min(400, raw / 4)) });
  process.stdout.write(
    `${JSON.stringify({ bench: 'rollouts', runs, seconds, commits: made, rawCommitsPerSecond: raw })}\n`,
  );
} finally {
  await crowd.stop();
  await server.close();
}

/** Milliseconds from acceptance to the end. */
async function rollout(on: TestServer): Promise<number> {
  const { engine, storage } = on.server.parts;
  const plan: Plan = {
    stages: [{ name: 'all', hosts: [...crowd.hosts], steps: [step('one'), step('two'), step('three')] }],
  };
  const owner = { dialect: 'bench', noun: 'bench', id: '1' };
  const began = performance.now();
  const { id } = await storage.write((unit) =>
    engine.accept(unit, { owner, title: 'bench', resource: '/bench', requestedBy: 'bench', plan }),
  );
  const view = await engine.waitForEnd(id);
  if (view.state !== 'succeeded') throw new Error(`the rollout ended ${view.state}: ${view.reasonText}`);
  return performance.now() - began;
}

/** Commits of one small row in a second, each on disk before the next, in a database beside the server's. */
function rawCommits(folder: string): number {
  const database = new DatabaseSync(join(folder, `raw-${Date.now()}.db`));
  database.exec('pragma journal_mode = wal; pragma synchronous = full; create table row (value integer)');
  const insert = database.prepare('insert into row values (?)');
  const began = performance.now();
  let count = 0;
  while (performance.now() - began < 1000) {
    insert.run(count);
    count += 1;
  }
  database.close();
  return count / ((performance.now() - began) / 1000);
}
