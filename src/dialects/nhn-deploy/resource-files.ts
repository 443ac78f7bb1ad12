import { CoreError } from '../../errors/index.ts';
import type { Blob, Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import type { Context } from './context.ts';
import { givenId } from './given-id.ts';
import { hasControl } from './scenario-input.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import {
  type ResourceGroup,
  type ResourceRevision,
  resourceGroups,
  resourceRevisions,
} from './store/resource.ts';
import type { NhnTables } from './store.ts';

/** The bytes of a new revision, kept in the blob store already, and what people say of them. */
export interface RevisionInput {
  readonly blob: Blob;
  /** Null for bytes that nobody declared to be text. */
  readonly encoding: string | null;
  readonly comment: string | null;
}

/** Makes a file group. Throws `conflict` for a taken name or id. */
export async function createResourceGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  input: { readonly id?: number | undefined; readonly name: string },
): Promise<ResourceGroup> {
  const name = readFileName(input.name, 100);
  if ((await resourceGroups(unit, artifact.id)).some((group) => group.name === name)) {
    throw new CoreError('conflict', `the artifact has a file group named ${name} already`, { path: 'name' });
  }
  const group = await unit
    .tables<NhnTables>()
    .insertInto('nhn_resource_group')
    .values({
      ...(await givenId(context, unit, 'nhn_resource_group', input.id)),
      artifact_id: artifact.id,
      name,
      created_at: unit.now,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordResource(context, unit, actor, artifact, 'resource-group.create', name);
  return group;
}

/** Makes a file with its first revision. Throws `conflict` for a name that the group has, `invalid` for an empty file. */
export async function createResourceFile(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: ResourceGroup,
  input: { readonly id?: number | undefined; readonly name: string; readonly revision: RevisionInput },
): Promise<{ id: number; name: string; revision: ResourceRevision }> {
  const name = readFileName(input.name, 255);
  await refuseTakenName(unit, group, name);
  const file = await unit
    .tables<NhnTables>()
    .insertInto('nhn_resource_file')
    .values({
      ...(await givenId(context, unit, 'nhn_resource_file', input.id)),
      resource_group_id: group.id,
      name,
      created_at: unit.now,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const revision = await addRevision(context, unit, actor, artifact, { id: file.id, name }, input.revision);
  return { id: file.id, name, revision };
}

/** Adds a revision, which is what deploys from now on. Throws `invalid` for an empty file. */
export async function addRevision(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  file: { readonly id: number; readonly name: string },
  { blob, encoding, comment }: RevisionInput,
): Promise<ResourceRevision> {
  if (blob.size === 0) throw new CoreError('invalid', 'a resource file should not be empty');
  const [newest] = await resourceRevisions(unit, file.id);
  await context.parts.blobs.retain(unit, blob);
  const revision = await unit
    .tables<NhnTables>()
    .insertInto('nhn_resource_revision')
    .values({
      resource_file_id: file.id,
      number: (newest?.number ?? 0) + 1,
      sha256: blob.sha256,
      size: blob.size,
      encoding,
      comment: readComment(comment),
      created_by: actor.name,
      created_at: unit.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordResource(
    context,
    unit,
    actor,
    artifact,
    'resource-file.revise',
    `${file.name} (revision ${revision.number})`,
  );
  return revision;
}

/** Makes an old revision the newest, as a new one with the same bytes. */
export async function restoreRevision(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  file: { readonly id: number; readonly name: string },
  number: number,
): Promise<ResourceRevision> {
  const old = (await resourceRevisions(unit, file.id)).find((revision) => revision.number === number);
  if (!old) throw new CoreError('not-found', `${file.name} has no revision ${number}`);
  const { sha256, size, encoding } = old;
  const comment = `revision ${number} restored`;
  return await addRevision(context, unit, actor, artifact, file, {
    blob: { sha256, size },
    encoding,
    comment,
  });
}

/** Gives a file another name. Throws `conflict` for a name that the group has. */
export async function renameResourceFile(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: ResourceGroup,
  file: { readonly id: number; readonly name: string },
  wanted: string,
): Promise<void> {
  const name = readFileName(wanted, 255);
  if (name === file.name) return;
  await refuseTakenName(unit, group, name);
  await unit
    .tables<NhnTables>()
    .updateTable('nhn_resource_file')
    .set({ name })
    .where('id', '=', file.id)
    .execute();
  await recordResource(context, unit, actor, artifact, 'resource-file.rename', `${file.name} to ${name}`);
}

/** Deletes a file with its revisions; running deployments keep the bytes that they need. */
export async function deleteResourceFile(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  file: { readonly id: number; readonly name: string },
): Promise<void> {
  const tables = unit.tables<NhnTables>();
  for (const { sha256 } of await resourceRevisions(unit, file.id))
    await context.parts.blobs.release(unit, sha256);
  await tables.deleteFrom('nhn_resource_revision').where('resource_file_id', '=', file.id).execute();
  await tables
    .updateTable('nhn_resource_file')
    .set({ deleted_at: unit.now })
    .where('id', '=', file.id)
    .execute();
  await recordResource(context, unit, actor, artifact, 'resource-file.delete', file.name);
}

/** Deletes a file group with its files. */
export async function deleteResourceGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: ResourceGroup,
): Promise<void> {
  const tables = unit.tables<NhnTables>();
  const files = await tables
    .selectFrom('nhn_resource_file')
    .select(['id', 'name'])
    .where('resource_group_id', '=', group.id)
    .where('deleted_at', 'is', null)
    .execute();
  for (const file of files) await deleteResourceFile(context, unit, actor, artifact, file);
  await tables
    .updateTable('nhn_resource_group')
    .set({ deleted_at: unit.now })
    .where('id', '=', group.id)
    .execute();
  await recordResource(context, unit, actor, artifact, 'resource-group.delete', group.name);
}

/** One path segment: it becomes the file's name on the servers. */
function readFileName(text: string, longest: number): string {
  const name = text.trim();
  const bad = name === '' || name === '.' || name === '..' || /[/\\]/.test(name) || hasControl(name);
  if (bad || Buffer.byteLength(name) > longest) {
    const message = `name should have 1 to ${longest} bytes, without slashes and control characters`;
    throw new CoreError('invalid', message, { path: 'name' });
  }
  return name;
}

function readComment(comment: string | null): string | null {
  if (comment !== null && (comment.length > 1000 || comment.includes('\0'))) {
    throw new CoreError('invalid', 'comment should have at most 1000 characters', { path: 'comment' });
  }
  return comment || null;
}

async function refuseTakenName(unit: Unit, group: ResourceGroup, name: string): Promise<void> {
  const taken = await unit
    .tables<NhnTables>()
    .selectFrom('nhn_resource_file')
    .select('id')
    .where('resource_group_id', '=', group.id)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (taken)
    throw new CoreError('conflict', `the file group ${group.name} has a file named ${name} already`, {
      path: 'name',
    });
}

async function recordResource(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  action: string,
  what: string,
): Promise<void> {
  const resource = artifactResource(artifact.project_id, artifact.id);
  await context.parts.ledger.record(unit, actor, { action, resource, subject: `${artifact.name}: ${what}` });
}
