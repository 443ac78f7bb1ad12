import { sql } from 'kysely';
import type { Storage, Unit } from '../../storage/index.ts';
import type { RouterMeasures } from '../router-protocol.ts';
import { rowChunks } from '../row-chunks.ts';
import type { RouteMeasure } from './route.ts';
import type { RouteMeasureTable, RouteTables } from './tables.ts';

/** How long measures are kept, in milliseconds: two days. */
export const measureRetention = 2 * 86_400_000;

/** The length of the intervals, in milliseconds. */
const interval = 10_000;

/**
 * Pure: the report in the time of this server, whose clock said `now` when it came. Whole intervals are moved, so that
 * those of several routers fall together: a clock that is off by less than half of one stays as it is.
 */
export function inServerTime(report: RouterMeasures, now: number): RouterMeasures {
  const { sentAt = now, measures } = report;
  const shift = Math.round((now - sentAt) / interval) * interval;
  if (shift === 0) return report;
  return { ...report, measures: measures.map((each) => ({ ...each, at: Math.max(0, each.at + shift) })) };
}

/** Takes a report once: a router sends it again until it was answered. Sums stand over all routers. */
export async function addMeasures(unit: Unit, report: RouterMeasures): Promise<void> {
  const tables = unit.tables<RouteTables>();
  const { router: id, run, sequence } = report;
  const known = await tables
    .selectFrom('router')
    .select(['run', 'sequence'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (known?.run === run && known.sequence >= sequence) return;
  const unheard = { address: '', server: null, heard_at: unit.now, applied: 0, drained: 0, draining: null };
  await tables
    .insertInto('router')
    .values({ id, ...unheard, run, sequence })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ run, sequence }))
    .execute();
  for (const chunk of rowChunks(folded(report))) {
    await tables
      .insertInto('route_measure')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns(['host', 'pool', 'at']).doUpdateSet((update) => ({
          requests: update('route_measure.requests', '+', update.ref('excluded.requests')),
          errors: update('route_measure.errors', '+', update.ref('excluded.errors')),
          milliseconds: update('route_measure.milliseconds', '+', update.ref('excluded.milliseconds')),
        })),
      )
      .execute();
  }
}

/** One statement may not touch a row twice. */
function folded({ measures }: RouterMeasures): RouteMeasureTable[] {
  const rows = new Map<string, RouteMeasureTable>();
  for (const measure of measures) {
    const key = JSON.stringify([measure.host, measure.pool, measure.at]);
    const row = rows.get(key);
    const milliseconds = Math.round(measure.milliseconds);
    if (row) {
      row.requests += measure.requests;
      row.errors += measure.errors;
      row.milliseconds += milliseconds;
    } else {
      const { host, pool, at, requests, errors } = measure;
      rows.set(key, { host, pool, at, requests, errors, milliseconds });
    }
  }
  return [...rows.values()];
}

/** Sums by intervals of `periodSeconds`, oldest first. */
export async function readMeasures(
  storage: Storage,
  query: { hosts: readonly string[]; from: number; to: number; periodSeconds: number },
): Promise<RouteMeasure[]> {
  const period = query.periodSeconds * 1000;
  return storage.read(async (reader) => {
    const measures: RouteMeasure[] = [];
    for (const some of rowChunks([...new Set(query.hosts)])) {
      const start = sql<number>`at - at % cast(${period} as bigint)`;
      const rows = await reader
        .tables<RouteTables>()
        .selectFrom('route_measure')
        .select((select) => [
          'host',
          'pool',
          start.as('start'),
          select.fn.sum('requests').as('requests'),
          select.fn.sum('errors').as('errors'),
          select.fn.sum('milliseconds').as('milliseconds'),
        ])
        .where('host', 'in', some)
        .where('at', '>=', query.from)
        .where('at', '<', query.to)
        .groupBy(['host', 'pool', 'start'])
        .execute();
      for (const row of rows) {
        measures.push({
          host: row.host,
          pool: row.pool,
          at: Number(row.start),
          requests: Number(row.requests),
          errors: Number(row.errors),
          milliseconds: Number(row.milliseconds),
        });
      }
    }
    return measures.sort((one, other) => one.at - other.at);
  });
}
