import { createHash } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import type { DeclarationReport } from '../../../management/index.ts';
import { attempt } from '../../../management/index.ts';
import type { Unit } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { addRevision, createResourceFile, createResourceGroup } from '../resource-files.ts';
import { encodeText, resourceEncodings } from '../resource-text.ts';
import { chosenId } from '../shapes/text.ts';
import type { Artifact } from '../store/artifact.ts';
import { type ResourceGroup, resourceFiles, resourceGroups } from '../store/resource.ts';

/** A text file of a file group. Larger files and such that are no text are uploaded instead. */
const resourceFileDeclaration = Type.Object({
  id: Type.Optional(chosenId),
  name: Type.String(),
  content: Type.String({ description: 'A change of it becomes a new revision.' }),
  encoding: Type.Optional(Type.Enum([...resourceEncodings])),
  comment: Type.Optional(Type.String({ maxLength: 1000 })),
});

/** A file group below its artifact. */
export const resourceGroupDeclaration = Type.Object({
  id: Type.Optional(chosenId),
  name: Type.String(),
  files: Type.Optional(Type.Array(resourceFileDeclaration)),
});

type ResourceGroupDeclaration = Static<typeof resourceGroupDeclaration>;
type ResourceFileDeclaration = Static<typeof resourceFileDeclaration>;

/** The bytes of a declared file. Throws `invalid` and `too-large`. */
function bytesOf(file: ResourceFileDeclaration): Buffer {
  return encodeText(file.content, file.encoding ?? 'UTF-8');
}

/** Keeps the bytes of declared files, before the unit that refers to them; what no row retains is swept later. */
export async function keepResourceFiles(
  context: Context,
  declared: readonly ResourceGroupDeclaration[],
): Promise<void> {
  for (const file of declared.flatMap((group) => group.files ?? [])) {
    let bytes: Buffer;
    try {
      bytes = bytesOf(file);
    } catch {
      // `reconcileResourceGroups` says what is wrong, at its place and with all other mistakes.
      continue;
    }
    const spooled = await context.parts.blobs.spool(once(bytes), { limit: bytes.length });
    await spooled.keep();
  }
}

async function* once(bytes: Uint8Array) {
  yield bytes;
}

/** Makes the artifact's file groups and files as declared; their bytes were kept by `keepResourceFiles`. */
export async function reconcileResourceGroups(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  declared: readonly ResourceGroupDeclaration[],
  path: string,
  report: DeclarationReport,
): Promise<void> {
  for (const group of declared) {
    const place = `${path}/resourceGroups/${group.name}`;
    const stored = await attempt(report, place, () =>
      reconcileGroup(context, unit, artifact, group, place, report),
    );
    if (!stored) continue;
    for (const file of group.files ?? []) {
      const filePlace = `${place}/files/${file.name}`;
      await attempt(report, filePlace, () =>
        reconcileFile(context, unit, artifact, stored, file, filePlace, report),
      );
    }
  }
}

async function reconcileGroup(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  declared: ResourceGroupDeclaration,
  path: string,
  report: DeclarationReport,
): Promise<ResourceGroup> {
  const found = (await resourceGroups(unit, artifact.id)).find((group) =>
    declared.id === undefined ? group.name === declared.name : group.id === declared.id,
  );
  if (found && found.name !== declared.name) {
    throw new CoreError('conflict', `the id ${found.id} belongs to the file group ${found.name}`);
  }
  const group =
    found ?? (await createResourceGroup(context, unit, nativeActor(report.by), artifact, declared));
  if (!found) report.change({ action: 'create', path });
  await report.made(`resource-group:${group.id}`, path);
  return group;
}

async function reconcileFile(
  context: Context,
  unit: Unit,
  artifact: Artifact,
  group: ResourceGroup,
  declared: ResourceFileDeclaration,
  path: string,
  report: DeclarationReport,
): Promise<void> {
  const actor = nativeActor(report.by);
  const bytes = bytesOf(declared);
  const blob = { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
  const revision = { blob, encoding: declared.encoding ?? 'UTF-8', comment: declared.comment ?? null };
  const found = (await resourceFiles(unit, artifact.id)).find(
    (file) => file.groupId === group.id && file.name === declared.name,
  );
  if (found && declared.id !== undefined && declared.id !== found.id) {
    throw new CoreError('conflict', `the file ${found.name} has the id ${found.id} already`);
  }
  if (!found) {
    const { id, name } = declared;
    const made = await createResourceFile(context, unit, actor, artifact, group, { id, name, revision });
    report.change({ action: 'create', path });
    await report.made(`resource-file:${made.id}`, path);
    return;
  }
  await report.made(`resource-file:${found.id}`, path);
  if (found.newest.sha256 === blob.sha256) return;
  await addRevision(context, unit, actor, artifact, found, revision);
  const fields = {
    content: { from: `revision ${found.newest.number}`, to: `revision ${found.newest.number + 1}` },
  };
  report.change({ action: 'update', path, fields });
}
