import Type, { type Static, type TObject, type TProperties } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { createArtifact, deleteArtifact, hasHook, updateArtifact } from '../artifacts.ts';
import { artifactFields } from '../shapes/artifact.ts';
import { chosenId } from '../shapes/text.ts';
import { type Artifact, anyArtifactById, artifactById, artifactByName } from '../store/artifact.ts';
import type { Project } from '../store/project.ts';
import { binaryGroupDeclaration, declaredDefaultKey, reconcileBinaryGroups } from './binary-groups.ts';
import type { Reconciliation } from './reconciliation.ts';
import { reconcileResourceGroups, resourceGroupDeclaration } from './resource-groups.ts';
import { reconcileScenarios, scenarioDeclaration } from './scenarios.ts';
import { reconcileServerGroups, serverGroupDeclaration } from './server-groups.ts';

const listOf = <Properties extends TProperties>(item: TObject<Properties>) =>
  Type.Optional(Type.Array(Type.Object(item.properties, { additionalProperties: false })));

/** An artifact of the declaration. */
export const artifactDeclaration = Type.Object(
  {
    id: Type.Optional(chosenId),
    ...artifactFields,
    binaryGroups: listOf(binaryGroupDeclaration),
    resourceGroups: listOf(resourceGroupDeclaration),
    serverGroups: listOf(serverGroupDeclaration),
    scenarios: listOf(scenarioDeclaration),
  },
  { additionalProperties: false },
);

/** An artifact as it was declared. */
export type DeclaredArtifact = Static<typeof artifactDeclaration>;

/** Makes or changes one artifact, then what stands inside it, in the order in which it can refer to each other. */
export async function reconcileArtifact(
  run: Reconciliation,
  project: Project,
  declared: DeclaredArtifact,
  path: string,
): Promise<void> {
  const { context, unit, report } = run;
  const artifact = await attempt(report, path, () => reconcileItself(run, project, declared, path));
  if (!artifact) return;
  const { binaryGroups = [], resourceGroups = [], serverGroups = [], scenarios = [] } = declared;
  await reconcileBinaryGroups(run, artifact, binaryGroups, path);
  await reconcileResourceGroups(context, unit, artifact, resourceGroups, path, report);
  await reconcileServerGroups(context, unit, artifact, serverGroups, path, report);
  await reconcileScenarios(context, unit, artifact, scenarios, path, report);
}

/** Removes the artifact with this id if it is there. */
export async function pruneArtifact({ context, unit, actor }: Reconciliation, id: number): Promise<boolean> {
  const artifact = await anyArtifactById(unit, id);
  if (artifact) await deleteArtifact(context, unit, actor, artifact);
  return artifact !== undefined;
}

async function reconcileItself(
  { context, unit, actor, report }: Reconciliation,
  project: Project,
  declared: DeclaredArtifact,
  path: string,
): Promise<Artifact> {
  const { id, name, type, commandType, description, port, region, notification, hookUrl } = declared;
  const fields = { name, description, port, region, notification, hookUrl };
  const existing =
    id === undefined
      ? await artifactByName(unit, project.id, name)
      : await artifactById(unit, project.id, id);
  if (!existing) {
    const created = await createArtifact(context, unit, actor, project.id, {
      ...fields,
      id,
      type,
      commandType,
      defaultGroupId: declaredDefaultKey(declared.binaryGroups),
    });
    report.change({ action: 'create', path });
    await report.made(`artifact:${created.id}`, path);
    return created;
  }
  if (type !== existing.type)
    throw new CoreError('conflict', `is ${existing.type} and stays so`, { path: 'type' });
  if (commandType !== undefined && commandType !== existing.command_type) {
    throw new CoreError('conflict', `is ${existing.command_type} and stays so`, { path: 'commandType' });
  }
  await report.made(`artifact:${existing.id}`, path);
  const changed = fieldChanges(shown(existing, hookUrl), { ...fields, ...hookWanted(hookUrl) });
  if (!changed) return existing;
  report.change({ action: 'update', path, fields: changed });
  return await updateArtifact(context, unit, actor, existing, fields);
}

/** Hook URLs are secrets: a difference shows only that there is one. */
function shown(artifact: Artifact, hookUrl: string | null | undefined) {
  const same = typeof hookUrl === 'string' && hasHook(artifact, hookUrl);
  return {
    name: artifact.name,
    description: artifact.description,
    port: artifact.port,
    region: artifact.region,
    notification: artifact.notification === 1,
    hookUrl: same ? '(this one)' : artifact.hook_secret_id === null ? null : '(another one)',
  };
}

function hookWanted(hookUrl: string | null | undefined) {
  return typeof hookUrl === 'string' ? { hookUrl: '(this one)' } : { hookUrl };
}
