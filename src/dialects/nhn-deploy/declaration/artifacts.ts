import Type, { type Static } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { createArtifact, deleteArtifact, hasHook, updateArtifact } from '../artifacts.ts';
import { artifactFields } from '../shapes/artifact.ts';
import { chosenId } from '../shapes/text.ts';
import { type Artifact, anyArtifactById, artifactById, artifactByName } from '../store/artifact.ts';
import type { Project } from '../store/project.ts';
import { binaryGroupsList, declaredDefaultKey } from './binary-groups.ts';
import { type ArtifactList, attempt, differences, type Reconciliation } from './reconciliation.ts';

/** What stands inside an artifact, in the order in which it can refer to each other. */
export const artifactLists: readonly ArtifactList[] = [binaryGroupsList];

/** An artifact of the declaration. */
export const artifactSchema = Type.Object(
  {
    id: Type.Optional(chosenId),
    ...artifactFields,
    ...Object.fromEntries(artifactLists.map(({ key, schema }) => [key, Type.Optional(Type.Array(schema))])),
  },
  { additionalProperties: false },
);

const ownFields = Type.Object({ id: Type.Optional(chosenId), ...artifactFields });

type DeclaredArtifact = Static<typeof ownFields> & Readonly<Record<string, unknown>>;

/** Makes or changes one artifact and what stands inside it. */
export async function reconcileArtifact(
  run: Reconciliation,
  project: Project,
  declared: DeclaredArtifact,
  path: string,
): Promise<void> {
  const artifact = await attempt(run, path, () => reconcileItself(run, project, declared, path));
  if (!artifact) return;
  for (const list of artifactLists) {
    const inside = declared[list.key] as readonly unknown[] | undefined;
    if (inside) await list.reconcile(run, artifact, inside, `${path}/${list.key}`);
  }
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
      defaultGroupId: declaredDefaultKey(declared.binaryGroups as readonly unknown[] | undefined),
    });
    report.change({ action: 'create', path });
    await report.made(`artifact:${created.id}`, path);
    return created;
  }
  if (type !== existing.type) throw new CoreError('conflict', `is ${existing.type} and stays so`, { path: 'type' });
  if (commandType !== undefined && commandType !== existing.command_type) {
    throw new CoreError('conflict', `is ${existing.command_type} and stays so`, { path: 'commandType' });
  }
  await report.made(`artifact:${existing.id}`, path);
  const changed = differences(shown(existing, hookUrl), { ...fields, ...hookWanted(hookUrl) });
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
