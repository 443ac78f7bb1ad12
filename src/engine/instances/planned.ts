import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { RolloutOwnerReference } from '../engine.ts';
import type { Step } from '../plan.ts';
import { rowChunks } from '../row-chunks.ts';
import type { EngineTables } from '../tables.ts';
import type { InstanceTables } from './tables.ts';

/** An instance that a plan will start. */
export interface PlannedInstance {
  readonly id: string;
  readonly pool: string;
  readonly host: string;
}

/** What the `service-start` steps of one host start. */
export function plannedOn(host: string, steps: readonly Step[]): PlannedInstance[] {
  return steps.flatMap((step) =>
    step.where === 'agent' && step.kind === 'service-start'
      ? [{ id: step.instance, pool: step.pool, host }]
      : [],
  );
}

/** Why the instances cannot be planned, or undefined: an id names one instance for ever, a pool has one owner. */
export async function planningMistake(
  unit: Unit,
  owner: RolloutOwnerReference,
  planned: readonly PlannedInstance[],
): Promise<CoreError | undefined> {
  const seen = new Set<string>();
  for (const { id } of planned) {
    if (seen.has(id)) return new CoreError('invalid', `The plan starts the instance ${id} twice.`);
    seen.add(id);
  }
  for (const some of rowChunks([...seen])) {
    const known = await unit
      .tables<InstanceTables>()
      .selectFrom('instance')
      .select('id')
      .where('id', 'in', some)
      .executeTakeFirst();
    if (known) return new CoreError('conflict', `There is an instance ${known.id} already.`);
  }
  for (const name of new Set(planned.map((instance) => instance.pool))) {
    const pool = await unit
      .tables<InstanceTables>()
      .selectFrom('pool')
      .select(['dialect', 'noun', 'owner_id'])
      .where('name', '=', name)
      .executeTakeFirst();
    const isOwn = pool?.dialect === owner.dialect && pool.noun === owner.noun && pool.owner_id === owner.id;
    if (pool && !isOwn) return new CoreError('conflict', `The pool ${name} belongs to another owner.`);
  }
  return undefined;
}

/** Inserts instances as `planned`, and their pools. Call it after `planningMistake` found none. */
export async function insertPlanned(
  unit: Unit,
  owner: RolloutOwnerReference,
  rollout: number,
  planned: readonly PlannedInstance[],
): Promise<void> {
  const tables = unit.tables<InstanceTables>();
  for (const name of new Set(planned.map((instance) => instance.pool))) {
    await tables
      .insertInto('pool')
      .values({ name, dialect: owner.dialect, noun: owner.noun, owner_id: owner.id, made_at: unit.now })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute();
  }
  const rows = planned.map((instance) => ({
    ...instance,
    rollout,
    state: 'planned' as const,
    healthy: 0,
    wanted: 1,
    restarts: 0,
    changed_at: unit.now,
  }));
  for (const chunk of rowChunks(rows)) await tables.insertInto('instance').values(chunk).execute();
}

/**
 * A rollout has ended: what it planned and nobody started is not wanted any more. After success that is what was
 * planned on hosts that were left out; elsewhere the agent's report is still on its way. An agent that started one all
 * the same is told to stop it as soon as it names it.
 */
export async function dropPlanned(unit: Unit, rollout: number, succeeded: boolean): Promise<void> {
  let drop = unit
    .tables<InstanceTables & EngineTables>()
    .updateTable('instance')
    .set({ state: 'stopped', wanted: 0, changed_at: unit.now })
    .where('rollout', '=', rollout)
    .where('state', '=', 'planned');
  if (succeeded) {
    drop = drop.where('host', 'not in', (started) =>
      started
        .selectFrom('host_run')
        .select((run) => run.ref('host_run.host').$notNull().as('host'))
        .where('host_run.rollout', '=', rollout)
        .where('host_run.state', '=', 'succeeded')
        .where('host_run.host', 'is not', null),
    );
  }
  await drop.execute();
}
