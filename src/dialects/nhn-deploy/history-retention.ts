import type { WorkKind } from '../../work/index.ts';
import { dayAt, dayText, plusMonths, startOfDay } from './calendar.ts';
import type { Context } from './context.ts';
import { historyYears } from './history-range.ts';
import type { NhnTables } from './store.ts';

/** The work that forgets deployments of more than five years ago (contract nhn-deploy 3.8 M). */
export const forgetDeploymentsKind = 'nhn-deploy.forget-deployments';

/** Few enough that other units of writing do not wait long for one of these. */
const rowsAtOnce = 500;

/** Deletes ended deployments that no history shows any more, with their snapshots and counters. */
export function forgetDeploymentsWork(context: Context): WorkKind {
  const { clock, settings, storage } = context.parts;
  return {
    kind: forgetDeploymentsKind,
    concurrency: 1,
    tries: 3,
    timeoutSeconds: 3600,
    async run(_input, { signal }) {
      const oldest = plusMonths(dayAt(clock.now(), settings.timeZone), -12 * historyYears);
      const before = startOfDay(oldest, settings.timeZone);
      let forgotten = rowsAtOnce;
      while (forgotten === rowsAtOnce && !signal.aborted) {
        forgotten = await storage.write(async (unit) => {
          const tables = unit.tables<NhnTables>();
          const rows = await tables
            .selectFrom('nhn_deployment')
            .select('id')
            .where('executed_at', '<', before)
            .where('status', '!=', 'RUNNING')
            .orderBy('executed_at')
            .limit(rowsAtOnce)
            .execute();
          const ids = rows.map((row) => row.id);
          if (ids.length === 0) return 0;
          await tables.deleteFrom('nhn_deployment_snapshot').where('deployment_id', 'in', ids).execute();
          await tables.deleteFrom('nhn_deployment').where('id', 'in', ids).execute();
          return ids.length;
        });
      }
      await storage.write(async (unit) => {
        await unit
          .tables<NhnTables>()
          .deleteFrom('nhn_deployment_day')
          .where('day', '<', dayText(oldest))
          .execute();
      });
    },
  };
}
