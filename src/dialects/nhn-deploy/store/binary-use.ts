import type { Reader, Unit } from '../../../storage/index.ts';
import type { BinaryTables } from './binary.ts';

/** Which running deployments need which binaries; while a row stands, the binary is not deleted (contract nhn-deploy 4.4, 5.5). */
export interface BinaryUseTables {
  nhn_binary_use: {
    deployment_id: number;
    binary_id: number;
  };
}

/** The deployment needs these binaries until `releaseBinaries`. Call it in the unit that accepts the run. */
export async function useBinaries(
  unit: Unit,
  deploymentId: number,
  binaryIds: readonly number[],
): Promise<void> {
  const rows = [...new Set(binaryIds)].map((id) => ({ deployment_id: deploymentId, binary_id: id }));
  if (rows.length === 0) return;
  await unit.tables<BinaryUseTables>().insertInto('nhn_binary_use').values(rows).execute();
}

/** The deployment has ended and needs no binary any more. */
export async function releaseBinaries(unit: Unit, deploymentId: number): Promise<void> {
  await unit
    .tables<BinaryUseTables>()
    .deleteFrom('nhn_binary_use')
    .where('deployment_id', '=', deploymentId)
    .execute();
}

/** Whether a running deployment needs the binary. */
export async function isBinaryInUse(reader: Reader, binaryId: number): Promise<boolean> {
  const row = await reader
    .tables<BinaryUseTables>()
    .selectFrom('nhn_binary_use')
    .select('deployment_id')
    .where('binary_id', '=', binaryId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The binaries of a group that running deployments need. */
export async function binariesInUse(reader: Reader, groupId: number): Promise<Set<number>> {
  const rows = await reader
    .tables<BinaryUseTables & BinaryTables>()
    .selectFrom('nhn_binary_use')
    .innerJoin('nhn_binary', 'nhn_binary.id', 'nhn_binary_use.binary_id')
    .select('nhn_binary_use.binary_id')
    .where('nhn_binary.binary_group_id', '=', groupId)
    .where('nhn_binary.deleted_at', 'is', null)
    .execute();
  return new Set(rows.map((row) => row.binary_id));
}
