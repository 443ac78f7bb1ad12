import { attempt, fieldChanges } from '../../../management/index.ts';
import { createOrganization } from '../hierarchy.ts';
import { slugOf } from '../slug.ts';
import { rowById } from '../store/row.ts';
import type { NullplatformTables } from '../tables.ts';
import type { Organization } from '../wire.ts';
import { type DeclaredAccount, reconcileAccount } from './accounts.ts';
import { type DeclaredApiKey, reconcileApiKey } from './api-keys.ts';
import { type DeclaredApprovalPolicy, reconcileApprovalPolicies } from './approval-policies.ts';
import type { Reconciliation } from './reconciliation.ts';

/** An organization as it was declared, with what it has. */
export interface DeclaredOrganization {
  readonly id?: number | undefined;
  readonly name: string;
  readonly apiKeys?: readonly DeclaredApiKey[] | undefined;
  readonly approvalPolicies?: readonly DeclaredApprovalPolicy[] | undefined;
  readonly accounts?: readonly DeclaredAccount[] | undefined;
}

/** Makes or renames an organization, and goes on with what is in it. */
export async function reconcileOrganization(
  run: Reconciliation,
  declared: DeclaredOrganization,
  path: string,
): Promise<void> {
  const organization = await attempt(run.report, path, () => reconcileItself(run, declared, path));
  if (!organization) return;
  await run.report.made(`organization:${organization.id}`, path);
  for (const account of declared.accounts ?? []) {
    await reconcileAccount(run, organization.id, account, `${path}/accounts/${account.name}`);
  }
  // Behind the hierarchy, because they name places in it.
  for (const key of declared.apiKeys ?? []) {
    await reconcileApiKey(run, organization.id, key, `${path}/apiKeys/${key.name}`);
  }
  if (declared.approvalPolicies) {
    await reconcileApprovalPolicies(run, organization.id, declared.approvalPolicies, path);
  }
}

async function reconcileItself(
  run: Reconciliation,
  { id, name }: DeclaredOrganization,
  path: string,
): Promise<Organization> {
  const { unit, report } = run;
  const tables = unit.tables<NullplatformTables>();
  const there =
    id === undefined
      ? await tables.selectFrom('np_organization').selectAll().where('name', '=', name).executeTakeFirst()
      : await rowById(unit, 'np_organization', id);
  if (!there) {
    const made = await createOrganization(run, { id, name });
    report.change({ action: 'create', path });
    return made;
  }
  const fields = fieldChanges({ name: there.name }, { name });
  if (!fields) return there;
  const change = { name, slug: slugOf(name), updated_at: unit.now };
  await tables.updateTable('np_organization').set(change).where('id', '=', there.id).execute();
  report.change({ action: 'update', path, fields });
  return { ...there, ...change };
}
