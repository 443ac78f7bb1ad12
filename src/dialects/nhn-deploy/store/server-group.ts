import type { Generated, Selectable } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

/** The servers that scenarios run on (contract nhn-deploy 1). */
export interface ServerGroupTables {
  nhn_server_group: {
    id: Generated<number>;
    artifact_id: number;
    name: string;
    description: string | null;
    os_type: OperatingSystem;
    shell: string;
    phase: Phase;
    created_at: number;
    deleted_at: number | null;
  };
  nhn_server: {
    server_group_id: number;
    /** Order in the group, from 0. */
    position: number;
    /** The name of the host's agent: what answers call the instance id. */
    hostname: string;
    instance_name: string | null;
    ip: string | null;
    os_text: string | null;
  };
}

/** What the servers of a group run. */
export type OperatingSystem = 'LINUX' | 'WINDOWS';
/** What a server group is for; shown only. */
export type Phase = 'DEVELOP' | 'STAGING' | 'PRODUCT' | 'NONE';

/** A row of `nhn_server_group`. */
export type ServerGroup = Selectable<ServerGroupTables['nhn_server_group']>;

/** One machine of a group, in the group's order. */
export interface Server {
  readonly hostname: string;
  readonly instanceName: string | null;
  readonly ip: string | null;
  readonly os: string | null;
}

/** The live group with this id in the artifact. */
export async function serverGroupById(
  reader: Reader,
  artifactId: number,
  id: number,
): Promise<ServerGroup | undefined> {
  return await reader
    .tables<ServerGroupTables>()
    .selectFrom('nhn_server_group')
    .selectAll()
    .where('id', '=', id)
    .where('artifact_id', '=', artifactId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The live group with this name in the artifact. */
export async function serverGroupByName(
  reader: Reader,
  artifactId: number,
  name: string,
): Promise<ServerGroup | undefined> {
  return await reader
    .tables<ServerGroupTables>()
    .selectFrom('nhn_server_group')
    .selectAll()
    .where('artifact_id', '=', artifactId)
    .where('name', '=', name)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** The live groups of the artifact by id, with how many servers each has (contract nhn-deploy 3.8 J). */
export async function listServerGroups(
  reader: Reader,
  artifactId: number,
): Promise<(ServerGroup & { serverCount: number })[]> {
  const rows = await reader
    .tables<ServerGroupTables>()
    .selectFrom('nhn_server_group')
    .selectAll()
    .select((query) =>
      query
        .selectFrom('nhn_server')
        .whereRef('nhn_server.server_group_id', '=', 'nhn_server_group.id')
        .select((count) => count.fn.countAll<number>().as('servers'))
        .as('serverCount'),
    )
    .where('artifact_id', '=', artifactId)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({ ...row, serverCount: Number(row.serverCount ?? 0) }));
}

/** The servers of a group, in its order. */
export async function serversOf(reader: Reader, groupId: number): Promise<Server[]> {
  const rows = await reader
    .tables<ServerGroupTables>()
    .selectFrom('nhn_server')
    .selectAll()
    .where('server_group_id', '=', groupId)
    .orderBy('position')
    .execute();
  return rows.map((row) => ({
    hostname: row.hostname,
    instanceName: row.instance_name,
    ip: row.ip,
    os: row.os_text,
  }));
}
