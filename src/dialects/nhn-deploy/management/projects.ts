import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import type { Reader, Unit } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { createProject, membersOf, membersOfProjects, setMembers, updateProject } from '../projects.ts';
import { members, projectFields, projectShape } from '../shapes/project.ts';
import { objectName } from '../shapes/text.ts';
import { listProjects, type Project, projectById, projectResource } from '../store/project.ts';

const tag = 'nhn-deploy projects';
const params = Type.Object({ project: Type.Integer({ minimum: 1 }) });
const onProject = (permission: string) => ({
  permission,
  resource: (request: FastifyRequest) => projectResource((request.params as { project: number }).project),
});

/** Projects, their members and app keys. Making one needs the right to manage all of them. */
export function projectRoutes(app: FastifyInstance, context: Context): void {
  const { storage, identity } = context.parts;
  const answered = async (project: Project, within?: Unit) => ({
    ...project,
    members: Object.fromEntries(await membersOf(context, project.id, within)),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/projects',
    tag,
    summary: 'List the projects that the caller may look at, by name',
    access: { permission: 'nhn-deploy.read', checkedBy: 'handler' },
    answer: Type.Object({ items: Type.Array(projectShape) }),
    async handle({ principal }) {
      const members = await membersOfProjects(context);
      const items = [];
      for (const project of await storage.read(listProjects)) {
        if (await identity.allows(principal, 'nhn-deploy.read', projectResource(project.id))) {
          items.push({ ...project, members: Object.fromEntries(members(project.id)) });
        }
      }
      return { items };
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/projects',
    tag,
    summary: 'Create a project; id and app key are generated',
    access: { permission: 'nhn-deploy.manage' },
    body: Type.Object(projectFields, { additionalProperties: false }),
    status: 201,
    answer: projectShape,
    handle: ({ body, principal }) =>
      storage.write(async (unit) => {
        const actor = nativeActor(principal.name);
        const project = await createProject(context, unit, actor, body);
        if (body.members)
          await setMembers(context, unit, actor, project, new Map(Object.entries(body.members)));
        return await answered(project, unit);
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/projects/:project',
    tag,
    summary: 'One project',
    access: onProject('nhn-deploy.read'),
    params,
    answer: projectShape,
    handle: async (call) =>
      await answered(await storage.read((reader) => projectOfPath(reader, call.params.project))),
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: '/projects/:project',
    tag,
    summary: 'Rename a project, or disable and enable its app key',
    access: onProject('nhn-deploy.manage'),
    params,
    body: Type.Object(
      { name: Type.Optional(objectName), enabled: Type.Optional(Type.Boolean()) },
      { additionalProperties: false },
    ),
    answer: projectShape,
    handle: (call) =>
      storage.write(async (unit) => {
        const project = await projectOfPath(unit, call.params.project);
        const actor = nativeActor(call.principal.name);
        return await answered(await updateProject(context, unit, actor, project, call.body), unit);
      }),
  });

  nativeRoute(app, {
    method: 'PUT',
    url: '/projects/:project/members',
    tag,
    summary: 'Replace the members',
    access: onProject('nhn-deploy.manage'),
    params,
    body: members,
    answer: projectShape,
    handle: (call) =>
      storage.write(async (unit) => {
        const project = await projectOfPath(unit, call.params.project);
        const actor = nativeActor(call.principal.name);
        await setMembers(context, unit, actor, project, new Map(Object.entries(call.body)));
        return await answered(project, unit);
      }),
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/projects/:project/app-key',
    tag,
    summary: 'Replace the app key by a new one; the old one is unknown at once',
    access: onProject('nhn-deploy.manage'),
    params,
    answer: projectShape,
    handle: (call) =>
      storage.write(async (unit) => {
        const project = await projectOfPath(unit, call.params.project);
        const actor = nativeActor(call.principal.name);
        return await answered(
          await updateProject(context, unit, actor, project, { renewAppKey: true }),
          unit,
        );
      }),
  });
}

/** The project of a path; throws `not-found`. */
export async function projectOfPath(reader: Reader, id: number): Promise<Project> {
  const project = await projectById(reader, id);
  if (!project) throw new CoreError('not-found', `there is no project ${id}`);
  return project;
}
