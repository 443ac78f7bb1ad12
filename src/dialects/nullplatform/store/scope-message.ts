import type { Reader } from '../../../storage/index.ts';
import type { NullplatformTables } from '../tables.ts';

/** The newest messages of a scope and its deployments that an answer carries. */
const mostMessages = 500;

/** The event log of a scope, oldest first, times in epoch milliseconds (contract nullplatform 3.4). */
export async function scopeMessages(reader: Pick<Reader, 'tables'>, scopeId: number): Promise<object[]> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_message')
    .select(['level', 'message', 'at'])
    .where('scope_id', '=', scopeId)
    .orderBy('id', 'desc')
    .limit(mostMessages)
    .execute();
  return rows.reverse().map(({ level, message, at }) => ({ level, message, timestamp: at }));
}
