import { zonedDateTime } from '../../../vendors/nhn-cloud/index.ts';
import type { Context } from '../context.ts';
import type { Call } from '../operation.ts';
import { type Artifact, searchArtifacts } from '../store/artifact.ts';

/** I: the artifacts of a project, newest first (contract nhn-deploy 3.8 I). */
export async function listArtifacts(context: Context, call: Call) {
  const found = await context.parts.storage.read((reader) =>
    searchArtifacts(reader, call.project.id, call.query.artifactName ?? ''),
  );
  return { artifacts: found.map((artifact) => artifactRow(artifact, context.parts.settings.timeZone)) };
}

function artifactRow(artifact: Artifact, timeZone: string) {
  return {
    id: artifact.id,
    name: artifact.name,
    applicationType: artifact.type,
    description: artifact.description,
    createDate: zonedDateTime(artifact.created_at, timeZone),
    lastDeployDate:
      artifact.last_deployed_at === null ? null : zonedDateTime(artifact.last_deployed_at, timeZone),
  };
}
