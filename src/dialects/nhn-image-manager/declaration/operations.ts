import Type, { type Static } from 'typebox';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { optionRules, readRecipeChange } from '../recipe-change.ts';
import { deleteRecipe, putRecipe } from '../recipes.ts';
import { recipeByName } from '../store/recipe.ts';
import { type Service, serviceById } from '../store/service.ts';
import type { Reconciliation } from './reconciliation.ts';

/** An operation of the declaration, in the words of the original's call. */
export const operationDeclaration = Type.Object(
  {
    operationId: Type.String({ minLength: 1, maxLength: 20 }),
    description: Type.Optional(Type.String({ maxLength: 30 })),
    realtimeService: Type.Optional(Type.Boolean()),
    data: Type.Array(
      Type.Object({
        templateOperationId: Type.String({ minLength: 1 }),
        option: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
      }),
      { minItems: 1, description: 'The jobs, as in the original.' },
    ),
  },
  { additionalProperties: false },
);

/** An operation as it was declared. */
export type DeclaredOperation = Static<typeof operationDeclaration>;

/** Makes or changes the operations of a service; what they have made stays. */
export async function reconcileOperations(
  run: Reconciliation,
  service: Service,
  operations: readonly DeclaredOperation[],
  parent: string,
): Promise<void> {
  const seen = new Set<string>();
  for (const declared of operations) {
    const path = `${parent}/operations/${declared.operationId}`;
    if (seen.has(declared.operationId)) run.report.error(path, 'is declared twice');
    else await attempt(run.report, path, () => reconcileOne(run, service, declared, path));
    seen.add(declared.operationId);
  }
}

async function reconcileOne(
  { context, unit, actor, report }: Reconciliation,
  service: Service,
  { operationId, ...declared }: DeclaredOperation,
  path: string,
): Promise<void> {
  const data = declared.data.map(({ option = {}, ...job }) => ({ ...job, option }));
  const wanted = readRecipeChange({ ...declared, data }, optionRules(context));
  const there = await recipeByName(unit, service.id, operationId);
  await report.made(`operation:${service.id}:${operationId}`, path);
  const fields = there && fieldChanges({ ...there }, { ...wanted });
  if (there && !fields) return;
  await putRecipe(context, unit, actor, service, operationId, wanted);
  report.change(fields ? { action: 'update', path, fields } : { action: 'create', path });
}

/** Deletes an operation that a declaration once made, by its key; false when it is gone already. */
export async function pruneOperation(
  { context, unit, actor }: Reconciliation,
  key: string,
): Promise<boolean> {
  const [, serviceId = '', name = ''] = key.split(':');
  const service = await serviceById(unit, Number(serviceId));
  if (!service || !(await recipeByName(unit, service.id, name))) return false;
  await deleteRecipe(context, unit, actor, service, name);
  return true;
}
