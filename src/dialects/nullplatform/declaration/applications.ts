import Type, { type Static } from 'typebox';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { createApplication, updateApplication } from '../hierarchy.ts';
import type { Application, Namespace } from '../wire.ts';
import { matchDeclared } from './match.ts';
import type { Reconciliation } from './reconciliation.ts';
import { reconcileScope, scopeDeclaration } from './scopes.ts';
import { declaredId, entityName } from './shapes.ts';

/** An application of the declaration. */
export const applicationDeclaration = Type.Object(
  {
    id: Type.Optional(declaredId),
    name: entityName,
    repositoryUrl: Type.Optional(Type.String({ maxLength: 1000 })),
    repositoryAppPath: Type.Optional(Type.String({ maxLength: 1000 })),
    scopes: Type.Optional(Type.Array(scopeDeclaration)),
  },
  { additionalProperties: false },
);

/** An application as it was declared. */
export type DeclaredApplication = Static<typeof applicationDeclaration>;

/** Makes or changes one application, and goes on with its scopes. */
export async function reconcileApplication(
  run: Reconciliation,
  namespace: Namespace,
  declared: DeclaredApplication,
  path: string,
): Promise<void> {
  const application = await attempt(run.report, path, () => reconcileItself(run, namespace, declared, path));
  if (!application) return;
  await run.report.made(`application:${application.id}`, path);
  for (const scope of declared.scopes ?? []) {
    await reconcileScope(run, application, scope, `${path}/scopes/${scope.name}`);
  }
}

async function reconcileItself(
  run: Reconciliation,
  namespace: Namespace,
  declared: DeclaredApplication,
  path: string,
): Promise<Application | undefined> {
  const { report } = run;
  const { id, name, repositoryUrl, repositoryAppPath } = declared;
  const parent = { column: 'namespace_id', id: namespace.id };
  const there = await matchDeclared(run, 'np_application', parent, declared, path);
  if (there === 'refused') return undefined;
  const input = { name, repositoryUrl, repositoryAppPath };
  if (!there) {
    const made = await createApplication(run, namespace, { ...input, id });
    report.change({ action: 'create', path });
    return made;
  }
  const { repository_url, repository_app_path } = there;
  const shown = { name: there.name, repositoryUrl: repository_url, repositoryAppPath: repository_app_path };
  const fields = fieldChanges(shown, input);
  if (!fields) return there;
  await updateApplication(run, there, input);
  report.change({ action: 'update', path, fields });
  return { ...there, name };
}
