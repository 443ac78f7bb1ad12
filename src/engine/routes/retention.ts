import type { Storage } from '../../storage/index.ts';
import type { EngineTables } from '../tables.ts';
import { measureRetention } from './measures.ts';
import type { RouteTables } from './tables.ts';

const day = 86_400_000;
/** So many removed host names stay; a router that has not heard of them all by then gets the whole table once. */
const mostRemoved = 1_000;

/** Lets old measures, removed host names and routers that were not heard for a day go. */
export async function retainRoutes(storage: Storage, now: number): Promise<void> {
  await storage.write(async (unit) => {
    const tables = unit.tables<RouteTables & EngineTables>();
    await tables
      .deleteFrom('route_measure')
      .where('at', '<', now - measureRetention)
      .execute();
    await tables
      .deleteFrom('router')
      .where('heard_at', '<', now - day)
      // The row of one that calls a server is not written while nothing changes.
      .where((gone) =>
        gone.or([
          gone('server', 'is', null),
          gone('server', 'not in', (servers) => servers.selectFrom('engine_server').select('id')),
        ]),
      )
      .execute();
    const removed = await tables
      .selectFrom('route')
      .select(['host', 'version'])
      .where('removed', '=', 1)
      .execute();
    if (removed.length < mostRemoved) return;
    await tables.deleteFrom('route').where('removed', '=', 1).execute();
    const floor = Math.max(...removed.map((row) => row.version));
    await tables.updateTable('routing_version').set({ floor }).execute();
  });
}
