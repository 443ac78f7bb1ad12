import type { Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';
import type { ApprovalPolicyTable, NullplatformTables } from '../tables.ts';
import { parsed } from '../wire.ts';

/** A row of `np_approval_policy`. */
export type Policy = Selectable<ApprovalPolicyTable>;

/** Where a deployment would go. */
export interface Target {
  readonly organizationId: number;
  /** Of the scope. */
  readonly nrn: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

/** The policy that decides about deployments there: one that denies before one that asks; undefined for none. */
export async function decidingPolicy(
  reader: Pick<Reader, 'tables'>,
  target: Target,
): Promise<Policy | undefined> {
  const policies = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_approval_policy')
    .selectAll()
    .where('organization_id', '=', target.organizationId)
    .orderBy('id')
    .execute();
  const matching = policies.filter((policy) => concerns(policy, target));
  return matching.find(({ decision }) => decision === 'deny') ?? matching[0];
}

function concerns(policy: Policy, target: Target): boolean {
  if (!`${target.nrn}:`.startsWith(`${policy.nrn}:`)) return false;
  const wanted = Object.entries(parsed(policy.dimensions_json));
  return wanted.every(([name, value]) => target.dimensions[name] === value);
}
