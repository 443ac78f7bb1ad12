import Type, { type Static } from 'typebox';
import type { DeclarationSection } from '../../management/index.ts';
import { attempt } from '../../management/index.ts';
import { nativeActor } from './actor.ts';
import type { Context } from './context.ts';
import { pruneArtifact } from './declaration/artifacts.ts';
import { pruneBinaryGroup } from './declaration/binary-groups.ts';
import { projectDeclaration, pruneProject, reconcileProject } from './declaration/projects.ts';
import { prunedRuns, pruneRun } from './declaration/prune-runs.ts';
import type { Reconciliation } from './declaration/reconciliation.ts';
import { keepResourceFiles } from './declaration/resource-groups.ts';

const schema = Type.Object(
  { projects: Type.Optional(Type.Array(projectDeclaration)) },
  { additionalProperties: false },
);

type Declared = Static<typeof schema>;

/** `nhnDeploy`: projects with their artifacts, and everything inside them. */
export function nhnDeploySection(context: Context): DeclarationSection {
  return {
    key: 'nhnDeploy',
    schema,
    order: 10,
    async prepare(value) {
      for (const artifact of ((value as Declared).projects ?? []).flatMap(
        ({ artifacts }) => artifacts ?? [],
      )) {
        await keepResourceFiles(context, artifact.resourceGroups ?? []);
      }
    },
    async reconcile(unit, value, report) {
      const run: Reconciliation = { context, unit, actor: nativeActor(report.by), report };
      const seen = new Set<string>();
      for (const project of (value as Declared).projects ?? []) {
        const path = `nhnDeploy/projects/${project.name}`;
        if (seen.has(project.name)) report.error(path, 'is declared twice');
        else await reconcileProject(run, project, path);
        seen.add(project.name);
      }
      await prune(run);
    },
  };
}

/** What `--prune` removes, from the inside out. */
const prunedKinds = [...prunedRuns, 'binary-group', 'artifact', 'project'];

async function prune(run: Reconciliation): Promise<void> {
  const pruned = await run.report.pruned();
  for (const kind of prunedKinds) {
    for (const { key, path } of pruned.filter((made) => made.key.startsWith(`${kind}:`))) {
      if (await attempt(run.report, path, () => pruneOne(run, kind, key))) {
        run.report.change({ action: 'remove', path });
      }
    }
  }
}

async function pruneOne(run: Reconciliation, kind: string, key: string): Promise<boolean> {
  const id = Number(key.slice(kind.length + 1));
  if (kind === 'project') return await pruneProject(run, id);
  if (kind === 'artifact') return await pruneArtifact(run, id);
  if (kind === 'binary-group') return await pruneBinaryGroup(run, id);
  return await pruneRun(run.context, run.unit, run.actor, key);
}
