import type { Selectable } from 'kysely';
import type { Storage, Unit } from '../../storage/index.ts';
import type { InstanceTables } from '../instances/index.ts';
import type { RouterReach } from '../router-protocol.ts';
import { rowChunks } from '../row-chunks.ts';
import type { RouterReachTable, RouteTables } from './tables.ts';

/** Stores what a router says of instances that there are. A router that never polled is not known, and not listened to. */
export async function storeReach(unit: Unit, { router, complete, backends }: RouterReach): Promise<void> {
  const tables = unit.tables<RouteTables & InstanceTables>();
  const known = await tables.selectFrom('router').select('id').where('id', '=', router).executeTakeFirst();
  if (!known) return;
  if (complete) await tables.deleteFrom('router_reach').where('router', '=', router).execute();
  // One statement may not touch a row twice.
  const byInstance = new Map(backends.map((backend) => [backend.instance, backend]));
  for (const some of rowChunks([...byInstance.keys()])) {
    const standing = await tables.selectFrom('instance').select('id').where('id', 'in', some).execute();
    const rows = standing.flatMap(({ id }) => {
      const said = byInstance.get(id);
      return said ? [{ router, ...said, told_at: unit.now }] : [];
    });
    for (const chunk of rowChunks(rows)) {
      await tables
        .insertInto('router_reach')
        .values(chunk)
        .onConflict((conflict) =>
          conflict.columns(['router', 'instance']).doUpdateSet((update) => ({
            address: update.ref('excluded.address'),
            port: update.ref('excluded.port'),
            outcome: update.ref('excluded.outcome'),
            told_at: update.ref('excluded.told_at'),
          })),
        )
        .execute();
    }
  }
}

/** What routers said of these instances, in order of router and instance. */
export async function readReach(
  storage: Storage,
  instances: readonly string[],
): Promise<Selectable<RouterReachTable>[]> {
  const rows = await storage.read(async (reader) => {
    const found: Selectable<RouterReachTable>[] = [];
    for (const some of rowChunks([...new Set(instances)])) {
      found.push(
        ...(await reader
          .tables<RouteTables>()
          .selectFrom('router_reach')
          .selectAll()
          .where('instance', 'in', some)
          .execute()),
      );
    }
    return found;
  });
  const place = ({ router, instance }: { router: string; instance: string }) => `${router} ${instance}`;
  return rows.sort((one, other) => (place(one) < place(other) ? -1 : 1));
}
