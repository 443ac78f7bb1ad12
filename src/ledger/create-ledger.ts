import type { Expression, ExpressionBuilder, Generated, Selectable, SqlBool } from 'kysely';
import type { Storage } from '../storage/index.ts';
import type { Ledger, LedgerEntry, LedgerRow } from './ledger.ts';

interface LedgerTables {
  ledger_entry: {
    id: Generated<number>;
    at: number;
    who: string;
    dialect: string;
    action: string;
    resource: string;
    subject: string;
    outcome: string;
    detail: string | null;
  };
}

/** The ledger over the database of `storage`. */
export function createLedger({ storage }: { storage: Storage }): Ledger {
  const append: Ledger['append'] = async (unit, { detail, ...entry }) => {
    const row = { ...entry, at: unit.now, detail: detail === undefined ? null : JSON.stringify(detail) };
    await unit.tables<LedgerTables>().insertInto('ledger_entry').values(row).execute();
  };
  return {
    append,

    record: (unit, { name: who, through: dialect }, deed) =>
      append(unit, { who, dialect, outcome: 'done', ...deed }),

    list: ({ resources, dialect, who, action, from, to, before, limit }) =>
      storage.read(async (reader) => {
        if (resources.length === 0) return [];
        let query = reader.tables<LedgerTables>().selectFrom('ledger_entry').selectAll();
        if (!resources.includes('/')) query = query.where((builder) => atOrBelow(builder, resources));
        if (dialect !== undefined) query = query.where('dialect', '=', dialect);
        if (who !== undefined) query = query.where('who', '=', who);
        if (action !== undefined) query = query.where('action', '=', action);
        if (from !== undefined) query = query.where('at', '>=', from);
        if (to !== undefined) query = query.where('at', '<=', to);
        if (before !== undefined) query = query.where('id', '<', before);
        const rows = await query.orderBy('id', 'desc').limit(limit).execute();
        return rows.map(rowOf);
      }),
  };
}

/** `/a/1` and everything below `/a/1/`; `0` is the character behind `/`, so that the range needs no LIKE. */
function atOrBelow(
  builder: ExpressionBuilder<LedgerTables, 'ledger_entry'>,
  resources: readonly string[],
): Expression<SqlBool> {
  return builder.or(
    resources.flatMap((resource) => [
      builder('resource', '=', resource),
      builder.and([builder('resource', '>', `${resource}/`), builder('resource', '<', `${resource}0`)]),
    ]),
  );
}

function rowOf({ detail, outcome, ...row }: Selectable<LedgerTables['ledger_entry']>): LedgerRow {
  const entry = { ...row, outcome: outcome as LedgerEntry['outcome'] };
  return detail === null
    ? entry
    : { ...entry, detail: JSON.parse(detail) as NonNullable<LedgerEntry['detail']> };
}
