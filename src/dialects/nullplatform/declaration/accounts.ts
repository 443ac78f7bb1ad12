import Type, { type Static } from 'typebox';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { createAccount, updateAccount } from '../hierarchy.ts';
import type { Account } from '../wire.ts';
import { matchDeclared } from './match.ts';
import { namespaceDeclaration, reconcileNamespace } from './namespaces.ts';
import type { Reconciliation } from './reconciliation.ts';
import { declaredId, entityName } from './shapes.ts';

/** An account of the declaration. */
export const accountDeclaration = Type.Object(
  {
    id: Type.Optional(declaredId),
    name: entityName,
    repositoryPrefix: Type.Optional(Type.String({ maxLength: 1000 })),
    repositoryProvider: Type.Optional(Type.String({ maxLength: 1000 })),
    namespaces: Type.Optional(Type.Array(namespaceDeclaration)),
  },
  { additionalProperties: false },
);

/** An account as it was declared. */
export type DeclaredAccount = Static<typeof accountDeclaration>;

/** Makes or changes one account, and goes on with its namespaces. */
export async function reconcileAccount(
  run: Reconciliation,
  organizationId: number,
  declared: DeclaredAccount,
  path: string,
): Promise<void> {
  const account = await attempt(run.report, path, () => reconcileItself(run, organizationId, declared, path));
  if (!account) return;
  await run.report.made(`account:${account.id}`, path);
  for (const namespace of declared.namespaces ?? []) {
    await reconcileNamespace(run, account, namespace, `${path}/namespaces/${namespace.name}`);
  }
}

async function reconcileItself(
  run: Reconciliation,
  organizationId: number,
  declared: DeclaredAccount,
  path: string,
): Promise<Account | undefined> {
  const { report } = run;
  const { id, name, repositoryPrefix, repositoryProvider } = declared;
  const parent = { column: 'organization_id', id: organizationId };
  const there = await matchDeclared(run, 'np_account', parent, declared, path);
  if (there === 'refused') return undefined;
  const input = { name, repositoryPrefix, repositoryProvider };
  if (!there) {
    const made = await createAccount(run, organizationId, { ...input, id });
    report.change({ action: 'create', path });
    return made;
  }
  const { repository_prefix, repository_provider } = there;
  const shown = {
    name: there.name,
    repositoryPrefix: repository_prefix,
    repositoryProvider: repository_provider,
  };
  const fields = fieldChanges(shown, input);
  if (!fields) return there;
  await updateAccount(run, there, input);
  report.change({ action: 'update', path, fields });
  return { ...there, name };
}
