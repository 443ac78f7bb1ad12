import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/index.ts';
import type { Context } from './context.ts';
import { forbidden, unauthorized } from './errors.ts';
import { type Place, resourceOf } from './nrn.ts';
import type { Permission } from './roles.ts';

/** Who calls: the machine account of an API key, in the one organization that the key belongs to. */
export interface Caller {
  readonly principal: Principal;
  readonly organizationId: number;
  readonly apiKeyId: number;
  /** What stands in `created_by` and in the token's `@nullplatform/user=`. */
  readonly userId: number;
}

/** Who sends this request. Throws 401 without a token that is good now (contract nullplatform 2.4). */
export async function authenticate(context: Context, request: FastifyRequest): Promise<Caller> {
  const [, token] = /^Bearer\s+([\w-]+\.[\w-]+\.[\w-]+)\s*$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined || token.length > 4096) throw unauthorized();
  const claims = await context.signer.verify(token, context.parts.clock.now());
  const key = claims && (await context.keys.find(claims.apiKeyId));
  if (!key || key.organizationId !== claims.organizationId) throw unauthorized();
  request.principal = key.principal;
  return {
    principal: key.principal,
    organizationId: key.organizationId,
    apiKeyId: key.id,
    userId: key.principal.id,
  };
}

/** Throws 403 unless the caller has the permission anywhere; before a body is read, as the original's order wants it. */
export async function requireSomewhere(
  { parts }: Context,
  { principal }: Caller,
  permission: Permission,
): Promise<void> {
  const places = await parts.identity.resources(principal, permission);
  if (places.length === 0) throw forbidden();
}

/**
 * Throws 401 for a place in another organization, 403 where the caller's grants do not reach. Call it with every
 * resource that was looked up, before anything is told of it.
 */
export async function requireOn(
  { parts }: Context,
  caller: Caller,
  permission: Permission,
  place: Place,
): Promise<void> {
  if (!(await mayOn({ parts }, caller, permission, place))) throw forbidden();
}

/**
 * The same for what all scopes of an application share: itself, its builds, their assets, its releases. They may be read
 * with a right on one of the scopes, too: nobody could deploy there otherwise.
 */
export async function requireOnShared(
  { parts }: Context,
  caller: Caller,
  permission: Permission,
  application: Place,
): Promise<void> {
  if (await mayOn({ parts }, caller, permission, application)) return;
  if (permission !== 'nullplatform.read') throw forbidden();
  const inside = `${resourceOf(application)}/`;
  const granted = await parts.identity.resources(caller.principal, permission);
  if (!granted.some((resource) => resource.startsWith(inside))) throw forbidden();
}

/** Whether the caller's grants give the permission on the place; throws 401 for one in another organization. */
export async function mayOn(
  { parts }: Pick<Context, 'parts'>,
  { principal, organizationId }: Caller,
  permission: Permission,
  place: Place,
): Promise<boolean> {
  if (place.organization !== organizationId) throw unauthorized();
  return await parts.identity.allows(principal, permission, resourceOf(place));
}
