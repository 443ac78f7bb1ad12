import { CoreError } from '../../errors/index.ts';
import type { Blob, Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import { freeTimeLabel, timeLabel } from './binary-version.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import { type Binary, isVersionTaken, labelsFrom, type OsType } from './store/binary.ts';
import type { BinaryGroup } from './store/binary-group.ts';
import { isBinaryInUse } from './store/binary-use.ts';
import type { NhnTables } from './store.ts';

/** A file that came in completely and was checked, on its way to become a binary. */
export interface BinaryDraft {
  /** Normalised; undefined for a label made of `beganAt`. */
  readonly version: string | undefined;
  /** When the upload began (epoch milliseconds). */
  readonly beganAt: number;
  readonly name: string;
  readonly blob: Blob;
  readonly manifest: Blob | undefined;
  /** Undefined for binaries of server artifacts. */
  readonly osType: OsType | undefined;
  /** Becomes the pinned one of its system. */
  readonly fix: boolean;
  readonly description: string | null;
}

/**
 * Makes the binary visible: version check and row are one step, and one of several simultaneous uploads of a version
 * wins (contract nhn-deploy 3.3, 5.1). Throws NOT_FOUND_BINARY_GROUP when the group went meanwhile, and
 * ALREADY_UPLOADED_VERSION.
 */
export async function addBinary(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: BinaryGroup,
  draft: BinaryDraft,
): Promise<Binary> {
  await holdGroup(unit, group);
  const osType = draft.osType ?? '';
  const version = draft.version ?? (await freeLabel(context, unit, group.id, osType, draft.beganAt));
  const binary = await unit
    .tables<NhnTables>()
    .insertInto('nhn_binary')
    .values({
      artifact_id: artifact.id,
      binary_group_id: group.id,
      version,
      name: draft.name,
      size: draft.blob.size,
      sha256: draft.blob.sha256,
      meta_sha256: draft.manifest?.sha256 ?? null,
      meta_size: draft.manifest?.size ?? null,
      os_type: osType,
      fixed: 0,
      description: draft.description,
      uploader: actor.name,
      uploaded_at: unit.now,
      deleted_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!binary) throw refusal('ALREADY_UPLOADED_VERSION', `version ${version} is uploaded already`);
  await context.parts.blobs.retain(unit, draft.blob);
  if (draft.manifest) await context.parts.blobs.retain(unit, draft.manifest);
  await recordBinary(context, unit, actor, 'binary.upload', artifact, binary);
  return draft.fix ? await fixBinary(context, unit, actor, artifact, binary, true) : binary;
}

/** Changes version (normalised) or description. Throws ALREADY_UPLOADED_VERSION for a version that is taken. */
export async function updateBinary(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  binary: Binary,
  change: { version?: string | undefined; description?: string | null | undefined },
): Promise<Binary> {
  const version = change.version ?? binary.version;
  const description = change.description === undefined ? binary.description : change.description;
  if (
    version !== binary.version &&
    (await isVersionTaken(unit, binary.binary_group_id, binary.os_type, version))
  ) {
    throw refusal('ALREADY_UPLOADED_VERSION', `version ${version} is uploaded already`);
  }
  const changed = { ...binary, version, description };
  await storeBinary(unit, changed);
  await recordBinary(context, unit, actor, 'binary.update', artifact, changed);
  return changed;
}

/** Pins a client binary, so that the former pinned one of its group and system loses the mark, or unpins it (contract nhn-deploy 4.1). */
export async function fixBinary(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  binary: Binary,
  fixed: boolean,
): Promise<Binary> {
  if (binary.os_type === '')
    throw new CoreError('conflict', 'only binaries of client artifacts can be fixed');
  if (fixed) {
    await unit
      .tables<NhnTables>()
      .updateTable('nhn_binary')
      .set({ fixed: 0 })
      .where('binary_group_id', '=', binary.binary_group_id)
      .where('os_type', '=', binary.os_type)
      .where('fixed', '=', 1)
      .execute();
  }
  const changed = { ...binary, fixed: fixed ? 1 : 0 };
  await storeBinary(unit, changed);
  await recordBinary(context, unit, actor, fixed ? 'binary.fix' : 'binary.unfix', artifact, changed);
  return changed;
}

/**
 * Deletes a live binary: its bytes go, its row stays so that old links say so, its version is free again
 * (contract nhn-deploy 4.1). Throws `conflict` while a running deployment needs it.
 */
export async function deleteBinary(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  binary: Binary,
): Promise<void> {
  if (await isBinaryInUse(unit, binary.id)) {
    throw new CoreError(
      'conflict',
      `binary ${binary.id} is needed by a running deployment; wait for its end`,
    );
  }
  await storeBinary(unit, { ...binary, fixed: 0, deleted_at: unit.now });
  await context.parts.blobs.release(unit, binary.sha256);
  if (binary.meta_sha256 !== null) await context.parts.blobs.release(unit, binary.meta_sha256);
  await recordBinary(context, unit, actor, 'binary.delete', artifact, binary);
}

/** Takes the group's row, so that uploads of one group come one after another and none comes after its deletion. */
async function holdGroup(unit: Unit, group: BinaryGroup): Promise<void> {
  const held = await unit
    .tables<NhnTables>()
    .updateTable('nhn_binary_group')
    .set({ artifact_id: group.artifact_id })
    .where('id', '=', group.id)
    .where('deleted_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!held) throw refusal('NOT_FOUND_BINARY_GROUP', `binary group ${group.id} was deleted meanwhile`);
}

async function freeLabel(
  context: Context,
  unit: Unit,
  groupId: number,
  osType: OsType | '',
  beganAt: number,
): Promise<string> {
  const { timeZone } = context.parts.settings;
  const first = timeLabel(beganAt, timeZone);
  const taken = await labelsFrom(unit, groupId, osType, first, 10_000);
  return freeTimeLabel(beganAt, timeZone, new Set(taken));
}

async function storeBinary(unit: Unit, { id, ...row }: Binary): Promise<void> {
  await unit.tables<NhnTables>().updateTable('nhn_binary').set(row).where('id', '=', id).execute();
}

async function recordBinary(
  context: Context,
  unit: Unit,
  actor: Actor,
  action: string,
  artifact: Artifact,
  binary: Binary,
): Promise<void> {
  await context.parts.ledger.record(unit, actor, {
    action,
    resource: artifactResource(artifact.project_id, artifact.id),
    subject: `${artifact.name} ${binary.version} (binary ${binary.id})`,
  });
}
