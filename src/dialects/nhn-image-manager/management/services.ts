import type { FastifyInstance, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import type { Reader, Unit } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { imageBase } from '../image-url.ts';
import { membersOf, setMembers } from '../members.ts';
import { keyedServiceShape, members, serviceFields, serviceName, serviceShape } from '../service-shape.ts';
import {
  createService,
  deleteAllFiles,
  regenerateSecret,
  switchService,
  updateService,
} from '../services.ts';
import { libraryOf, listServices, type Service, serviceById, serviceResource } from '../store/service.ts';

/** The heading of all routes of services. */
export const tag = 'nhn-image-manager services';

/** The service of a path. */
export const serviceParams = Type.Object({ service: Type.Integer({ minimum: 1 }) });

/** Guards a route by a permission on the service that its path names. */
export const onService = (permission: string) => ({
  permission,
  resource: (request: FastifyRequest) => serviceResource((request.params as { service: number }).service),
});

/** The service of a path; throws `not-found`. */
export async function serviceOfPath(reader: Reader, id: number): Promise<Service> {
  const service = await serviceById(reader, id);
  if (!service) throw new CoreError('not-found', `there is no image service ${id}`);
  return service;
}

/** Services, their members and keys, their switch, what they use. Making one needs the right to manage all of them. */
export function serviceRoutes(app: FastifyInstance, context: Context): void {
  const { storage, identity, media } = context.parts;
  const answered = async (service: Service, request: FastifyRequest, within?: Unit) => ({
    id: service.id,
    name: service.name,
    appKey: service.appKey,
    container: service.container,
    url: `${imageBase(context, request)}/${service.container}`,
    realtimeService: service.realtime,
    enabled: service.enabled,
    createdAt: service.createdAt,
    members: await membersOf(context, service, within),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/services',
    tag,
    summary: 'List the image services that the caller may look at, by name',
    access: { permission: 'nhn-image-manager.read', checkedBy: 'handler' },
    answer: Type.Object({ items: Type.Array(serviceShape) }),
    async handle({ principal, request }) {
      const items = [];
      for (const service of await storage.read(listServices)) {
        if (await identity.allows(principal, 'nhn-image-manager.read', serviceResource(service.id))) {
          items.push(await answered(service, request));
        }
      }
      return { items };
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/services',
    tag,
    summary: 'Create an image service; the answer shows its secret key, this once',
    access: { permission: 'nhn-image-manager.manage' },
    body: Type.Object(serviceFields, { additionalProperties: false }),
    status: 201,
    answer: keyedServiceShape,
    handle: ({ body: { members: wanted, realtimeService, ...body }, principal, request }) =>
      storage.write(async (unit) => {
        const input = { ...body, realtime: realtimeService };
        const actor = nativeActor(principal.name);
        const { service, secretKey } = await createService(context, unit, actor, input);
        if (wanted) await setMembers(context, unit, actor, service, wanted);
        return { ...(await answered(service, request, unit)), secretKey };
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/services/:service',
    tag,
    summary: 'One image service',
    access: onService('nhn-image-manager.read'),
    params: serviceParams,
    answer: serviceShape,
    handle: async ({ params, request }) =>
      await answered(await storage.read((reader) => serviceOfPath(reader, params.service)), request),
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: '/services/:service',
    tag,
    summary: 'Rename an image service, let URLs run operations or not, switch it on or off',
    access: onService('nhn-image-manager.manage'),
    params: serviceParams,
    body: Type.Object(
      {
        name: Type.Optional(serviceName),
        realtimeService: serviceFields.realtimeService,
        enabled: Type.Optional(Type.Boolean({ description: 'Off only without files.' })),
      },
      { additionalProperties: false },
    ),
    answer: serviceShape,
    handle: ({ params, body: { name, realtimeService, enabled }, principal, request }) =>
      storage.write(async (unit) => {
        const actor = nativeActor(principal.name);
        let service = await serviceOfPath(unit, params.service);
        if (enabled !== undefined) service = await switchService(context, unit, actor, service, enabled);
        if (name !== undefined || realtimeService !== undefined) {
          service = await updateService(context, unit, actor, service, { name, realtime: realtimeService });
        }
        return await answered(service, request, unit);
      }),
  });

  nativeRoute(app, {
    method: 'PUT',
    url: '/services/:service/members',
    tag,
    summary: 'Replace the members, who may use the service with tokens',
    access: onService('nhn-image-manager.manage'),
    params: serviceParams,
    body: members,
    answer: serviceShape,
    handle: ({ params, body, principal, request }) =>
      storage.write(async (unit) => {
        const service = await serviceOfPath(unit, params.service);
        await setMembers(context, unit, nativeActor(principal.name), service, body);
        return await answered(service, request, unit);
      }),
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/services/:service/secret-key',
    tag,
    summary: 'Replace the secret key by a new one, shown this once; the old one is worth nothing at once',
    access: onService('nhn-image-manager.manage'),
    params: serviceParams,
    answer: keyedServiceShape,
    handle: ({ params, principal, request }) =>
      storage.write(async (unit) => {
        const service = await serviceOfPath(unit, params.service);
        const { secretKey } = await regenerateSecret(context, unit, nativeActor(principal.name), service);
        return { ...(await answered(service, request, unit)), secretKey };
      }),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: '/services/:service/files',
    tag,
    summary: 'Delete all files and folders, as one task; null when there is nothing to delete',
    access: onService('nhn-image-manager.manage'),
    params: serviceParams,
    answer: Type.Object({ task: Type.Union([Type.String(), Type.Null()]) }),
    handle: ({ params, principal }) =>
      storage.write(async (unit) => {
        const service = await serviceOfPath(unit, params.service);
        const task = await deleteAllFiles(context, unit, nativeActor(principal.name), service);
        return { task: task?.id ?? null };
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/services/:service/usage',
    tag,
    summary: 'What the service has stored, run and served',
    access: onService('nhn-image-manager.read'),
    params: serviceParams,
    answer: Type.Object({
      files: Type.Integer(),
      folders: Type.Integer(),
      bytesStored: Type.Integer(),
      recipesRun: Type.Integer({ description: 'Since the service was made, as the next one.' }),
      bytesServed: Type.Integer(),
    }),
    handle: async ({ params }) =>
      await storage.read(async (reader) =>
        media.usage.read(reader, libraryOf(await serviceOfPath(reader, params.service))),
      ),
  });
}
