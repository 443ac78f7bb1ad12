import Type, { type Static } from 'typebox';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { createNamespace, updateNamespace } from '../hierarchy.ts';
import type { Account, Namespace } from '../wire.ts';
import { applicationDeclaration, reconcileApplication } from './applications.ts';
import { matchDeclared } from './match.ts';
import type { Reconciliation } from './reconciliation.ts';
import { declaredId, entityName } from './shapes.ts';

/** A namespace of the declaration. */
export const namespaceDeclaration = Type.Object(
  {
    id: Type.Optional(declaredId),
    name: entityName,
    applications: Type.Optional(Type.Array(applicationDeclaration)),
  },
  { additionalProperties: false },
);

/** A namespace as it was declared. */
export type DeclaredNamespace = Static<typeof namespaceDeclaration>;

/** Makes or renames one namespace, and goes on with its applications. */
export async function reconcileNamespace(
  run: Reconciliation,
  account: Account,
  declared: DeclaredNamespace,
  path: string,
): Promise<void> {
  const namespace = await attempt(run.report, path, () => reconcileItself(run, account, declared, path));
  if (!namespace) return;
  await run.report.made(`namespace:${namespace.id}`, path);
  for (const application of declared.applications ?? []) {
    await reconcileApplication(run, namespace, application, `${path}/applications/${application.name}`);
  }
}

async function reconcileItself(
  run: Reconciliation,
  account: Account,
  declared: DeclaredNamespace,
  path: string,
): Promise<Namespace | undefined> {
  const { report } = run;
  const { id, name } = declared;
  const parent = { column: 'account_id', id: account.id };
  const there = await matchDeclared(run, 'np_namespace', parent, declared, path);
  if (there === 'refused') return undefined;
  if (!there) {
    const made = await createNamespace(run, account, { id, name });
    report.change({ action: 'create', path });
    return made;
  }
  const fields = fieldChanges({ name: there.name }, { name });
  if (!fields) return there;
  await updateNamespace(run, there, { name });
  report.change({ action: 'update', path, fields });
  return { ...there, name };
}
