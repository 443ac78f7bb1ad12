import type { Unit } from '../../storage/index.ts';
import { deleteBinary } from './binaries.ts';
import type { Context } from './context.ts';
import { expiredBinaries, isPolicyOn, type RetentionPolicy } from './retention.ts';
import { anyArtifactById } from './store/artifact.ts';
import { liveBinaries } from './store/binary.ts';
import { anyBinaryGroupById, type BinaryGroup, groupsWithPolicy } from './store/binary-group.ts';
import { binariesInUse } from './store/binary-use.ts';

const oneGroup = 'nhn-deploy.auto-delete';
const allGroups = 'nhn-deploy.auto-delete-all';
const hour = 3600;

/** The policy of a group (contract nhn-deploy 5.5). */
export function policyOf(group: BinaryGroup): RetentionPolicy {
  return {
    maxAgeDays: group.max_age_days,
    maxTotalBytes: group.max_total_bytes,
    maxCount: group.max_count,
    minKeep: group.min_keep,
  };
}

/** Has the group's policy applied soon, when it has one. Call it in the unit that gives it something to do. */
export async function enqueueAutoDelete(context: Context, unit: Unit, group: BinaryGroup): Promise<void> {
  if (!isPolicyOn(policyOf(group))) return;
  await context.parts.work.enqueue(unit, {
    kind: oneGroup,
    input: { groupId: group.id },
    project: String(group.artifact_id),
    once: `${oneGroup}:${group.id}`,
  });
}

/** Applies the policy of one group now. */
async function applyPolicy(context: Context, unit: Unit, groupId: number): Promise<void> {
  const group = await anyBinaryGroupById(unit, groupId);
  const artifact = group && (await anyArtifactById(unit, group.artifact_id));
  if (!group || !artifact) return;
  const inUse = await binariesInUse(unit, groupId);
  const binaries = await liveBinaries(unit, groupId);
  const seen = binaries.map(({ id, size, uploaded_at, fixed }) => ({
    id,
    size,
    uploadedAt: uploaded_at,
    spared: fixed === 1 || inUse.has(id),
  }));
  const expired = new Set(expiredBinaries(seen, policyOf(group), unit.now));
  for (const binary of binaries.filter(({ id }) => expired.has(id))) {
    await deleteBinary(context, unit, { name: 'system', through: 'nhn-deploy' }, artifact, binary);
  }
}

/** Registers the work and its hourly timer (contract nhn-deploy 5.5: after each upload and at least hourly). */
export async function startAutoDelete(context: Context): Promise<void> {
  const { work, storage } = context.parts;
  work.register<{ groupId: number }>({
    kind: oneGroup,
    concurrency: 1,
    tries: 5,
    run: ({ groupId }) => storage.write((unit) => applyPolicy(context, unit, groupId)),
  });
  work.register({
    kind: allGroups,
    concurrency: 1,
    tries: 5,
    run: () =>
      storage.write(async (unit) => {
        for (const group of await groupsWithPolicy(unit)) await enqueueAutoDelete(context, unit, group);
      }),
  });
  await work.every(allGroups, hour);
}
