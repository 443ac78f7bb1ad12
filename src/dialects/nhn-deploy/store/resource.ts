import type { Generated, Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

/** Small editable files with revisions, in file groups of an artifact (contract nhn-deploy 1, 6). */
export interface ResourceTables {
  nhn_resource_group: {
    id: Generated<number>;
    artifact_id: number;
    name: string;
    created_at: number;
    deleted_at: number | null;
  };
  nhn_resource_file: {
    id: Generated<number>;
    resource_group_id: number;
    name: string;
    created_at: number;
    deleted_at: number | null;
  };
  nhn_resource_revision: {
    id: Generated<number>;
    resource_file_id: number;
    /** 1, 2, … per file; the highest is what deploys. */
    number: number;
    sha256: string;
    /** Bytes. */
    size: number;
    /** Null for bytes that nobody declared to be text. */
    encoding: string | null;
    comment: string | null;
    created_by: string;
    created_at: number;
  };
}

export type ResourceGroup = Selectable<ResourceTables['nhn_resource_group']>;
export type ResourceRevision = Selectable<ResourceTables['nhn_resource_revision']>;

/** A live resource file with its newest revision. */
export interface ResourceFile {
  readonly id: number;
  readonly groupId: number;
  readonly groupName: string;
  readonly name: string;
  readonly newest: ResourceRevision;
}

/** The live file groups of the artifact, by name. */
export async function resourceGroups(reader: Reader, artifactId: number): Promise<ResourceGroup[]> {
  return await reader
    .tables<ResourceTables>()
    .selectFrom('nhn_resource_group')
    .selectAll()
    .where('artifact_id', '=', artifactId)
    .where('deleted_at', 'is', null)
    .orderBy('name')
    .execute();
}

/** The live resource files of the artifact with their newest revisions, by group name and name. */
export async function resourceFiles(reader: Reader, artifactId: number): Promise<ResourceFile[]> {
  const rows = await reader
    .tables<ResourceTables>()
    .selectFrom('nhn_resource_file as file')
    .innerJoin('nhn_resource_group as shelf', 'shelf.id', 'file.resource_group_id')
    .innerJoin('nhn_resource_revision as revision', 'revision.resource_file_id', 'file.id')
    .selectAll('revision')
    .select(['file.resource_group_id', 'file.name', 'shelf.name as group_name'])
    .where('shelf.artifact_id', '=', artifactId)
    .where('shelf.deleted_at', 'is', null)
    .where('file.deleted_at', 'is', null)
    .where('revision.number', '=', (query) =>
      query
        .selectFrom('nhn_resource_revision as other')
        .whereRef('other.resource_file_id', '=', 'file.id')
        .select((highest) => highest.fn.max('other.number').as('number')),
    )
    .orderBy('shelf.name')
    .orderBy('file.name')
    .execute();
  return rows.map(({ resource_group_id, name, group_name, ...newest }) => ({
    id: newest.resource_file_id,
    groupId: resource_group_id,
    groupName: group_name,
    name,
    newest,
  }));
}

/** The revisions of a file, newest first. */
export async function resourceRevisions(reader: Reader, fileId: number): Promise<ResourceRevision[]> {
  return await reader
    .tables<ResourceTables>()
    .selectFrom('nhn_resource_revision')
    .selectAll()
    .where('resource_file_id', '=', fileId)
    .orderBy('number', 'desc')
    .execute();
}
