import Type, { type Static } from 'typebox';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { createScope, scopeTypes, updateScope } from '../scopes.ts';
import { type Application, parsed, type Scope } from '../wire.ts';
import { matchDeclared } from './match.ts';
import type { Reconciliation } from './reconciliation.ts';
import { declaredId, dimensionsShape, entityName, freeObject } from './shapes.ts';

/** A scope of the declaration. Its hosts need not exist yet. */
export const scopeDeclaration = Type.Object(
  {
    id: Type.Optional(declaredId),
    name: entityName,
    type: Type.Optional(Type.Union(scopeTypes.map((type) => Type.Literal(type)))),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    hosts: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$' }), { maxItems: 1000 }),
    ),
    dimensions: Type.Optional(dimensionsShape),
    capabilities: Type.Optional(freeObject),
    requestedSpec: Type.Optional(freeObject),
    assetName: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    tier: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
);

/** A scope as it was declared. */
export type DeclaredScope = Static<typeof scopeDeclaration>;

/** Makes or changes one scope. What runs in it stays as it is until the next deployment. */
export async function reconcileScope(
  run: Reconciliation,
  application: Application,
  declared: DeclaredScope,
  path: string,
): Promise<void> {
  const scope = await attempt(run.report, path, () => reconcileItself(run, application, declared, path));
  if (scope) await run.report.made(`scope:${scope.id}`, path);
}

async function reconcileItself(
  run: Reconciliation,
  application: Application,
  declared: DeclaredScope,
  path: string,
): Promise<Scope | undefined> {
  const { report } = run;
  const { type = 'web_pool', ...input } = declared;
  const parent = { column: 'application_id', id: application.id };
  const there = await matchDeclared(run, 'np_scope', parent, declared, path);
  if (there === 'refused') return undefined;
  if (!there) {
    const made = await createScope(run, application, { ...input, type });
    report.change({ action: 'create', path });
    return made;
  }
  if (there.type !== type) report.error(`${path}/type`, `is ${there.type} and stays so`);
  const { id: _id, ...wanted } = input;
  const capabilities = parsed(there.capabilities_json);
  const shown = {
    name: there.name,
    description: there.description,
    hosts: parsed<string[]>(there.hosts_json),
    dimensions: parsed(there.dimensions_json),
    // Only what is declared of them: the others are merged and stay.
    capabilities: Object.fromEntries(
      Object.keys(wanted.capabilities ?? {}).map((name) => [name, capabilities[name]]),
    ),
    requestedSpec: parsed(there.requested_spec_json),
    assetName: there.asset_name,
    tier: there.tier,
  };
  const fields = fieldChanges(shown, wanted);
  if (!fields) return there;
  await updateScope(run, { scope: there, application }, wanted);
  report.change({ action: 'update', path, fields });
  return there;
}
