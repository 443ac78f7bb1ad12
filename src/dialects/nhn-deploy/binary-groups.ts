import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import { randomWord } from './app-key.ts';
import { enqueueAutoDelete } from './auto-delete.ts';
import { deleteBinary } from './binaries.ts';
import type { Context } from './context.ts';
import { givenId } from './given-id.ts';
import type { RetentionPolicy } from './retention.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import { liveBinaries } from './store/binary.ts';
import { type BinaryGroup, binaryGroupByName } from './store/binary-group.ts';
import type { NhnTables } from './store.ts';

/** The name of the group that is made with each artifact and is never deleted (contract nhn-deploy 1). */
export const defaultGroupName = 'Default';

/** What can be changed of a group (contract nhn-deploy 6). Absent fields stay as they are. */
export interface BinaryGroupChange {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly region?: string | undefined;
  /** Null takes it away. */
  readonly password?: string | null | undefined;
  readonly autoDelete?: RetentionPolicy | undefined;
  readonly uploadAlert?: boolean | undefined;
}

/** What a new group is made of. */
export interface NewBinaryGroup extends BinaryGroupChange {
  readonly id?: number | undefined;
  readonly name: string;
}

/** Makes a group. Throws `conflict` for a taken name or id, `invalid` for a policy that contradicts itself. */
export async function createBinaryGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  input: NewBinaryGroup,
): Promise<BinaryGroup> {
  await refuseTakenName(unit, artifact.id, input.name);
  const group = await unit
    .tables<NhnTables>()
    .insertInto('nhn_binary_group')
    .values({
      ...(await givenId(context, unit, 'nhn_binary_group', input.id)),
      artifact_id: artifact.id,
      name: input.name,
      description: input.description ?? null,
      region: input.region ?? artifact.region,
      page_token: randomWord(24),
      password_hash: input.password ? context.parts.identity.passwordHash(input.password) : null,
      ...policyColumns(input.autoDelete),
      upload_alert: input.uploadAlert ? 1 : 0,
      created_at: unit.now,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordGroup(context, unit, actor, 'binary-group.create', artifact, group);
  return group;
}

/** Changes a group; a changed policy is applied soon. The group `Default` keeps its name. */
export async function updateBinaryGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: BinaryGroup,
  change: BinaryGroupChange,
): Promise<BinaryGroup> {
  const name = change.name ?? group.name;
  if (name !== group.name) {
    if (group.name === defaultGroupName) throw new CoreError('conflict', 'the group Default keeps its name');
    await refuseTakenName(unit, artifact.id, name);
  }
  const changed: BinaryGroup = {
    ...group,
    name,
    description: change.description === undefined ? group.description : change.description,
    region: change.region ?? group.region,
    ...(change.password === undefined
      ? {}
      : {
          password_hash:
            change.password === null ? null : context.parts.identity.passwordHash(change.password),
        }),
    ...(change.autoDelete ? policyColumns(change.autoDelete) : {}),
    upload_alert: (change.uploadAlert ?? group.upload_alert === 1) ? 1 : 0,
  };
  await storeGroup(unit, changed);
  await recordGroup(context, unit, actor, 'binary-group.update', artifact, changed);
  if (change.autoDelete) await enqueueAutoDelete(context, unit, changed);
  return changed;
}

/**
 * Deletes a group with its binaries. Throws `conflict` for the group `Default` and the default one (unless their
 * artifact goes), and while a running deployment needs one of the binaries.
 */
export async function deleteBinaryGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: BinaryGroup,
  { withArtifact = false } = {},
): Promise<void> {
  if (!withArtifact && group.name === defaultGroupName) {
    throw new CoreError('conflict', 'the group Default is part of its artifact and cannot be deleted');
  }
  if (!withArtifact && group.id === artifact.default_binary_group_id) {
    throw new CoreError('conflict', 'this is the default group; make another group the default one first');
  }
  for (const binary of await liveBinaries(unit, group.id)) {
    await deleteBinary(context, unit, actor, artifact, binary);
  }
  await storeGroup(unit, { ...group, deleted_at: unit.now });
  await recordGroup(context, unit, actor, 'binary-group.delete', artifact, group);
}

/** Gives the install pages of the group new addresses. */
export async function renewPageAddress(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: BinaryGroup,
): Promise<BinaryGroup> {
  const renewed = { ...group, page_token: randomWord(24) };
  await storeGroup(unit, renewed);
  await recordGroup(context, unit, actor, 'binary-group.renew-pages', artifact, renewed);
  return renewed;
}

function policyColumns(policy: RetentionPolicy | undefined) {
  const { maxAgeDays = null, maxTotalBytes = null, maxCount = null, minKeep = null } = policy ?? {};
  const isSet = maxAgeDays !== null || maxTotalBytes !== null || maxCount !== null || minKeep !== null;
  if (isSet && (maxCount === null || minKeep === null)) {
    throw new CoreError('invalid', 'an auto-delete policy needs the most and the least number of binaries', {
      path: 'autoDelete',
    });
  }
  if (maxCount !== null && minKeep !== null && minKeep > maxCount) {
    throw new CoreError('invalid', `minKeep ${minKeep} is more than maxCount ${maxCount}`, {
      path: 'autoDelete/minKeep',
    });
  }
  return { max_age_days: maxAgeDays, max_total_bytes: maxTotalBytes, max_count: maxCount, min_keep: minKeep };
}

async function refuseTakenName(unit: Unit, artifactId: number, name: string): Promise<void> {
  if (await binaryGroupByName(unit, artifactId, name)) {
    throw new CoreError('conflict', `the artifact has a binary group named ${name} already`, {
      path: 'name',
    });
  }
}

async function storeGroup(unit: Unit, { id, ...row }: BinaryGroup): Promise<void> {
  await unit.tables<NhnTables>().updateTable('nhn_binary_group').set(row).where('id', '=', id).execute();
}

async function recordGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  action: string,
  artifact: Artifact,
  group: BinaryGroup,
): Promise<void> {
  await context.parts.ledger.record(unit, actor, {
    action,
    resource: artifactResource(artifact.project_id, artifact.id),
    subject: `${artifact.name}/${group.name} (binary group ${group.id})`,
  });
}
