import { CoreError } from '../../errors/index.ts';
import type { Task } from '../../media/index.ts';
import type { Reader, Unit } from '../../storage/index.ts';
import type { Actor } from './actor.ts';
import { containerName } from './container.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import { newAppKey, newSecretKey } from './random-keys.ts';
import { secretHash } from './secret-key.ts';
import {
  libraryOf,
  type Service,
  serviceByAppKey,
  serviceByContainer,
  serviceById,
  serviceByName,
  serviceResource,
} from './store/service.ts';
import type { ImageTables } from './store.ts';

/** What a new service is made of; keys and container are generated when they are not given. */
export interface NewService {
  readonly name: string;
  readonly appKey?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly container?: string | undefined;
  readonly realtime?: boolean | undefined;
}

/** A service and the secret key that it was just given; only its hash is stored, so it is shown this once. */
export interface KeyedService {
  readonly service: Service;
  readonly secretKey: string;
}

/** Makes a service with an empty library. Throws `conflict` for a taken name, app key or container. */
export async function createService(
  context: Context,
  unit: Unit,
  actor: Actor,
  input: NewService,
): Promise<KeyedService> {
  if (await serviceByName(unit, input.name)) {
    throw new CoreError('conflict', `there is a service named ${input.name} already`, { path: 'name' });
  }
  if (input.appKey !== undefined) await requireFreeAppKey(unit, input.appKey);
  if (input.container !== undefined && (await serviceByContainer(unit, input.container))) {
    throw new CoreError('conflict', 'another service has this container', { path: 'container' });
  }
  const secretKey = input.secretKey ?? newSecretKey();
  const { id } = await unit
    .tables<ImageTables>()
    .insertInto('image_service')
    .values({
      name: input.name,
      app_key: input.appKey ?? newAppKey(),
      secret_hash: secretHash(secretKey),
      container: input.container ?? (await freeContainer(unit)),
      realtime: input.realtime === false ? 0 : 1,
      enabled: 1,
      delete_all_task: null,
      created_at: unit.now,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const service = await serviceOf(unit, id);
  await context.parts.media.tree.createLibrary(unit, libraryOf(service));
  await recordService(context, unit, actor, 'image-service.create', service);
  return { service, secretKey };
}

/** What can be changed of a service. */
export interface ServiceChange {
  readonly name?: string | undefined;
  readonly appKey?: string | undefined;
  readonly secretKey?: string | undefined;
  readonly realtime?: boolean | undefined;
}

/** Changes a service; a replaced key is worth nothing at once. Throws `conflict` for a taken name or app key. */
export async function updateService(
  context: Context,
  unit: Unit,
  actor: Actor,
  service: Service,
  change: ServiceChange,
): Promise<Service> {
  const { name = service.name, appKey = service.appKey, realtime = service.realtime } = change;
  if (name !== service.name && (await serviceByName(unit, name))) {
    throw new CoreError('conflict', `there is a service named ${name} already`, { path: 'name' });
  }
  if (appKey !== service.appKey) await requireFreeAppKey(unit, appKey);
  const hash = change.secretKey === undefined ? service.secretHash : secretHash(change.secretKey);
  await set(unit, service.id, { name, app_key: appKey, realtime: realtime ? 1 : 0, secret_hash: hash });
  await recordService(context, unit, actor, 'image-service.update', service);
  return { ...service, name, appKey, realtime, secretHash: hash };
}

/** Gives the service a new secret key; the old one is worth nothing at once (contract nhn-image-manager 2.2). */
export async function regenerateSecret(
  context: Context,
  unit: Unit,
  actor: Actor,
  service: Service,
): Promise<KeyedService> {
  const secretKey = newSecretKey();
  await set(unit, service.id, { secret_hash: secretHash(secretKey) });
  await recordService(context, unit, actor, 'image-service.regenerate-secret', service);
  return { service: await serviceOf(unit, service.id), secretKey };
}

/**
 * Switches the service on or off. Throws ALREADY_ON, DELETING_ALL, FILES_REMAIN: a service goes off only without files
 * (contract nhn-image-manager 4.4, 6). Off again when off is nothing.
 */
export async function switchService(
  context: Context,
  unit: Unit,
  actor: Actor,
  service: Service,
  enabled: boolean,
): Promise<Service> {
  if (enabled && service.enabled) throw refusal('ALREADY_ON');
  if (enabled === service.enabled) return service;
  if (!enabled) {
    if (await isDeletingAll(context, unit, service)) throw refusal('DELETING_ALL');
    const { files } = await context.parts.media.tree.totals(unit, libraryOf(service), '/');
    if (files > 0) throw refusal('FILES_REMAIN');
  }
  await set(unit, service.id, { enabled: enabled ? 1 : 0 });
  await recordService(context, unit, actor, `image-service.${enabled ? 'on' : 'off'}`, service);
  return { ...service, enabled };
}

/** Deletes all that the service holds, as one task; null when there is nothing. Throws DELETING_ALL while one runs. */
export async function deleteAllFiles(
  context: Context,
  unit: Unit,
  actor: Actor,
  service: Service,
): Promise<Task | null> {
  if (await isDeletingAll(context, unit, service)) throw refusal('DELETING_ALL');
  const task = await context.parts.media.removals.enqueueAll(unit, libraryOf(service));
  if (!task) return null;
  await set(unit, service.id, { delete_all_task: task.id });
  await recordService(context, unit, actor, 'image-service.delete-all-files', service);
  return task;
}

/** Whether a task that deletes all files of the service has not ended. */
export async function isDeletingAll(context: Context, reader: Reader, service: Service): Promise<boolean> {
  if (service.deleteAllTask === null) return false;
  const task = await context.parts.media.tasks.byId(reader, libraryOf(service), service.deleteAllTask);
  return task?.state === 'waiting' || task?.state === 'processing';
}

async function serviceOf(unit: Unit, id: number): Promise<Service> {
  const service = await serviceById(unit, id);
  if (!service) throw new Error(`the service ${id} is gone in the unit that wrote it`);
  return service;
}

async function requireFreeAppKey(unit: Unit, appKey: string): Promise<void> {
  if (await serviceByAppKey(unit, appKey)) {
    throw new CoreError('conflict', 'another service has this app key', { path: 'appKey' });
  }
}

/** The next name of the count that no service has; declared ones may stand in its way. */
async function freeContainer(unit: Unit): Promise<string> {
  const { last } = await unit
    .tables<ImageTables>()
    .selectFrom('image_service')
    .select((select) => select.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  for (let n = Number(last ?? 0); ; n += 1) {
    const name = containerName(n);
    if (!(await serviceByContainer(unit, name))) return name;
  }
}

async function set(
  unit: Unit,
  id: number,
  values: {
    name?: string;
    app_key?: string;
    secret_hash?: string;
    realtime?: number;
    enabled?: number;
    delete_all_task?: string;
  },
): Promise<void> {
  await unit.tables<ImageTables>().updateTable('image_service').set(values).where('id', '=', id).execute();
}

async function recordService(
  context: Context,
  unit: Unit,
  actor: Actor,
  action: string,
  { id, name }: Service,
): Promise<void> {
  context.serviceNews.tell(unit);
  const subject = `${name} (image service ${id})`;
  await context.parts.ledger.record(unit, actor, { action, resource: serviceResource(id), subject });
}
