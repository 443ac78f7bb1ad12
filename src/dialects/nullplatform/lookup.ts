import type { Reader } from '../../storage/index.ts';
import { requireOn, requireOnShared } from './access.ts';
import type { Context } from './context.ts';
import { notFound, unauthorized } from './errors.ts';
import type { Call } from './operation.ts';
import type { Permission } from './roles.ts';
import { rowById } from './store/row.ts';
import {
  type Account,
  type Application,
  type Asset,
  accountPlace,
  applicationPlace,
  type Build,
  type Namespace,
  namespacePlace,
  type Release,
  type Scope,
  scopePlace,
} from './wire.ts';

// Each of these throws 404 for an id that is not there, 401 for another organization's and 403 where the caller lacks
// the permission, in this order, and nothing else is told of what was looked up.

/** The account with this id. */
export async function accountFor(
  context: Context,
  { caller }: Call,
  permission: Permission,
  id: number,
): Promise<Account> {
  const row = await context.parts.storage.read((reader) => rowById(reader, 'np_account', id));
  if (!row) throw notFound('Account');
  await requireOn(context, caller, permission, accountPlace(row));
  return row;
}

/** The namespace with this id. */
export async function namespaceFor(
  context: Context,
  { caller }: Call,
  permission: Permission,
  id: number,
): Promise<Namespace> {
  const row = await context.parts.storage.read((reader) => rowById(reader, 'np_namespace', id));
  if (!row) throw notFound('Namespace');
  await requireOn(context, caller, permission, namespacePlace(row));
  return row;
}

/** The application with this id. */
export async function applicationFor(
  context: Context,
  { caller }: Call,
  permission: Permission,
  id: number,
): Promise<Application> {
  const row = await context.parts.storage.read((reader) => rowById(reader, 'np_application', id));
  if (!row) throw notFound('Application');
  await requireOn(context, caller, permission, applicationPlace(row));
  return row;
}

/** The application with this id, for whoever may read it or one of its scopes. */
export async function sharedApplicationFor(
  context: Context,
  { caller }: Call,
  id: number,
): Promise<Application> {
  const row = await context.parts.storage.read((reader) => rowById(reader, 'np_application', id));
  if (!row) throw notFound('Application');
  await requireOnShared(context, caller, 'nullplatform.read', applicationPlace(row));
  return row;
}

/** A build with its application. */
export interface LocatedBuild {
  readonly build: Build;
  readonly application: Application;
}

/** The build with this id. */
export async function buildFor(
  context: Context,
  { caller }: Call,
  permission: Permission,
  id: number,
): Promise<LocatedBuild> {
  const found = await context.parts.storage.read(async (reader) => {
    const build = await rowById(reader, 'np_build', id);
    return build && { build, application: await applicationOf(reader, build) };
  });
  if (!found) throw notFound('Build');
  await requireOnShared(context, caller, permission, applicationPlace(found.application));
  return found;
}

/** The asset with this id, with its build and application. */
export async function assetFor(
  context: Context,
  { caller }: Call,
  permission: Permission,
  id: number,
): Promise<LocatedBuild & { readonly asset: Asset }> {
  const found = await context.parts.storage.read(async (reader) => {
    const asset = await rowById(reader, 'np_asset', id);
    const build = asset && (await rowById(reader, 'np_build', asset.build_id));
    return build && { asset, build, application: await applicationOf(reader, build) };
  });
  if (!found) throw notFound('Asset');
  await requireOnShared(context, caller, permission, applicationPlace(found.application));
  return found;
}

/** A release with its application. */
export interface LocatedRelease {
  readonly release: Release;
  readonly application: Application;
}

/** The release with this id. */
export async function releaseFor(
  context: Context,
  { caller }: Call,
  permission: Permission,
  id: number,
): Promise<LocatedRelease> {
  const found = await context.parts.storage.read(async (reader) => {
    const release = await rowById(reader, 'np_release', id);
    return release && { release, application: await applicationOf(reader, release) };
  });
  if (!found) throw notFound('Release');
  await requireOnShared(context, caller, permission, applicationPlace(found.application));
  return found;
}

/** A scope with its application. */
export interface LocatedScope {
  readonly scope: Scope;
  readonly application: Application;
}

/** The scope with this id, deleted ones included (contract nullplatform 5.10). */
export async function scopeFor(
  context: Context,
  { caller }: Call,
  permission: Permission,
  id: number,
): Promise<LocatedScope> {
  const found = await context.parts.storage.read(async (reader) => {
    const scope = await rowById(reader, 'np_scope', id);
    return scope && { scope, application: await applicationOf(reader, scope) };
  });
  if (!found) throw notFound('Scope');
  await requireOn(context, caller, permission, scopePlace(found.application, found.scope));
  return found;
}

/** The application that a row belongs to; foreign keys keep it there. */
export async function applicationOf(
  reader: Pick<Reader, 'tables'>,
  { application_id: id }: { readonly application_id: number },
): Promise<Application> {
  const row = await rowById(reader, 'np_application', id);
  if (!row) throw new Error(`the application ${id} of a row is gone`);
  return row;
}

/**
 * The applications of a filter, by id: of all of them the caller may read what their scopes share. Those that are not
 * there are left out.
 */
export async function readableApplications(
  context: Context,
  { caller }: Call,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Application>> {
  const found = new Map<number, Application>();
  await context.parts.storage.read(async (reader) => {
    for (const id of ids) {
      const row = await rowById(reader, 'np_application', id);
      if (row) found.set(id, row);
    }
  });
  for (const application of found.values()) {
    if (application.organization_id !== caller.organizationId) throw unauthorized();
    await requireOnShared(context, caller, 'nullplatform.read', applicationPlace(application));
  }
  return found;
}
