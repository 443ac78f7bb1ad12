import type { Reader, Unit } from '../storage/index.ts';
import type { EngineTables } from './tables.ts';

/** Who stands in a lock's queue. */
export interface LockPlace {
  readonly id: number;
  readonly name: string;
  readonly rollout: number;
  /** Null: the rollout queues for the whole of itself. */
  readonly host_run: number | null;
}

/** The lock that every host run takes by default. */
export function hostLockName(host: string): string {
  return `host:${host}`;
}

/** The holders of these locks: whoever stands first in the queue. */
export async function holders(
  reader: Reader | Unit,
  names: readonly string[],
): Promise<Map<string, LockPlace>> {
  const found = new Map<string, LockPlace>();
  const distinct = [...new Set(names)];
  for (let from = 0; from < distinct.length; from += 500) {
    const tables = reader.tables<EngineTables>();
    const rows = await tables
      .selectFrom('lock_queue')
      .select(['id', 'name', 'rollout', 'host_run'])
      .where('id', 'in', (first) =>
        first
          .selectFrom('lock_queue')
          .select((select) => select.fn.min<number>('id').as('id'))
          .where('name', 'in', distinct.slice(from, from + 500))
          .groupBy('name'),
      )
      .execute();
    for (const row of rows) found.set(row.name, row);
  }
  return found;
}

/** Which of these host runs may start as far as their host's lock goes: they hold it, or need none. */
export async function freeHostRuns(unit: Unit, hostRuns: readonly number[]): Promise<Set<number>> {
  const free = new Set(hostRuns);
  for (let from = 0; from < hostRuns.length; from += 500) {
    const places = await unit
      .tables<EngineTables>()
      .selectFrom('lock_queue')
      .select(['name', 'host_run'])
      .where('host_run', 'in', hostRuns.slice(from, from + 500))
      .execute();
    const first = await holders(
      unit,
      places.map((place) => place.name),
    );
    for (const { name, host_run } of places) {
      if (host_run !== null && first.get(name)?.host_run !== host_run) free.delete(host_run);
    }
  }
  return free;
}

/** Whether the rollout stands first in every queue that it waits in as a whole. */
export async function holdsItsLocks(unit: Unit, rollout: number): Promise<boolean> {
  const places = await unit
    .tables<EngineTables>()
    .selectFrom('lock_queue')
    .select(['id', 'name'])
    .where('rollout', '=', rollout)
    .where('host_run', 'is', null)
    .execute();
  if (places.length === 0) return true;
  const first = await holders(
    unit,
    places.map((place) => place.name),
  );
  return places.every((place) => first.get(place.name)?.id === place.id);
}

/** Leaves the queues of these host runs; returns the names of the locks. */
export async function leaveByHostRuns(unit: Unit, hostRuns: readonly number[]): Promise<string[]> {
  const names: string[] = [];
  for (let from = 0; from < hostRuns.length; from += 500) {
    const rows = await unit
      .tables<EngineTables>()
      .deleteFrom('lock_queue')
      .where('host_run', 'in', hostRuns.slice(from, from + 500))
      .returning('name')
      .execute();
    names.push(...rows.map((row) => row.name));
  }
  return names;
}

/** Leaves every queue that the rollout stands in; returns the names of the locks. */
export async function leaveByRollout(unit: Unit, rollout: number): Promise<string[]> {
  const rows = await unit
    .tables<EngineTables>()
    .deleteFrom('lock_queue')
    .where('rollout', '=', rollout)
    .returning('name')
    .execute();
  return rows.map((row) => row.name);
}

/** A lock that the rollout has waited for longer than it may. */
export async function overdueLock(unit: Unit, rollout: number): Promise<string | undefined> {
  const places = await unit
    .tables<EngineTables>()
    .selectFrom('lock_queue')
    .select(['id', 'name'])
    .where('rollout', '=', rollout)
    .where('deadline_at', '<=', unit.now)
    .orderBy('id')
    .execute();
  const first = await holders(
    unit,
    places.map((place) => place.name),
  );
  return places.find((place) => first.get(place.name)?.id !== place.id)?.name;
}

/** When the next of the rollout's waits for locks ends; null when none has a limit. */
export async function nextLockDeadline(unit: Unit, rollout: number): Promise<number | null> {
  const row = await unit
    .tables<EngineTables>()
    .selectFrom('lock_queue')
    .select((select) => select.fn.min('deadline_at').as('at'))
    .where('rollout', '=', rollout)
    .where('deadline_at', '>', unit.now)
    .executeTakeFirst();
  return row?.at ?? null;
}
