import type { Reader } from '../../storage/index.ts';
import type { InstanceTables } from '../instances/index.ts';
import type { Backend, RouterPollAnswer, RoutingEntry } from '../router-protocol.ts';
import { rowChunks } from '../row-chunks.ts';
import type { EngineTables } from '../tables.ts';
import type { RouteTables } from './tables.ts';
import { targetsOf } from './target-rows.ts';

type Tables = RouteTables & InstanceTables & EngineTables;

/** What changed since `since`, or undefined when nothing did. By index only, however many routes there are. */
export async function changesSince(reader: Reader, since: number): Promise<RouterPollAnswer | undefined> {
  const { version, floor } = await reader
    .tables<Tables>()
    .selectFrom('routing_version')
    .select(['version', 'floor'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  if (version === since) return undefined;
  // A table of the future was made before a backup was restored.
  const complete = since === 0 || since > version || since < floor;
  const rows = await reader
    .tables<Tables>()
    .selectFrom('route')
    .select(['host', 'when_empty', 'removed'])
    .where('version', '>', complete ? 0 : since)
    .orderBy('version')
    .execute();
  const standing = rows.filter((row) => row.removed === 0);
  const routes = await entries(reader, standing);
  const removed = complete ? [] : rows.filter((row) => row.removed === 1).map((row) => row.host);
  return { version, complete, routes, removed };
}

async function entries(
  reader: Reader,
  rows: readonly { host: string; when_empty: string }[],
): Promise<RoutingEntry[]> {
  const targets = await targetsOf(
    reader,
    rows.map((row) => row.host),
  );
  const pools = new Set([...targets.values()].flat().map(({ pool }) => pool));
  const backends = await backendsOf(reader, [...pools]);
  return rows.map(({ host, when_empty }) => ({
    host,
    whenEmpty: when_empty,
    pools: (targets.get(host) ?? []).map(({ pool, weight }) => ({
      pool,
      weight,
      backends: backends.get(pool) ?? [],
    })),
  }));
}

/** The healthy and wanted instances of pools, in order of id, where their hosts are. */
async function backendsOf(
  reader: Reader,
  pools: readonly string[],
): Promise<ReadonlyMap<string, readonly Backend[]>> {
  const backends = new Map<string, Backend[]>();
  for (const some of rowChunks(pools)) {
    const rows = await reader
      .tables<Tables>()
      .selectFrom('instance')
      .innerJoin('host', 'host.name', 'instance.host')
      .select(['instance.id', 'instance.pool', 'instance.port', 'host.address'])
      .where('instance.pool', 'in', some)
      .where('instance.wanted', '=', 1)
      .where('instance.healthy', '=', 1)
      .execute();
    for (const { id, pool, port, address } of rows) {
      const known = backends.get(pool) ?? [];
      if (port !== null) known.push({ instance: id, address: reachableAddress(address), port });
      backends.set(pool, known);
    }
  }
  for (const known of backends.values()) known.sort((one, other) => (one.instance < other.instance ? -1 : 1));
  return backends;
}

/** A server that listens on `::` sees IPv4 callers as `::ffff:10.0.0.7`. */
export function reachableAddress(address: string): string {
  return address.replace(/^\[(.*)\]$/, '$1').replace(/^::ffff:(?=\d+\.)/i, '');
}
