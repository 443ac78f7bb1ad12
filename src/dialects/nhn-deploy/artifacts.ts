import { createHash } from 'node:crypto';
import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import { deleteRunsOf } from './artifact-runs.ts';
import { createBinaryGroup, defaultGroupName, deleteBinaryGroup } from './binary-groups.ts';
import type { Context } from './context.ts';
import { givenId } from './given-id.ts';
import {
  type ApplicationType,
  type Artifact,
  artifactByName,
  artifactResource,
  type CommandType,
} from './store/artifact.ts';
import { listBinaryGroups } from './store/binary-group.ts';
import type { NhnTables } from './store.ts';

/** What can be changed of an artifact (contract nhn-deploy 6). Absent fields stay as they are. */
export interface ArtifactChange {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  /** SSH only. */
  readonly port?: number | null | undefined;
  readonly region?: string | undefined;
  readonly notification?: boolean | undefined;
  /** Null takes it away. It may carry a token, so it is kept in the vault. */
  readonly hookUrl?: string | null | undefined;
}

/** What a new artifact is made of; type and command type never change. */
export interface NewArtifact extends ArtifactChange {
  readonly id?: number | undefined;
  readonly name: string;
  readonly type: ApplicationType;
  readonly commandType?: CommandType | undefined;
  /** The key of the group `Default`, which is made with the artifact. */
  readonly defaultGroupId?: number | undefined;
}

/** Makes an artifact with its group `Default`. Throws `conflict` for a taken name or id. */
export async function createArtifact(
  context: Context,
  unit: Unit,
  actor: Actor,
  projectId: number,
  input: NewArtifact,
): Promise<Artifact> {
  await refuseTakenName(unit, projectId, input.name);
  const row = await unit
    .tables<NhnTables>()
    .insertInto('nhn_artifact')
    .values({
      ...(await givenId(context, unit, 'nhn_artifact', input.id)),
      project_id: projectId,
      name: input.name,
      folded_name: input.name.toLowerCase(),
      description: input.description ?? null,
      type: input.type,
      command_type: input.commandType ?? 'CLOUD_AGENT',
      port: input.port ?? null,
      region: input.region ?? 'KR1',
      default_binary_group_id: null,
      notification: input.notification ? 1 : 0,
      hook_secret_id: null,
      hook_hash: null,
      created_at: unit.now,
      last_deployed_at: null,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordArtifact(context, unit, actor, 'artifact.create', row);
  const group = await createBinaryGroup(context, unit, actor, row, {
    id: input.defaultGroupId,
    name: defaultGroupName,
  });
  const artifact = { ...row, default_binary_group_id: group.id };
  await storeArtifact(unit, artifact);
  return input.hookUrl ? await setHook(context, unit, artifact, input.hookUrl) : artifact;
}

/** Changes an artifact. Throws `conflict` for a taken name. */
export async function updateArtifact(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  change: ArtifactChange,
): Promise<Artifact> {
  const name = change.name ?? artifact.name;
  if (name !== artifact.name) await refuseTakenName(unit, artifact.project_id, name);
  const notification = change.notification ?? artifact.notification === 1;
  const changed: Artifact = {
    ...artifact,
    name,
    folded_name: name.toLowerCase(),
    description: change.description === undefined ? artifact.description : change.description,
    port: change.port === undefined ? artifact.port : change.port,
    region: change.region ?? artifact.region,
    notification: notification ? 1 : 0,
  };
  await storeArtifact(unit, changed);
  await recordArtifact(context, unit, actor, 'artifact.update', changed);
  return change.hookUrl === undefined ? changed : await setHook(context, unit, changed, change.hookUrl);
}

/** Makes `groupId`, which is a live group of the artifact, the one that uploads without a group go to. */
export async function setDefaultGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  groupId: number,
): Promise<Artifact> {
  const changed = { ...artifact, default_binary_group_id: groupId };
  await storeArtifact(unit, changed);
  await recordArtifact(context, unit, actor, 'artifact.update', changed);
  return changed;
}

/** Deletes the artifact with everything in it. Throws `conflict` while a running deployment needs one of them. */
export async function deleteArtifact(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
): Promise<void> {
  for (const group of await listBinaryGroups(unit, artifact.id)) {
    await deleteBinaryGroup(context, unit, actor, artifact, group, { withArtifact: true });
  }
  await deleteRunsOf(context, unit, actor, artifact);
  await unit
    .tables<NhnTables>()
    .updateTable('nhn_artifact')
    .set({ deleted_at: unit.now, hook_secret_id: null, hook_hash: null })
    .where('id', '=', artifact.id)
    .execute();
  if (artifact.hook_secret_id !== null) await context.parts.secrets.remove(unit, artifact.hook_secret_id);
  await recordArtifact(context, unit, actor, 'artifact.delete', artifact);
}

/** Whether `url` is the artifact's hook URL already; the URL itself lies in the vault. */
export function hasHook(artifact: Artifact, url: string): boolean {
  return artifact.hook_hash === hashOf(url);
}

async function setHook(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  url: string | null,
): Promise<Artifact> {
  const { secrets } = context.parts;
  if (artifact.hook_secret_id !== null) await secrets.remove(unit, artifact.hook_secret_id);
  const changed = {
    ...artifact,
    hook_secret_id: url === null ? null : await secrets.store(unit, url),
    hook_hash: url === null ? null : hashOf(url),
  };
  await storeArtifact(unit, changed);
  return changed;
}

function hashOf(url: string): string {
  return createHash('sha256').update(url).digest('hex');
}

async function refuseTakenName(unit: Unit, projectId: number, name: string): Promise<void> {
  if (await artifactByName(unit, projectId, name)) {
    throw new CoreError('conflict', `the project has an artifact named ${name} already`, { path: 'name' });
  }
}

async function storeArtifact(unit: Unit, { id, ...row }: Artifact): Promise<void> {
  await unit.tables<NhnTables>().updateTable('nhn_artifact').set(row).where('id', '=', id).execute();
}

async function recordArtifact(
  context: Context,
  unit: Unit,
  actor: Actor,
  action: string,
  artifact: Artifact,
): Promise<void> {
  const resource = artifactResource(artifact.project_id, artifact.id);
  await context.parts.ledger.record(unit, actor, {
    action,
    resource,
    subject: `${artifact.name} (artifact ${artifact.id})`,
  });
}
