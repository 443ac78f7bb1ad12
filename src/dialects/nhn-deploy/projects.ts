import { CoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import { appKeyProblem, newAppKey } from './app-key.ts';
import type { Context } from './context.ts';
import { givenId } from './given-id.ts';
import { rolePrefix } from './roles.ts';
import { type Project, projectByAppKey, projectByName, projectResource } from './store/project.ts';
import type { NhnTables } from './store.ts';

/** The role of a member (contract nhn-deploy 1). */
export type MemberRole = 'ADMIN' | 'VIEWER';

/** What a new project is made of; id and app key are generated when they are not given. */
export interface NewProject {
  readonly id?: number | undefined;
  readonly name: string;
  readonly appKey?: string | undefined;
}

/** Makes a project. Throws `conflict` for a taken name, app key or id. */
export async function createProject(
  context: Context,
  unit: Unit,
  actor: Actor,
  input: NewProject,
): Promise<Project> {
  if (await projectByName(unit, input.name)) {
    throw new CoreError('conflict', `there is a project named ${input.name} already`, { path: 'name' });
  }
  const appKey = await freeAppKey(unit, input.appKey);
  const project = { name: input.name, appKey, enabled: true, createdAt: unit.now };
  const { id } = await unit
    .tables<NhnTables>()
    .insertInto('nhn_project')
    .values({
      ...(await givenId(context, unit, 'nhn_project', input.id)),
      name: input.name,
      app_key: appKey,
      enabled: 1,
      created_at: unit.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await recordProject(context, unit, actor, 'project.create', { id, ...project });
  return { id, ...project };
}

/** Changes name, app key or whether the app key is served; `renewAppKey` generates one. The old one is unknown at once. */
export async function updateProject(
  context: Context,
  unit: Unit,
  actor: Actor,
  project: Project,
  change: {
    readonly name?: string | undefined;
    readonly appKey?: string | undefined;
    readonly renewAppKey?: boolean;
    readonly enabled?: boolean | undefined;
  },
): Promise<Project> {
  const name = change.name ?? project.name;
  if (name !== project.name && (await projectByName(unit, name))) {
    throw new CoreError('conflict', `there is a project named ${name} already`, { path: 'name' });
  }
  const wanted = change.appKey ?? project.appKey;
  const keeps = wanted === project.appKey && !change.renewAppKey;
  const appKey = keeps ? wanted : await freeAppKey(unit, change.renewAppKey ? undefined : wanted);
  const enabled = change.enabled ?? project.enabled;
  await unit
    .tables<NhnTables>()
    .updateTable('nhn_project')
    .set({ name, app_key: appKey, enabled: enabled ? 1 : 0 })
    .where('id', '=', project.id)
    .execute();
  await recordProject(context, unit, actor, 'project.update', project);
  return { ...project, name, appKey, enabled };
}

async function freeAppKey(unit: Unit, given: string | undefined): Promise<string> {
  if (given === undefined) return newAppKey();
  const problem = appKeyProblem(given);
  if (problem !== undefined) throw new CoreError('invalid', problem, { path: 'appKey' });
  if (await projectByAppKey(unit, given)) {
    throw new CoreError('conflict', 'another project has this app key', { path: 'appKey' });
  }
  return given;
}

/** Members by name, each with the role that is granted on exactly the project. */
export type Members = ReadonlyMap<string, MemberRole>;

/** The members of a project. */
export async function membersOf(context: Context, projectId: number, within?: Unit): Promise<Members> {
  return (await membersOfProjects(context, within))(projectId);
}

/** Looks up the members of many projects in what was read once. */
export async function membersOfProjects(
  context: Context,
  within?: Unit,
): Promise<(projectId: number) => Members> {
  const { identity } = context.parts;
  const names = new Map((await identity.list(within)).map(({ id, name }) => [id, name]));
  const byResource = new Map<string, Map<string, MemberRole>>();
  for (const { principalId, role, resource } of await identity.grants(within)) {
    const name = names.get(principalId);
    if (name === undefined || !role.startsWith(rolePrefix)) continue;
    const members = byResource.get(resource) ?? new Map<string, MemberRole>();
    if (members.get(name) !== 'ADMIN') members.set(name, role.slice(rolePrefix.length) as MemberRole);
    byResource.set(resource, members);
  }
  return (projectId) => byResource.get(projectResource(projectId)) ?? new Map();
}

/** Replaces the members. Throws `invalid` for names that no principal has. */
export async function setMembers(
  context: Context,
  unit: Unit,
  actor: Actor,
  project: Project,
  members: ReadonlyMap<string, MemberRole>,
): Promise<void> {
  const { identity } = context.parts;
  const grants: { principalId: number; role: string }[] = [];
  for (const [name, role] of members) {
    const principal = await identity.find(name, unit);
    if (!principal) {
      throw new CoreError('invalid', `there is no principal named ${name}`, { path: `members/${name}` });
    }
    grants.push({ principalId: principal.id, role: rolePrefix + role });
  }
  await identity.setGrants(unit, projectResource(project.id), rolePrefix, grants);
  await recordProject(context, unit, actor, 'project.set-members', project);
}

async function recordProject(
  context: Context,
  unit: Unit,
  actor: Actor,
  action: string,
  project: Project,
): Promise<void> {
  const subject = `${project.name} (project ${project.id})`;
  await context.parts.ledger.record(unit, actor, { action, resource: projectResource(project.id), subject });
}
