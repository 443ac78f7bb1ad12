import type { Reader } from '../../storage/index.ts';
import { refusal } from './errors.ts';
import type { Call } from './operation.ts';
import { type Artifact, artifactById } from './store/artifact.ts';
import { type Binary, binaryById } from './store/binary.ts';
import { type BinaryGroup, binaryGroupById } from './store/binary-group.ts';
import { type ServerGroup, serverGroupById } from './store/server-group.ts';

/** The artifact of a call's path; throws NOT_FOUND_ARTIFACT_INFO. */
export async function artifactOfCall(reader: Reader, call: Call): Promise<Artifact> {
  const artifact = await artifactById(reader, call.project.id, call.ids.artifactId);
  if (!artifact) throw refusal('NOT_FOUND_ARTIFACT_INFO');
  return artifact;
}

/** The artifact and the server group of a call's path; throws the NOT_FOUND of the outer one first. */
export async function groupOfCall(
  reader: Reader,
  call: Call,
): Promise<{ artifact: Artifact; serverGroup: ServerGroup }> {
  const artifact = await artifactOfCall(reader, call);
  const serverGroup = await serverGroupById(reader, artifact.id, call.ids.serverGroupId);
  if (!serverGroup) throw refusal('NOT_FOUND_SERVER_GROUP');
  return { artifact, serverGroup };
}

/** The artifact and the binary group of a call's path; throws the NOT_FOUND of the outer one first. */
export async function binaryGroupOfCall(
  reader: Reader,
  call: Call,
): Promise<{ artifact: Artifact; group: BinaryGroup }> {
  const artifact = await artifactOfCall(reader, call);
  const group = await binaryGroupById(reader, artifact.id, call.ids.binaryGroupKey);
  if (!group) throw refusal('NOT_FOUND_BINARY_GROUP');
  return { artifact, group };
}

/** The live binary of a call's path; tells a deleted one from one that never was (contract nhn-deploy 3.7). */
export async function binaryOfCall(reader: Reader, call: Call): Promise<Binary> {
  const { group } = await binaryGroupOfCall(reader, call);
  const binary = await binaryById(reader, group.id, call.ids.binaryKey);
  if (!binary) throw refusal('NOT_FOUND_BINARY_INFO');
  if (binary.deleted_at !== null) throw refusal('DELETED_BINARY');
  return binary;
}
