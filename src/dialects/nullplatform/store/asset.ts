import type { Reader } from '../../../storage/index.ts';
import type { NullplatformTables } from '../tables.ts';
import type { Asset } from '../wire.ts';

/** The assets of builds, by build, oldest first: one query for a whole page. */
export async function assetsOf(
  reader: Pick<Reader, 'tables'>,
  buildIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Asset[]>> {
  const wanted = [...new Set(buildIds)];
  if (wanted.length === 0) return new Map();
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_asset')
    .selectAll()
    .where('build_id', 'in', wanted)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  const byBuild = new Map<number, Asset[]>();
  for (const row of rows) {
    const of = byBuild.get(row.build_id);
    if (of) of.push(row);
    else byBuild.set(row.build_id, [row]);
  }
  return byBuild;
}
