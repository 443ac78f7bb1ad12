import { uuidv7 } from 'uuidv7';
import type { Unit } from '../storage/index.ts';
import type { RolloutRequest } from './engine.ts';
import { insertPlanned, type PlannedInstance, plannedOn, planningMistake } from './instances/index.ts';
import { hostLockName } from './lock-queue.ts';
import type { Plan, Stage } from './plan.ts';
import { blobsOfPlan } from './plan-blobs.ts';
import { checkPlan } from './plan-check.ts';
import { rowChunks } from './row-chunks.ts';
import type { SessionContext } from './session-context.ts';
import type { EngineTables } from './tables.ts';

/** Stores a rollout, its plan and its places in the lock queues in the caller's unit; it starts after the commit. */
export async function accept(
  unit: Unit,
  context: SessionContext,
  request: RolloutRequest,
): Promise<{ id: string }> {
  const { plan, owner } = request;
  checkPlan(plan);
  const planned = plannedByPlan(plan);
  const mistake = await planningMistake(unit, owner, planned);
  if (mistake) throw mistake;
  const id = uuidv7();
  await takeTurn(unit);
  const waits = (plan.locks ?? []).flatMap((lock) => lock.waitSeconds ?? []);
  const { number } = await unit
    .tables<EngineTables>()
    .insertInto('rollout')
    .values({
      id,
      dialect: owner.dialect,
      noun: owner.noun,
      owner_id: owner.id,
      title: request.title,
      title_folded: request.title.toLowerCase(),
      resource: request.resource,
      requested_by: request.requestedBy,
      state: 'queued',
      live: 1,
      stage: -1,
      lock_broken: 0,
      driver: context.serverId,
      accepted_at: unit.now,
      due_at: waits.length === 0 ? null : unit.now + Math.min(...waits) * 1000,
    })
    .returning('number')
    .executeTakeFirstOrThrow();
  await unit
    .tables<EngineTables>()
    .insertInto('rollout_plan')
    .values({ rollout: number, plan: JSON.stringify(plan) })
    .execute();
  await insertStages(unit, number, plan);
  await insertHostRuns(unit, number, plan);
  await queueForLocks(unit, number, plan);
  await insertPlanned(unit, owner, number, planned);
  for (const blob of blobsOfPlan(plan)) await context.parts.blobs.retain(unit, blob);
  await context.parts.ledger.append(unit, {
    who: request.requestedBy,
    dialect: owner.dialect,
    action: 'rollout.accept',
    resource: request.resource,
    subject: request.title,
    outcome: 'done',
    detail: { rollout: id },
  });
  unit.afterCommit(() => context.poke(number, null));
  return { id };
}

/**
 * Acceptances come one after another (with PostgreSQL the row makes them wait), so that the places of all lock queues
 * have one order: without overtaking there is no circle of waiting.
 */
async function takeTurn(unit: Unit): Promise<void> {
  await unit
    .tables<EngineTables>()
    .updateTable('acceptance')
    .set((set) => ({ accepted: set('accepted', '+', 1) }))
    .execute();
}

/** The instances of the `service-start` steps that stand in the plan; deferred stages plan theirs when they expand. */
function plannedByPlan({ stages }: Plan): PlannedInstance[] {
  return stages.flatMap(({ hosts, steps, stepsByHost }) =>
    (hosts ?? []).flatMap((host) => {
      const own = stepsByHost && Object.hasOwn(stepsByHost, host) ? stepsByHost[host] : steps;
      return plannedOn(host, own ?? []);
    }),
  );
}

/** Null stands for the server itself in a stage without hosts. */
function hostsOf(stage: Stage): readonly (string | null)[] {
  return stage.hosts ?? [null];
}

async function insertStages(unit: Unit, rollout: number, plan: Plan): Promise<void> {
  const rows = plan.stages.map((stage, index) => ({
    rollout,
    stage: index,
    state: 'waiting' as const,
    queued: hostsOf(stage).length,
    locking: 0,
    offered: 0,
    held: 0,
    succeeded: 0,
    failed: 0,
    cancelled: 0,
    skipped: 0,
    spoiled: 0,
  }));
  for (const chunk of rowChunks(rows)) {
    await unit.tables<EngineTables>().insertInto('stage_run').values(chunk).execute();
  }
}

async function insertHostRuns(unit: Unit, rollout: number, plan: Plan): Promise<void> {
  const rows = plan.stages.flatMap((stage, index) =>
    hostsOf(stage).map((host, position) => ({
      rollout,
      stage: index,
      position,
      host,
      state: 'waiting' as const,
      phase: 'queued' as const,
      next_step: 0,
      fencing_token: 0,
      sequence: 0,
      cancel_asked: 0,
    })),
  );
  for (const chunk of rowChunks(rows)) {
    await unit.tables<EngineTables>().insertInto('host_run').values(chunk).execute();
  }
}

async function queueForLocks(unit: Unit, rollout: number, plan: Plan): Promise<void> {
  const tables = unit.tables<EngineTables>();
  const own = (plan.locks ?? []).map((lock) => ({
    name: lock.name,
    rollout,
    host_run: null,
    deadline_at: lock.waitSeconds === undefined ? null : unit.now + lock.waitSeconds * 1000,
  }));
  for (const chunk of rowChunks(own)) await tables.insertInto('lock_queue').values(chunk).execute();
  const locked = plan.stages.flatMap((stage, index) =>
    stage.hostLock === false || !stage.hosts ? [] : [index],
  );
  if (locked.length === 0) return;
  const hostRuns = await tables
    .selectFrom('host_run')
    .select(['id', 'host'])
    .where('rollout', '=', rollout)
    .where('stage', 'in', locked)
    .orderBy('id')
    .execute();
  // A host that the rollout locks as a whole needs no lock for each of its runs: they would wait for their own rollout.
  const covered = new Set(own.map((place) => place.name));
  const places = hostRuns.flatMap(({ id, host }) => {
    const name = hostLockName(host ?? '');
    return host === null || covered.has(name) ? [] : [{ name, rollout, host_run: id, deadline_at: null }];
  });
  for (const chunk of rowChunks(places)) await tables.insertInto('lock_queue').values(chunk).execute();
}
