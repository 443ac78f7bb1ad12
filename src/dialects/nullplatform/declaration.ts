import Type, { type Static } from 'typebox';
import { attempt, type DeclarationSection } from '../../management/index.ts';
import { nativeActor } from './actor.ts';
import type { Context } from './context.ts';
import { accountDeclaration } from './declaration/accounts.ts';
import { apiKeyDeclaration } from './declaration/api-keys.ts';
import { approvalPolicyDeclaration } from './declaration/approval-policies.ts';
import { reconcileOrganization } from './declaration/organizations.ts';
import { pruners } from './declaration/prune.ts';
import type { Reconciliation } from './declaration/reconciliation.ts';
import { declaredId, entityName } from './declaration/shapes.ts';

const organization = { id: Type.Optional(declaredId), name: entityName };

const contents = {
  apiKeys: Type.Optional(Type.Array(apiKeyDeclaration)),
  approvalPolicies: Type.Optional(Type.Array(approvalPolicyDeclaration)),
  accounts: Type.Optional(Type.Array(accountDeclaration)),
};

const schema = Type.Object(
  {
    /** One organization; what it has stands beside it. */
    organization: Type.Optional(Type.Object(organization, { additionalProperties: false })),
    ...contents,
    /** Several; what they have stands in them. */
    organizations: Type.Optional(
      Type.Array(Type.Object({ ...organization, ...contents }, { additionalProperties: false })),
    ),
  },
  { additionalProperties: false },
);

/** `nullplatform`: organizations with their keys, policies, and everything down to scopes. */
export function nullplatformSection(context: Context): DeclarationSection {
  return {
    key: 'nullplatform',
    schema,
    order: 10,
    async reconcile(unit, value, report) {
      const run: Reconciliation = { context, unit, actor: nativeActor(report.by), report };
      const { organization: one, organizations = [], ...rest } = value as Static<typeof schema>;
      if (!one && Object.values(rest).some((part) => part !== undefined)) {
        report.error('nullplatform/organization', 'is missing: whose the rest is');
        return;
      }
      for (const declared of [...(one ? [{ ...one, ...rest }] : []), ...organizations]) {
        await reconcileOrganization(run, declared, `nullplatform/organizations/${declared.name}`);
      }
      await prune(run);
    },
  };
}

/** From the inside out. */
async function prune(run: Reconciliation): Promise<void> {
  const pruned = await run.report.pruned();
  for (const { prefix, remove } of pruners) {
    for (const { key, path } of pruned.filter((made) => made.key.startsWith(prefix))) {
      const id = Number(key.slice(prefix.length));
      if (await attempt(run.report, path, () => remove(run, id)))
        run.report.change({ action: 'remove', path });
    }
  }
}
