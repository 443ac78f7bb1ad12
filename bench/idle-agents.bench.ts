import { readFile } from 'node:fs/promises';
import { startServer } from '../test/harness/server.ts';
import { startCrowd } from './agent-crowd.ts';
import { judge, tell } from './report.ts';

/**
 * 5,000 agents that are connected and wait for work, in a process of their own: what they cost the server in memory and
 * in processor time while nothing happens. Each asks again after 60 s, as agents do.
 */
const agentCount = 5_000;
const watchedSeconds = 60;

const server = await startServer();
const empty = await residentMegabytes();
const crowd = await startCrowd(server, agentCount, 60);
try {
  await allUp();
  // What connecting cost is over; what waiting costs begins.
  await pause(10);
  const cpu = process.cpuUsage();
  const commits = server.server.parts.storage.commits;
  await pause(watchedSeconds);
  const used = process.cpuUsage(cpu);
  const share = (100 * (used.user + used.system)) / 1e6 / watchedSeconds;
  const resident = await residentMegabytes();
  const made = server.server.parts.storage.commits - commits;
  tell(
    `the server without agents: ${empty.toFixed(0)} MB; ${made} commits in ${watchedSeconds} s of waiting`,
  );
  judge('resident memory', resident, { atMost: 600 }, ' MB');
  judge('processor time, of one core', share, { atMost: 5 }, ' %');
  process.stdout.write(
    `${JSON.stringify({ bench: 'idle-agents', agents: agentCount, residentMegabytes: resident, percentOfCore: share })}\n`,
  );
} finally {
  await crowd.stop();
  await server.close();
}

async function allUp(): Promise<void> {
  for (;;) {
    const up = await server.server.parts.engine.hosts.up(crowd.hosts);
    if ([...up.values()].every(Boolean)) return;
    await pause(0.5);
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

async function residentMegabytes(): Promise<number> {
  const status = await readFile('/proc/self/status', 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
