import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestServer } from '../test/harness/server.ts';

/** Simulated agents in a process of their own, so that what they cost is not counted as the server's. */
export interface AgentCrowd {
  readonly hosts: readonly string[];
  stop(): Promise<void>;
}

/** Joins `count` hosts and lets them call; resolves when every one of them is up. */
export async function startCrowd(
  server: TestServer,
  count: number,
  waitSeconds: number,
): Promise<AgentCrowd> {
  const { engine, identity, storage } = server.server.parts;
  const { token } = await storage.write((unit) => identity.createJoinToken(unit, { hosts: ['*'] }));
  const hosts = Array.from({ length: count }, (_, place) => `bench-${place}`);
  const joined: { name: string; credential: string }[] = [];
  for (let from = 0; from < count; from += 100) {
    const some = hosts.slice(from, from + 100).map(async (name) => {
      const request = { token, name, labels: {}, platform: 'linux-x64', agentVersion: 'fake' };
      const { credential } = await engine.agents.join(request, '127.0.0.1');
      joined.push({ name, credential });
    });
    await Promise.all(some);
  }
  const file = join(server.data, 'crowd.json');
  await writeFile(file, JSON.stringify({ base: server.url, waitSeconds, hosts: joined }));
  const program = join(import.meta.dirname, 'simulated-agents.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, file], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  if (child.stdout) await once(child.stdout, 'data');
  return { hosts, stop: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.stdin?.end();
  await gone;
}
