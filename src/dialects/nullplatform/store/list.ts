import type { Expression, ExpressionBuilder, Kysely, Selectable, SqlBool } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import type { Filter, Page } from '../paging.ts';
import type { NullplatformTables } from '../tables.ts';

/** Any table by its name; the columns are the caller's to know. */
export type AnyTables = Record<string, Record<string, string | number | null>>;

/** A condition that filters cannot say. */
export type Condition = (builder: ExpressionBuilder<AnyTables, string>) => Expression<SqlBool>;

/** What to list. */
export interface ListQuery {
  readonly filters: readonly Filter[];
  readonly conditions?: readonly Condition[];
  readonly page: Page;
}

/** A page of rows and how many match in all, of one snapshot. Newest first by default, ties by id (contract nullplatform 3.0). */
export async function pageOf<Name extends keyof NullplatformTables>(
  reader: Pick<Reader, 'tables'>,
  table: Name,
  { filters, conditions = [], page }: ListQuery,
): Promise<{ readonly rows: Selectable<NullplatformTables[Name]>[]; readonly total: number }> {
  const tables: Kysely<AnyTables> = reader.tables<AnyTables>();
  let matching = tables.selectFrom(table as string);
  for (const { column, values } of filters) {
    // One value reads an index in its order; several cost a sort of what matches.
    const [only] = values;
    if (values.length === 1 && only !== undefined) matching = matching.where(column, '=', only);
    else matching = matching.where(column, 'in', [...values]);
  }
  for (const condition of conditions) matching = matching.where(condition);
  const { column, direction } = page.sort;
  const rows = await matching
    .selectAll()
    .orderBy(column, direction)
    .$if(column !== 'id', (query) => query.orderBy('id', direction))
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  const counted = await matching
    .select((builder) => builder.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow();
  return {
    rows: rows as unknown as Selectable<NullplatformTables[Name]>[],
    total: Number(counted.total),
  };
}
