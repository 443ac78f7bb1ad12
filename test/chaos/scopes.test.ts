import { describe, expect, test } from 'vitest';
import { isAlive } from '../harness/process-life.ts';
import { pause, until } from '../harness/waiting.ts';
import { type ScopeWorld, startScopeWorld } from './scope-world.ts';
import { seededRandom } from './seeded-random.ts';
import type { Engine } from './shaken-server.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect of an answer by reading it
type Json = any;

const kills = Number(process.env.SLIPWAY_CHAOS_KILLS ?? 5);
const seed = Number(process.env.SLIPWAY_CHAOS_SEED ?? 20_260_101);
const engines: Engine[] = ['sqlite', 'postgres'];

const victims = ['server', 'instance', 'agent', 'router'] as const;
type Victim = (typeof victims)[number];
/** Where the deployment is when something is killed; the last two end with the old version. */
const moments = [
  'creating',
  'waiting',
  'running',
  'switching',
  'finalizing',
  'cancelling',
  'rolling back',
] as const;
type Moment = (typeof moments)[number];

const ends = ['finalized', 'cancelled', 'rolled_back', 'failed'];

describe.concurrent.each(engines)('a deployment on %s in whose middle something is killed', (engine) => {
  test(
    `ends as it was told in ${kills} kills (seed ${seed}), while one version serves, and leaves no instance behind`,
    async ({ onTestFinished }) => {
      const random = seededRandom(seed);
      const world = await startScopeWorld(engine, (cleanup) =>
        onTestFinished(async () => void (await cleanup())),
      );
      const releases = new Map<string, number>();
      for (const version of ['one', 'two']) releases.set(version, await world.release(version));
      const first = await post(world, releases.get('one') as number);
      await untilEnd(world, first.json.id, 'finalized');
      let serving = 'one';
      for (let round = 0; round < kills; round += 1) {
        // Every victim at every moment before anything comes twice: 4 and 7 have no common divisor.
        const victim = victims[round % victims.length] as Victim;
        const moment = moments[round % moments.length] as Moment;
        const next = serving === 'one' ? 'two' : 'one';
        const visitor = keepVisiting(world);
        const { json } = await post(world, releases.get(next) as number);
        await bring(world, json.id, moment);
        await pause(random() * 150);
        await kill(world, victim, random);
        await noSecondSlipsIn(world, json.id, releases.get(serving) as number);
        const isKept = await finish(world, json.id, moment);
        if (isKept) serving = next;
        const strange = (await visitor.stop()).filter((answer) => answer !== 'one' && answer !== 'two');
        // A killed router refuses, a killed instance breaks off; nothing else may be noticed.
        if (victim === 'server' || victim === 'agent') expect(strange, `${victim} ${moment}`).toEqual([]);
        await onlyServes(world, serving);
      }
    },
    300_000 + kills * 30_000,
  );
});

const post = (world: ScopeWorld, releaseId: number) =>
  world.api('POST', '/deployment', { scope_id: world.scope.id, release_id: releaseId });

const patch = (world: ScopeWorld, id: number, json: Json) => world.api('PATCH', `/deployment/${id}`, json);

async function read(world: ScopeWorld, id: number): Promise<Json> {
  return (await world.api('GET', `/deployment/${id}`)).json;
}

/** Resolves when the deployment is where it is to be when something is killed. */
async function bring(world: ScopeWorld, id: number, moment: Moment): Promise<void> {
  if (moment === 'creating') return;
  if (moment === 'waiting') {
    await reach(world, id, ({ status }) => status !== 'creating');
    return;
  }
  if (moment !== 'cancelling') await reach(world, id, ({ status }) => status === 'running');
  if (moment === 'switching' || moment === 'rolling back') {
    await patch(world, id, { strategy_data: { desired_switched_traffic: 50 } });
  }
  if (moment === 'finalizing') await patch(world, id, { status: 'finalizing' });
  if (moment === 'cancelling' || moment === 'rolling back') await patch(world, id, { status: 'cancelling' });
}

/** kill -9; what nobody starts again by itself is started again. */
async function kill(world: ScopeWorld, victim: Victim, random: () => number): Promise<void> {
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  if (victim === 'server') {
    await world.server.kill();
    await pause(random() * 300);
    world.server.start();
    await world.ready();
  } else if (victim === 'agent') {
    const agent = pick(world.agents);
    await agent.kill();
    await pause(random() * 300);
    agent.start();
  } else {
    const pid = victim === 'router' ? await world.routerPid() : pick(world.instancePids());
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
}

/** While a deployment is not over, another one of its scope is refused. */
async function noSecondSlipsIn(world: ScopeWorld, id: number, releaseId: number): Promise<void> {
  const second = await post(world, releaseId);
  if (second.status === 400) return;
  const { status } = await read(world, id);
  expect(ends, `a second deployment was taken while the first was ${status}`).toContain(status);
  await patch(world, second.json.id, { status: 'cancelling' });
  await reach(world, second.json.id, (now) => ends.includes(now.status));
}

/** Brings the deployment to its end; answers whether its version serves now. */
async function finish(world: ScopeWorld, id: number, moment: Moment): Promise<boolean> {
  if (moment === 'cancelling' || moment === 'rolling back') {
    const { status } = await reach(world, id, (now) => ends.includes(now.status));
    expect(['cancelled', 'rolled_back']).toContain(status);
    return false;
  }
  await reach(world, id, (now) => now.status === 'running' || ends.includes(now.status));
  await patch(world, id, { status: 'finalizing' });
  await untilEnd(world, id, 'finalized');
  return true;
}

async function untilEnd(world: ScopeWorld, id: number, status: string): Promise<void> {
  const ended = await reach(world, id, (now) => ends.includes(now.status));
  const { messages } = (await world.api('GET', `/deployment/${id}?include_messages=true`)).json;
  expect(ended.status, JSON.stringify(messages, null, 1)).toBe(status);
}

const reach = (world: ScopeWorld, id: number, isThere: (deployment: Json) => boolean): Promise<Json> =>
  until(async () => {
    const deployment = await read(world, id);
    return isThere(deployment) ? deployment : undefined;
  }, `deployment ${id} to get on`);

/** The version answers every request again, the scope says so, and no process of another one lives. */
async function onlyServes(world: ScopeWorld, version: string): Promise<void> {
  await until(async () => (world.instancePids().length === 2 ? true : undefined), 'exactly two instances');
  await until(async () => ((await world.visit()) === version ? true : undefined), `${version} to serve`);
  const answers = await Promise.all(Array.from({ length: 20 }, () => world.visit()));
  expect(new Set(answers)).toEqual(new Set([version]));
  const { json } = await world.api('GET', `/scope/${world.scope.id}`);
  expect(json.in_progress_deployment).toBeNull();
}

/** Asks the scope's address again and again; `stop` tells what was answered. */
function keepVisiting(world: ScopeWorld): { stop(): Promise<string[]> } {
  let isOver = false;
  const answers: string[] = [];
  const asking = (async () => {
    while (!isOver) {
      answers.push(await world.visit());
      await pause(5);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await asking;
      return answers;
    },
  };
}
