import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import type { Reader } from '../../../storage/index.ts';
import { type Artifact, artifactById, artifactResource } from '../store/artifact.ts';

/** Where everything of an artifact lies in the native API. */
export const artifactUrl = '/projects/:project/artifacts/:artifact';

const id = Type.Integer({ minimum: 1 });

/** The ids that every such path carries. */
export const artifactParams = { project: id, artifact: id };

/** The ids of a path in an artifact, with one more. */
export const paramsWith = <Name extends string>(name: Name) =>
  Type.Object({ ...artifactParams, [name]: id } as typeof artifactParams & Record<Name, typeof id>);

/** The ids of a path in an artifact alone. */
export const artifactOnly = Type.Object(artifactParams);

/** Guards a route by the permission on the artifact that its path names. */
export function onArtifact(permission: string) {
  return {
    permission,
    resource: (request: FastifyRequest) => {
      const { project, artifact } = request.params as { project: number; artifact: number };
      return artifactResource(project, artifact);
    },
  };
}

/** The artifact of a path; throws `not-found`. */
export async function artifactOfPath(
  reader: Reader,
  { project, artifact }: Static<typeof artifactOnly>,
): Promise<Artifact> {
  const found = await artifactById(reader, project, artifact);
  if (!found) throw new CoreError('not-found', `project ${project} has no artifact ${artifact}`);
  return found;
}

/** What was looked for in an artifact; throws `not-found` when it is not there. */
export function present<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new CoreError('not-found', `the artifact has no ${what}`);
  return found;
}
