import type { Selectable } from 'kysely';
import type { Reader, Unit } from '../../storage/index.ts';
import type { RolloutOwnerReference } from '../engine.ts';
import type { Instance } from './instance.ts';
import type { InstanceTable, InstanceTables } from './tables.ts';

export type InstanceRow = Selectable<InstanceTable>;

/** An instance with the owner of its pool. */
export interface OwnedRow {
  readonly row: InstanceRow;
  readonly owner: RolloutOwnerReference;
}

/** The instance as readers see it. */
export function instanceOf(row: InstanceRow): Instance {
  return {
    id: row.id,
    pool: row.pool,
    host: row.host,
    state: row.state,
    healthy: row.healthy === 1,
    wanted: row.wanted === 1,
    port: row.port,
    pid: row.pid,
    startedAt: row.started_at,
    restarts: row.restarts,
    trouble: row.trouble === null ? null : JSON.parse(row.trouble),
    changedAt: row.changed_at,
  };
}

/** Whether routers send it requests. */
export function isServing(row: InstanceRow): boolean {
  return row.wanted === 1 && row.healthy === 1 && row.port !== null;
}

/** All instances of a host with their owners, in order of id. */
export async function instancesOfHost(reader: Reader | Unit, host: string): Promise<OwnedRow[]> {
  const rows = await reader
    .tables<InstanceTables>()
    .selectFrom('instance')
    .innerJoin('pool', 'pool.name', 'instance.pool')
    .selectAll('instance')
    .select(['pool.dialect', 'pool.noun', 'pool.owner_id'])
    .where('instance.host', '=', host)
    .orderBy('instance.id')
    .execute();
  return rows.map(({ dialect, noun, owner_id, ...row }) => ({
    row,
    owner: { dialect, noun, id: owner_id },
  }));
}
