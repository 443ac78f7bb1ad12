import type { Generated } from 'kysely';
import type { Reader } from '../../../storage/index.ts';

/** The services: one tenant each, with its keys and its container (contract nhn-image-manager 1). */
export interface ServiceTables {
  image_service: {
    id: Generated<number>;
    name: string;
    app_key: string;
    secret_hash: string;
    container: string;
    /** 0: no URL runs an operation. */
    realtime: number;
    /** 0: the keys answer 30005, and images are not found. */
    enabled: number;
    /** The task that deletes all files; null when none was asked for since the last one ended. */
    delete_all_task: string | null;
    created_at: number;
  };
}

/** A service as the dialect uses it. */
export interface Service {
  readonly id: number;
  readonly name: string;
  readonly appKey: string;
  readonly secretHash: string;
  /** The first segment of its public URLs; never given to another one. */
  readonly container: string;
  readonly realtime: boolean;
  readonly enabled: boolean;
  readonly deleteAllTask: string | null;
  readonly createdAt: number;
}

interface Row {
  id: number;
  name: string;
  app_key: string;
  secret_hash: string;
  container: string;
  realtime: number;
  enabled: number;
  delete_all_task: string | null;
  created_at: number;
}

function serviceOf(row: Row): Service {
  return {
    id: row.id,
    name: row.name,
    appKey: row.app_key,
    secretHash: row.secret_hash,
    container: row.container,
    realtime: row.realtime === 1,
    enabled: row.enabled === 1,
    deleteAllTask: row.delete_all_task,
    createdAt: row.created_at,
  };
}

/** The path on which roles in the service are granted. */
export function serviceResource(serviceId: number): string {
  return `/nhn-image-manager/services/${serviceId}`;
}

/** The media library that holds the files of a service. */
export function libraryOf({ container }: Pick<Service, 'container'>): string {
  return `nhn-image-manager/${container}`;
}

async function serviceWhere(
  reader: Reader,
  column: 'id' | 'name' | 'app_key' | 'container',
  value: string | number,
): Promise<Service | undefined> {
  const row = await reader
    .tables<ServiceTables>()
    .selectFrom('image_service')
    .selectAll()
    .where(column, '=', value)
    .executeTakeFirst();
  return row && serviceOf(row);
}

/** The service with this id, switched off or not, like all of these. */
export const serviceById = (reader: Reader, id: number) => serviceWhere(reader, 'id', id);
/** The service with this name. */
export const serviceByName = (reader: Reader, name: string) => serviceWhere(reader, 'name', name);
/** The service with this app key. */
export const serviceByAppKey = (reader: Reader, appKey: string) => serviceWhere(reader, 'app_key', appKey);
/** The service whose public URLs begin with this container. */
export const serviceByContainer = (reader: Reader, container: string) =>
  serviceWhere(reader, 'container', container);

/** All services, by name. */
export async function listServices(reader: Reader): Promise<Service[]> {
  const rows = await reader
    .tables<ServiceTables>()
    .selectFrom('image_service')
    .selectAll()
    .orderBy('name')
    .execute();
  return rows.map(serviceOf);
}
