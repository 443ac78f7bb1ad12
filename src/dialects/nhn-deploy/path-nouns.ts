import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import type { Call } from './operation.ts';
import { type Artifact, artifactById } from './store/artifact.ts';
import { type Binary, binaryById } from './store/binary.ts';
import { type BinaryGroup, binaryGroupById } from './store/binary-group.ts';

/** The artifact that the path names; throws NOT_FOUND_ARTIFACT_INFO. */
export async function findArtifact(context: Context, { project, ids }: Call): Promise<Artifact> {
  const artifact = await context.parts.storage.read((reader) =>
    artifactById(reader, project.id, ids.artifactId),
  );
  if (!artifact) {
    throw refusal('NOT_FOUND_ARTIFACT_INFO', `project ${project.name} has no artifact ${ids.artifactId}`);
  }
  return artifact;
}

/** The artifact and the binary group that the path names; throws the NOT_FOUND of the first that is missing. */
export async function findGroup(
  context: Context,
  call: Call,
): Promise<{ artifact: Artifact; group: BinaryGroup }> {
  const artifact = await findArtifact(context, call);
  const key = call.ids.binaryGroupKey;
  const group = await context.parts.storage.read((reader) => binaryGroupById(reader, artifact.id, key));
  if (!group) {
    throw refusal('NOT_FOUND_BINARY_GROUP', `artifact ${artifact.id} has no binary group ${key}`);
  }
  return { artifact, group };
}

/** The live binary that the path names; tells a deleted one from one that never was (contract nhn-deploy 3.7). */
export async function findBinary(context: Context, call: Call): Promise<Binary> {
  const { group } = await findGroup(context, call);
  const binary = await context.parts.storage.read((reader) =>
    binaryById(reader, group.id, call.ids.binaryKey),
  );
  if (!binary) throw refusal('NOT_FOUND_BINARY_INFO');
  if (binary.deleted_at !== null) throw refusal('DELETED_BINARY');
  return binary;
}
