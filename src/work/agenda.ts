import { sql } from 'kysely';
import type { Storage } from '../storage/index.ts';

/** When something of the queue is due next. Times are epoch milliseconds; null: nothing waits. */
export interface Agenda {
  readonly kinds: ReadonlyMap<string, number>;
  /** When the first lease runs out. */
  readonly lease: number | null;
}

/** One look at the queue: an index seek a kind, whatever its length. */
export async function readAgenda(storage: Pick<Storage, 'read'>, kinds: readonly string[]): Promise<Agenda> {
  return await storage.read(async (reader) => {
    const seeks = [
      sql`select '' as kind, min(lease_until) as due from work where state = 'running'`,
      ...kinds.map(
        (kind) =>
          sql`select ${kind} as kind, min(not_before) as due from work where kind = ${kind} and state = 'waiting'`,
      ),
    ];
    const { rows } = await sql<{
      kind: string;
      due: number | null;
    }>`${sql.join(seeks, sql` union all `)}`.execute(reader.tables());
    const due = new Map<string, number>();
    let lease: number | null = null;
    for (const row of rows) {
      if (row.due === null) continue;
      if (row.kind === '') lease = row.due;
      else due.set(row.kind, row.due);
    }
    return { kinds: due, lease };
  });
}
