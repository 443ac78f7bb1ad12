import Type, { type Static } from 'typebox';
import { attempt, type DeclarationSection } from '../../management/index.ts';
import { nativeActor } from './actor.ts';
import type { Context } from './context.ts';
import { pruneOperation } from './declaration/operations.ts';
import type { Reconciliation } from './declaration/reconciliation.ts';
import { pruneService, reconcileService, serviceDeclaration } from './declaration/services.ts';

const schema = Type.Object(
  { services: Type.Optional(Type.Array(serviceDeclaration)) },
  { additionalProperties: false },
);

type Declared = Static<typeof schema>;

/** `imageManager`: services with their keys, members and operations. */
export function imageManagerSection(context: Context): DeclarationSection {
  return {
    key: 'imageManager',
    schema,
    order: 10,
    async reconcile(unit, value, report) {
      const run: Reconciliation = { context, unit, actor: nativeActor(report.by), report };
      const seen = new Set<string>();
      for (const declared of (value as Declared).services ?? []) {
        const path = `imageManager/services/${declared.name}`;
        if (seen.has(declared.name)) report.error(path, 'is declared twice');
        else await reconcileService(run, declared, path);
        seen.add(declared.name);
      }
      await prune(run);
    },
  };
}

/** From the inside out: operations, then services. */
async function prune(run: Reconciliation): Promise<void> {
  const kinds = [
    { prefix: 'operation:', prune: pruneOperation },
    { prefix: 'service:', prune: pruneService },
  ];
  const pruned = await run.report.pruned();
  for (const kind of kinds) {
    for (const { key, path } of pruned.filter((made) => made.key.startsWith(kind.prefix))) {
      if (await attempt(run.report, path, () => kind.prune(run, key))) {
        run.report.change({ action: 'remove', path });
      }
    }
  }
}
