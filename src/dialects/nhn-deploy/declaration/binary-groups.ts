import Type, { type Static } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { attempt, fieldChanges } from '../../../management/index.ts';
import { setDefaultGroup } from '../artifacts.ts';
import { policyOf } from '../auto-delete.ts';
import {
  createBinaryGroup,
  defaultGroupName,
  deleteBinaryGroup,
  updateBinaryGroup,
} from '../binary-groups.ts';
import { binaryGroupFields, policyFrom, policyInput } from '../shapes/binary-group.ts';
import { chosenId } from '../shapes/text.ts';
import { type Artifact, anyArtifactById } from '../store/artifact.ts';
import {
  anyBinaryGroupById,
  type BinaryGroup,
  binaryGroupById,
  binaryGroupByName,
} from '../store/binary-group.ts';
import type { Reconciliation } from './reconciliation.ts';

/** A binary group below its artifact. */
export const binaryGroupDeclaration = Type.Object({ key: Type.Optional(chosenId), ...binaryGroupFields });

type DeclaredGroup = Static<typeof binaryGroupDeclaration>;

/** The key that a declared artifact gives to the group `Default`, which is made with the artifact. */
export function declaredDefaultKey(groups: readonly DeclaredGroup[] | undefined): number | undefined {
  return groups?.find(({ name }) => name === defaultGroupName)?.key;
}

/** Makes the artifact's binary groups as declared; `path` is the artifact's place in the declaration. */
export async function reconcileBinaryGroups(
  run: Reconciliation,
  artifact: Artifact,
  declared: readonly DeclaredGroup[],
  path: string,
): Promise<void> {
  for (const group of declared) {
    const place = `${path}/binaryGroups/${group.name}`;
    await attempt(run.report, place, () => reconcileGroup(run, artifact, group, place));
  }
}

/** Removes the group with this id if it is there; the group `Default` stays with its artifact. */
export async function pruneBinaryGroup(
  { context, unit, actor }: Reconciliation,
  id: number,
): Promise<boolean> {
  const group = await anyBinaryGroupById(unit, id);
  const artifact = group && (await anyArtifactById(unit, group.artifact_id));
  if (!group || !artifact || group.name === defaultGroupName) return false;
  await deleteBinaryGroup(context, unit, actor, artifact, group);
  return true;
}

async function reconcileGroup(
  run: Reconciliation,
  artifact: Artifact,
  declared: DeclaredGroup,
  path: string,
): Promise<void> {
  const { context, unit, actor, report } = run;
  const { key, default: isDefault, autoDelete, ...fields } = declared;
  const policy = policyFrom(autoDelete);
  const existing = await find(run, artifact, declared);
  let group = existing;
  if (!group) {
    group = await createBinaryGroup(context, unit, actor, artifact, {
      ...fields,
      id: key,
      autoDelete: policy,
    });
    report.change({ action: 'create', path });
  } else {
    // A password is set at creation only: its hash does not tell whether the declared one is another.
    const { password: _password, ...changeable } = fields;
    const wanted = { ...changeable, autoDelete: policy && policyInput(policy) };
    const changed = fieldChanges(shown(group), wanted);
    if (changed) {
      await updateBinaryGroup(context, unit, actor, artifact, group, { ...changeable, autoDelete: policy });
      report.change({ action: 'update', path, fields: changed });
    }
  }
  await report.made(`binary-group:${group.id}`, path);
  const current = await anyArtifactById(unit, artifact.id);
  if (isDefault && current && current.default_binary_group_id !== group.id) {
    await setDefaultGroup(context, unit, actor, current, group.id);
    report.change({ action: 'update', path, fields: { default: { from: false, to: true } } });
  }
}

async function find(
  { unit }: Reconciliation,
  artifact: Artifact,
  { key, name }: DeclaredGroup,
): Promise<BinaryGroup | undefined> {
  if (key === undefined) return await binaryGroupByName(unit, artifact.id, name);
  const byKey = await binaryGroupById(unit, artifact.id, key);
  if (!byKey && name === defaultGroupName) {
    throw new CoreError('conflict', 'the group Default is made with its artifact and has another key', {
      path: 'key',
    });
  }
  return byKey;
}

function shown(group: BinaryGroup) {
  return {
    name: group.name,
    description: group.description,
    region: group.region,
    autoDelete: policyInput(policyOf(group)),
    uploadAlert: group.upload_alert === 1,
  };
}
