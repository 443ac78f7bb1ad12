import type { Reader, Unit } from '../../storage/index.ts';
import { rowChunks } from '../row-chunks.ts';
import type { RouteTarget } from './route.ts';
import type { RouteTables } from './tables.ts';

/** The targets of routes in their order, by host name. */
export async function targetsOf(
  reader: Reader | Unit,
  hosts: readonly string[],
): Promise<ReadonlyMap<string, readonly RouteTarget[]>> {
  const rows: { host: string; pool: string; weight: number; position: number }[] = [];
  for (const some of rowChunks(hosts)) {
    const found = await reader
      .tables<RouteTables>()
      .selectFrom('route_target')
      .selectAll()
      .where('host', 'in', some)
      .execute();
    rows.push(...found);
  }
  const targets = new Map<string, RouteTarget[]>();
  for (const { host, pool, weight } of rows.sort((one, other) => one.position - other.position)) {
    const known = targets.get(host) ?? [];
    known.push({ pool, weight });
    targets.set(host, known);
  }
  return targets;
}
