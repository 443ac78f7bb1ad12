import type { EngineEvent } from './decide/index.ts';
import type { EarlierOutputs, Expansion } from './engine.ts';
import { insertPlanned, type PlannedInstance, plannedOn, planningMistake } from './instances/index.ts';
import { blobsOfSteps } from './plan-blobs.ts';
import { checkSteps } from './plan-check.ts';
import type { Session } from './session.ts';
import { storeStepRuns } from './session-flush.ts';
import { leaveOut } from './session-many.ts';
import { readQueued } from './session-rows.ts';
import type { EngineTables } from './tables.ts';

/** Asks the owner for the steps of a deferred stage and snapshots them; the answer is an event for `decide`. */
export async function expand(session: Session): Promise<EngineEvent> {
  const { unit, row } = session;
  const expansion = await ask(session);
  if ('fail' in expansion) return { kind: 'expand-refused', at: unit.now, text: expansion.fail };
  const planned = plannedBy(session, expansion);
  const owner = { dialect: row.dialect, noun: row.noun, id: row.owner_id };
  const mistake = await planningMistake(unit, owner, planned);
  if (mistake) return { kind: 'expand-refused', at: unit.now, text: mistake.message };
  await insertPlanned(unit, owner, row.number, planned);
  const stage = await session.stage(row.stage);
  stage.expansion = JSON.stringify(expansion.steps);
  session.dirtyStages.add(stage);
  for (const blob of blobsOfSteps(expansion.steps)) await session.context.parts.blobs.retain(unit, blob);
  return { kind: 'expanded', at: unit.now, leftOut: await narrow(session, expansion.hosts) };
}

/** Every host of an expanded stage runs the same steps. */
function plannedBy(session: Session, expansion: Extract<Expansion, { steps: unknown }>): PlannedInstance[] {
  const hosts = expansion.hosts ?? session.plannedStage?.hosts ?? [];
  return hosts.flatMap((host) => plannedOn(host, expansion.steps));
}

async function ask(session: Session): Promise<Expansion> {
  const { row, plannedStage } = session;
  const owner = session.context.owner(row.dialect, row.noun);
  if (!owner?.expand || !plannedStage?.deferred) {
    return { fail: `Nobody can expand the stages of ${row.dialect} ${row.noun}.` };
  }
  let expansion: Expansion;
  try {
    expansion = owner.expand(plannedStage.deferred, await earlierOutputs(session));
  } catch (error) {
    // A mistake of the owner fails its rollout and nothing else; the transaction goes on.
    session.context.parts.log.error({ err: error, rollout: row.id }, 'the owner failed to expand a stage');
    return { fail: error instanceof Error ? error.message : String(error) };
  }
  if ('fail' in expansion) return expansion;
  const mistake = checkSteps(expansion.steps, plannedStage.hosts !== undefined);
  if (mistake !== undefined) return { fail: mistake };
  const unknown = expansion.hosts?.find((host) => !plannedStage.hosts?.includes(host));
  if (unknown !== undefined) {
    // Locks are queued at acceptance for the hosts that the plan lists; others could not be locked in order.
    return { fail: `The expansion names the host ${unknown}, which the stage does not list.` };
  }
  return expansion;
}

/** Leaves out the hosts that the expansion does not name; returns how many. */
async function narrow(session: Session, hosts: readonly string[] | undefined): Promise<number> {
  if (!hosts) return 0;
  const named = new Set(hosts);
  const queued = await readQueued(session.unit, session.row.number, session.row.stage, -1, 10_000);
  const others = queued.filter((hostRun) => hostRun.host !== null && !named.has(hostRun.host));
  await leaveOut(
    session,
    others.map((hostRun) => hostRun.id),
    'The host is not part of the expanded stage.',
  );
  return others.length;
}

async function earlierOutputs(session: Session): Promise<EarlierOutputs> {
  await storeStepRuns(session);
  const rows = await session.unit
    .tables<EngineTables>()
    .selectFrom('step_run')
    .innerJoin('host_run', 'host_run.id', 'step_run.host_run')
    .select(['host_run.stage', 'host_run.host', 'step_run.step', 'step_run.value'])
    .where('host_run.rollout', '=', session.row.number)
    .where('step_run.value', 'is not', null)
    .execute();
  const values = new Map<string, unknown>();
  for (const { stage, host, step, value } of rows) {
    const { expansion } = await session.stage(stage);
    const steps = session.context.plans.steps(session.plan, stage, host, expansion);
    const name = [session.plan.stages[stage]?.name, host ?? '', steps[step]?.name];
    if (value !== null) values.set(JSON.stringify(name), JSON.parse(value));
  }
  return (stage, host, step) => values.get(JSON.stringify([stage, host, step]));
}
