import type { Generated } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

/** A tenant: its app key stands in every path (contract nhn-deploy 1). */
export interface ProjectTables {
  nhn_project: {
    id: Generated<number>;
    name: string;
    app_key: string;
    /** 0: the app key answers like an unknown one. */
    enabled: number;
    created_at: number;
  };
}

/** A project as the dialect uses it. */
export interface Project {
  readonly id: number;
  readonly name: string;
  readonly appKey: string;
  readonly enabled: boolean;
  readonly createdAt: number;
}

interface Row {
  id: number;
  name: string;
  app_key: string;
  enabled: number;
  created_at: number;
}

function projectOf(row: Row): Project {
  return {
    id: row.id,
    name: row.name,
    appKey: row.app_key,
    enabled: row.enabled === 1,
    createdAt: row.created_at,
  };
}

/** The path on which roles in the project are granted. */
export function projectResource(projectId: number): string {
  return `/nhn-deploy/projects/${projectId}`;
}

/** The project with this app key, disabled ones included. */
export async function projectByAppKey(reader: Reader, appKey: string): Promise<Project | undefined> {
  const row = await reader
    .tables<ProjectTables>()
    .selectFrom('nhn_project')
    .selectAll()
    .where('app_key', '=', appKey)
    .executeTakeFirst();
  return row && projectOf(row);
}

/** The project with this id. */
export async function projectById(reader: Reader, id: number): Promise<Project | undefined> {
  const row = await reader
    .tables<ProjectTables>()
    .selectFrom('nhn_project')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst();
  return row && projectOf(row);
}

/** The project with this name. */
export async function projectByName(reader: Reader, name: string): Promise<Project | undefined> {
  const row = await reader
    .tables<ProjectTables>()
    .selectFrom('nhn_project')
    .selectAll()
    .where('name', '=', name)
    .executeTakeFirst();
  return row && projectOf(row);
}

/** All projects, by name. */
export async function listProjects(reader: Reader): Promise<Project[]> {
  const rows = await reader
    .tables<ProjectTables>()
    .selectFrom('nhn_project')
    .selectAll()
    .orderBy('name')
    .execute();
  return rows.map(projectOf);
}
