import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pause, until } from '../harness/waiting.ts';
import { Caller, keyHeaders } from './caller.ts';
import { declarationOf, world } from './declaration.ts';
import { Restartable } from './process.ts';
import { seededRandom } from './seeded-random.ts';
import { type AtEnd, type Engine, prepareServer } from './shaken-server.ts';

const kills = Number(process.env.SLIPWAY_CHAOS_KILLS ?? 5);
const seed = Number(process.env.SLIPWAY_CHAOS_SEED ?? 20_260_101);
const agentBundle = 'dist/slipway-agent.mjs';

describe.concurrent.each<Engine>(['sqlite', 'postgres'])(
  'a server on %s that is killed again and again',
  (engine) => {
    test(
      `loses nothing it acknowledged in ${kills} kills (seed ${seed}), runs nothing twice and leaves nothing running`,
      async ({ onTestFinished }) => {
        const random = seededRandom(seed);
        const run = await startWorld(engine, (cleanup) => onTestFinished(async () => void (await cleanup())));
        for (let round = 0; round < kills; round += 1) {
          const calls = Array.from({ length: 6 }, () =>
            random() < 0.5 ? run.caller.deploy() : run.caller.upload(1 + Math.floor(random() * 2_000_000)),
          );
          const killed = pause(random() * 700).then(() => run.server.kill());
          const agent = random() < 0.4 ? run.agents[Math.floor(random() * run.agents.length)] : undefined;
          const killedAgent = agent && pause(random() * 700).then(() => agent.kill());
          await Promise.all([...calls, killed, killedAgent]);
          run.server.start();
          agent?.start();
          await run.ready();
        }
        await run.caller.upload(1000);
        await run.caller.deploy();
        expect(run.caller.acknowledged.deployKeys.length).toBeGreaterThan(0);
        await everythingHasEnded(run);
        await acknowledgedIsThere(run);
        await nothingRanTwice(run);
        await nothingIsLeftOver(run);
        expect(await run.server.stop()).toBe(0);
      },
      300_000 + kills * 20_000,
    );
  },
);

interface World {
  readonly base: string;
  readonly folder: string;
  readonly server: Restartable;
  readonly agents: readonly Restartable[];
  readonly caller: Caller;
  ready(): Promise<void>;
}

async function startWorld(engine: Engine, atEnd: AtEnd): Promise<World> {
  if (!existsSync(agentBundle)) throw new Error(`${agentBundle} is missing: run \`npm run build\` first`);
  const { base, folder, process: server, ready } = await prepareServer(engine, declarationOf, atEnd);
  await mkdir(join(folder, 'apps'));
  const agents = world.hosts.map((name) => {
    const joined = ['--server', base, '--token', world.joinToken, '--name', name];
    return new Restartable(
      [agentBundle, ...joined, '--state', join(folder, name)],
      {},
      join(folder, `${name}.log`),
    );
  });
  atEnd(async () => {
    for (const agent of agents) await agent.kill();
  });
  const run: World = { base, folder, server, agents, caller: new Caller(base), ready };
  server.start();
  await run.ready();
  for (const agent of agents) agent.start();
  await run.caller.upload(1000);
  return run;
}

async function everythingHasEnded(run: World): Promise<void> {
  const rows = await until(async () => {
    const all = await histories(run);
    return all.every((row) => row.totalResult !== 'RUNNING') ? all : undefined;
  }, 'no deployment to be RUNNING');
  const listed = new Set(rows.map((row) => row.deployKey));
  expect(run.caller.acknowledged.deployKeys.filter((key) => !listed.has(key))).toEqual([]);
}

async function acknowledgedIsThere(run: World): Promise<void> {
  for (const upload of run.caller.acknowledged.uploads) {
    const response = await fetch(upload.url);
    expect(response.status).toBe(200);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(upload.sha256);
  }
}

async function nothingRanTwice(run: World): Promise<void> {
  const marks = (await readFile(join(run.folder, 'runs'), 'utf8')).split('\n').filter((line) => line !== '');
  expect(marks.length).toBeGreaterThan(0);
  expect(marks.filter((mark, index) => marks.indexOf(mark) !== index)).toEqual([]);
}

async function nothingIsLeftOver(run: World): Promise<void> {
  // The output of the last runs may be on its way through the spool just now.
  await until(async () => {
    const spooled = await readdir(join(run.folder, 'data', 'spool'));
    return spooled.length === 0 ? true : undefined;
  }, 'an empty spool');
  const applications = await readdir(join(run.folder, 'apps'));
  expect(applications).toEqual(['shaken.bin']);
}

interface HistoryRow {
  readonly deployKey: number;
  readonly totalResult: string;
}

async function histories(run: World): Promise<HistoryRow[]> {
  const query = `deploy-histories?pageSize=1000`;
  const url = `${run.base}/api/v2.0/projects/${world.appKey}/artifacts/${world.artifact}/${query}`;
  const answer = (await (await fetch(url, { headers: keyHeaders })).json()) as {
    body: { deployHistories: HistoryRow[] };
  };
  return answer.body.deployHistories;
}
