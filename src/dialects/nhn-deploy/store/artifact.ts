import { type Generated, type Selectable, sql } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

/** The unit of deployment (contract nhn-deploy 1, 6). */
export interface ArtifactTables {
  nhn_artifact: {
    id: Generated<number>;
    project_id: number;
    name: string;
    /** Lower case of `name`, for the search that ignores letter case. */
    folded_name: string;
    description: string | null;
    type: ApplicationType;
    command_type: CommandType;
    /** SSH only. */
    port: number | null;
    /** Default region of new binary groups: `KR1`. */
    region: string;
    /** Null only between the making of the artifact and of its first group. */
    default_binary_group_id: number | null;
    notification: number;
    /** The number of the hook URL in the secret vault: such URLs carry a token. */
    hook_secret_id: number | null;
    /** SHA-256 of the hook URL, so that a declaration can see whether it changed. */
    hook_hash: string | null;
    created_at: number;
    last_deployed_at: number | null;
    deleted_at: number | null;
  };
}

/** The type of an artifact, fixed when it is made. */
export type ApplicationType = 'server' | 'client';

/** How commands reach servers; deploys through the API exist for `CLOUD_AGENT` only (contract nhn-deploy 1). */
export type CommandType = 'CLOUD_AGENT' | 'SSH';

/** A row of `nhn_artifact`. */
export type Artifact = Selectable<ArtifactTables['nhn_artifact']>;

/** The path on which grants are checked for one artifact. */
export function artifactResource(projectId: number, artifactId: number): string {
  return `/nhn-deploy/projects/${projectId}/artifacts/${artifactId}`;
}

/** The live artifact with this id in the project. */
export async function artifactById(
  reader: Reader,
  projectId: number,
  id: number,
): Promise<Artifact | undefined> {
  return await reader
    .tables<ArtifactTables>()
    .selectFrom('nhn_artifact')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The live artifacts of the project whose name contains `text`, letter case ignored; newest first. */
export async function searchArtifacts(reader: Reader, projectId: number, text: string): Promise<Artifact[]> {
  let query = reader
    .tables<ArtifactTables>()
    .selectFrom('nhn_artifact')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null);
  const needle = text.toLowerCase();
  if (needle !== '') query = query.where(reader.flavor.contains(sql.ref('folded_name'), needle));
  return await query.orderBy('id', 'desc').execute();
}

/** The live artifact with this name in the project. */
export async function artifactByName(
  reader: Reader,
  projectId: number,
  name: string,
): Promise<Artifact | undefined> {
  return await reader
    .tables<ArtifactTables>()
    .selectFrom('nhn_artifact')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The live artifact with this id, whatever its project. */
export async function anyArtifactById(reader: Reader, id: number): Promise<Artifact | undefined> {
  return await reader
    .tables<ArtifactTables>()
    .selectFrom('nhn_artifact')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}
