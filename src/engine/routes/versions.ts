import type { Unit } from '../../storage/index.ts';
import { channels } from '../channels.ts';
import { rowChunks } from '../row-chunks.ts';
import type { RouteTables } from './tables.ts';

/** The next version of the routing table; whoever waits for a newer one hears of it after the commit. */
export async function nextVersion(unit: Unit): Promise<number> {
  const { version } = await unit
    .tables<RouteTables>()
    .updateTable('routing_version')
    .set((set) => ({ version: set('version', '+', 1) }))
    .returning('version')
    .executeTakeFirstOrThrow();
  unit.notify(channels.routes, String(version));
  return version;
}

/** The backends of these pools changed: the routes that name them stand in a new version. No version without routes. */
export async function touchRoutes(unit: Unit, pools: readonly string[]): Promise<void> {
  const hosts = new Set<string>();
  for (const some of rowChunks(pools)) {
    const rows = await unit
      .tables<RouteTables>()
      .selectFrom('route_target')
      .select('host')
      .where('pool', 'in', some)
      .execute();
    for (const row of rows) hosts.add(row.host);
  }
  if (hosts.size === 0) return;
  const version = await nextVersion(unit);
  for (const some of rowChunks([...hosts])) {
    await unit
      .tables<RouteTables>()
      .updateTable('route')
      .set({ version })
      .where('host', 'in', some)
      .execute();
  }
}
