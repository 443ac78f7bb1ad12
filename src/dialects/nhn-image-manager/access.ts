import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/index.ts';
import { bearerToken } from '../../vendors/nhn-cloud/index.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import type { Version } from './operation.ts';
import { isSecretKey } from './secret-key.ts';
import { type Service, serviceByAppKey, serviceResource } from './store/service.ts';

/** Who was admitted to which service. */
export interface Admission {
  readonly service: Service;
  readonly principal: Principal | undefined;
}

/**
 * Admits a call or throws, by nothing but the path and the headers, so that it runs before a body is read. Keys that
 * fit but belong to a service that is off get SERVICE_OFF (contract nhn-image-manager 2.4, 6.1).
 */
export async function admit(context: Context, version: Version, request: FastifyRequest): Promise<Admission> {
  const { appKey = '' } = request.params as Readonly<Record<string, string>>;
  const admission =
    version === 'v2.0' ? await bySecret(context, request, appKey) : await byToken(context, request, appKey);
  if (!admission.service.enabled) throw refusal('SERVICE_OFF');
  return admission;
}

async function bySecret(context: Context, request: FastifyRequest, appKey: string): Promise<Admission> {
  const secret = (request.headers.authorization ?? '').trim();
  if (secret === '') throw refusal('UNAUTHORIZED');
  const service = await findService(context, appKey);
  // An unknown app key takes as long as a wrong secret.
  if (!isSecretKey(secret, service?.secretHash) || !service) throw refusal('WRONG_KEY');
  return { service, principal: undefined };
}

async function byToken(context: Context, request: FastifyRequest, appKey: string): Promise<Admission> {
  const { identity } = context.parts;
  const token = tokenOf(request);
  const principal = token === undefined ? undefined : await identity.byToken(token);
  if (!principal) throw refusal('UNAUTHORIZED');
  request.principal = principal;
  const service = await findService(context, appKey);
  if (!service) throw refusal('WRONG_KEY');
  const isMember = await identity.allows(principal, 'nhn-image-manager.use', serviceResource(service.id));
  if (!isMember) throw refusal('NOT_ALLOWED');
  return { service, principal };
}

/** The token behind `Bearer`, or alone, as some of the original's examples have it (contract nhn-image-manager 6.1). */
function tokenOf(request: FastifyRequest): string | undefined {
  const header = request.headers['x-nhn-authorization'];
  const bare = typeof header === 'string' && /^\S+$/.test(header.trim()) ? header.trim() : undefined;
  return bearerToken(request) ?? bare;
}

async function findService(context: Context, appKey: string): Promise<Service | undefined> {
  if (appKey === '' || appKey.length > 200 || appKey.includes('\0')) return undefined;
  return await context.parts.storage.read((reader) => serviceByAppKey(reader, appKey));
}
