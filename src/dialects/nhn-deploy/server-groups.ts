import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import { defaultShell } from './compile.ts';
import type { Context } from './context.ts';
import { givenId } from './given-id.ts';
import { longestName } from './scenario.ts';
import { hasControl } from './scenario-input.ts';
import { readServers, type ServerInput } from './server-lines.ts';
import { type Artifact, artifactResource } from './store/artifact.ts';
import {
  type OperatingSystem,
  type Phase,
  type Server,
  type ServerGroup,
  serverGroupByName,
  serversOf,
} from './store/server-group.ts';
import type { NhnTables } from './store.ts';

/** What can be changed of a server group (contract nhn-deploy 6). Absent fields stay; `servers` is replaced as a list. */
export interface ServerGroupChange {
  readonly name?: string | undefined;
  readonly description?: string | null | undefined;
  readonly os?: OperatingSystem | undefined;
  /** Runs commands; default `/bin/bash`, on Windows `powershell`. */
  readonly shell?: string | undefined;
  readonly phase?: Phase | undefined;
  /** Groups of the kind `autoscale` cannot be made yet. */
  readonly kind?: string | undefined;
  readonly servers?: readonly (string | ServerInput)[] | undefined;
}

/** What a new server group is made of. */
export interface NewServerGroup extends ServerGroupChange {
  readonly id?: number | undefined;
  readonly name: string;
}

/** Makes a group. Throws `conflict` for a taken name or id, `invalid` with the place of a mistake. */
export async function createServerGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  input: NewServerGroup,
): Promise<ServerGroup> {
  refuseAutoscale(input);
  const name = readName(input.name);
  await refuseTakenName(unit, artifact.id, name);
  const os = input.os ?? 'LINUX';
  const group = await unit
    .tables<NhnTables>()
    .insertInto('nhn_server_group')
    .values({
      ...(await givenId(context, unit, 'nhn_server_group', input.id)),
      artifact_id: artifact.id,
      name,
      description: input.description ?? null,
      os_type: os,
      shell: readShell(input.shell) ?? defaultShell(os),
      phase: input.phase ?? 'NONE',
      created_at: unit.now,
      deleted_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordGroup(context, unit, actor, 'server-group.create', artifact, group);
  if (input.servers) await setServers(context, unit, group, input.servers);
  return group;
}

/** Changes a group; running deployments keep the servers that they started with. Throws like `createServerGroup`. */
export async function updateServerGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: ServerGroup,
  change: ServerGroupChange,
): Promise<ServerGroup> {
  refuseAutoscale(change);
  const name = change.name === undefined ? group.name : readName(change.name);
  if (name !== group.name) await refuseTakenName(unit, artifact.id, name);
  const os = change.os ?? group.os_type;
  // A shell that was the default of the old system becomes the default of the new one.
  const kept = group.shell === defaultShell(group.os_type) ? defaultShell(os) : group.shell;
  const changed: ServerGroup = {
    ...group,
    name,
    description: change.description === undefined ? group.description : change.description,
    os_type: os,
    shell: readShell(change.shell) ?? kept,
    phase: change.phase ?? group.phase,
  };
  const { id, ...row } = changed;
  await unit.tables<NhnTables>().updateTable('nhn_server_group').set(row).where('id', '=', id).execute();
  if (change.servers) await setServers(context, unit, group, change.servers);
  await recordGroup(context, unit, actor, 'server-group.update', artifact, changed);
  return changed;
}

/** Adds servers behind those that the group has; names that it has already keep their place and get what is new. */
export async function addServers(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: ServerGroup,
  servers: readonly ServerInput[],
): Promise<Server[]> {
  const all = new Map<string, ServerInput>(
    (await serversOf(unit, group.id)).map((server) => [server.hostname, server]),
  );
  for (const server of servers) {
    const given = Object.fromEntries(
      Object.entries(server).filter(([, value]) => value !== null && value !== undefined),
    );
    all.set(server.hostname, { ...all.get(server.hostname), ...given, hostname: server.hostname });
  }
  const stored = await setServers(context, unit, group, [...all.values()]);
  await recordGroup(context, unit, actor, 'server-group.update', artifact, group);
  return stored;
}

/** Deletes a group: nothing can be run on it any more, its histories stay. */
export async function deleteServerGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  artifact: Artifact,
  group: ServerGroup,
): Promise<void> {
  const tables = unit.tables<NhnTables>();
  await tables
    .updateTable('nhn_server_group')
    .set({ deleted_at: unit.now })
    .where('id', '=', group.id)
    .execute();
  await tables.deleteFrom('nhn_scenario_mapping').where('server_group_id', '=', group.id).execute();
  await recordGroup(context, unit, actor, 'server-group.delete', artifact, group);
}

/** Hosts need not have joined: they are declared, and show as down until their agents come. */
async function setServers(
  context: Context,
  unit: Unit,
  group: ServerGroup,
  inputs: readonly (string | ServerInput)[],
): Promise<Server[]> {
  const servers = readServers(inputs, (path, message) => {
    throw new CoreError('invalid', `${path} ${message}`, { path });
  });
  if (!servers) throw new CoreError('invalid', 'the servers have mistakes', { path: 'servers' });
  const tables = unit.tables<NhnTables>();
  await tables.deleteFrom('nhn_server').where('server_group_id', '=', group.id).execute();
  const rows = servers.map((server, position) => ({
    server_group_id: group.id,
    position,
    hostname: server.hostname,
    instance_name: server.instanceName,
    ip: server.ip,
    os_text: server.os,
  }));
  for (let index = 0; index < rows.length; index += rowsAtOnce) {
    await tables
      .insertInto('nhn_server')
      .values(rows.slice(index, index + rowsAtOnce))
      .execute();
  }
  for (const { hostname } of servers) await context.parts.engine.hosts.declare(unit, { name: hostname });
  return servers;
}

/** Six parameters a row, and SQLite takes 32,766 in a statement. */
const rowsAtOnce = 1000;

function refuseAutoscale({ kind }: ServerGroupChange): void {
  if (kind !== undefined && kind !== 'normal') {
    throw new CoreError('invalid', 'kind should be normal: autoscale groups cannot be declared yet', {
      path: 'kind',
    });
  }
}

function readName(text: string): string {
  const name = text.trim();
  if (name === '' || [...name].length > longestName || hasControl(name)) {
    const message = `name should have 1 to ${longestName} characters, none of them control characters`;
    throw new CoreError('invalid', message, { path: 'name' });
  }
  return name;
}

function readShell(text: string | undefined): string | undefined {
  const shell = text?.trim();
  if (!shell) return undefined;
  if (shell.length > 1000 || hasControl(shell)) {
    const message = 'shell should be a program with its arguments, at most 1000 characters';
    throw new CoreError('invalid', message, { path: 'shell' });
  }
  return shell;
}

async function refuseTakenName(unit: Unit, artifactId: number, name: string): Promise<void> {
  if (await serverGroupByName(unit, artifactId, name)) {
    throw new CoreError('conflict', `the artifact has a server group named ${name} already`, {
      path: 'name',
    });
  }
}

async function recordGroup(
  context: Context,
  unit: Unit,
  actor: Actor,
  action: string,
  artifact: Artifact,
  group: ServerGroup,
): Promise<void> {
  await context.parts.ledger.record(unit, actor, {
    action,
    resource: artifactResource(artifact.project_id, artifact.id),
    subject: `${artifact.name}/${group.name} (server group ${group.id})`,
  });
}
