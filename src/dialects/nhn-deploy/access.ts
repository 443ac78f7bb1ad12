import type { FastifyReply, FastifyRequest } from 'fastify';
import { isCoreError } from '../../errors/index.ts';
import type { Principal } from '../../identity/index.ts';
import { type AccessKeyHeaders, accessKeyHeaders, bearerToken } from '../../vendors/nhn-cloud/index.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import type { Call, Operation, PathIds } from './operation.ts';
import { artifactResource } from './store/artifact.ts';
import { type Project, projectByAppKey, projectResource } from './store/project.ts';
import { readPathId, unknownId } from './wire.ts';

/**
 * Admits a call or throws: credential → app key → role → path ids (contract nhn-deploy 2.5). It reads nothing but the
 * path and the headers, so that it runs before a body is read.
 */
export async function admit(
  context: Context,
  operation: Operation,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Call> {
  const path = request.params as Readonly<Record<string, string>>;
  const principal = await authenticate(context, operation, request);
  request.principal = principal;
  const project = await projectOfKey(context, path.appKey ?? '');
  await requireRole(context, operation, principal, project, path.artifactId);
  return { operation, request, reply, project, principal, ids: pathIds(path), query: queryOf(request) };
}

async function authenticate(
  context: Context,
  operation: Operation,
  request: FastifyRequest,
): Promise<Principal | undefined> {
  switch (operation.credential) {
    case 'access-key':
      return await byAccessKey(context, request);
    case 'token':
      return await byToken(context, request);
    case 'either':
      return await (bearerToken(request) === undefined ? byAccessKey : byToken)(context, request);
    default:
      return undefined;
  }
}

async function byAccessKey(context: Context, request: FastifyRequest): Promise<Principal> {
  const { id, secret } = accessKeyHeaders(request);
  if (id === '') throw refusal('ERROR_NO_AUTHENTICATION_ID');
  if (secret === '') throw refusal('ERROR_NO_AUTHENTICATION_SECRET');
  const principal = await ownerOfKey(context, request, { id, secret });
  if (!principal) throw refusal('ERROR_FAILED_UUID_API');
  return principal;
}

/** Whose key it is; undefined also for a caller that gave too many wrong ones: the original has no word for that. */
async function ownerOfKey(
  context: Context,
  request: FastifyRequest,
  { id, secret }: AccessKeyHeaders,
): Promise<Principal | undefined> {
  return await context.parts.identity.byKey(id, secret, request.ip).catch((error) => {
    if (!isCoreError(error, 'rate-limited')) throw error;
    return undefined;
  });
}

async function byToken(context: Context, request: FastifyRequest): Promise<Principal> {
  const token = bearerToken(request);
  const principal = token === undefined ? undefined : await context.parts.identity.byToken(token);
  if (!principal) throw refusal('ERROR_FAILED_UUID_API');
  return principal;
}

/** The enabled project with this app key; throws ERROR_INVALID_APP_KEY (contract nhn-deploy 2.5). */
export async function projectOfKey(context: Context, appKey: string): Promise<Project> {
  const known = appKey.length <= 200 && !appKey.includes('\0');
  const project = known
    ? await context.parts.storage.read((reader) => projectByAppKey(reader, appKey))
    : undefined;
  if (!project?.enabled) throw refusal('ERROR_INVALID_APP_KEY');
  return project;
}

async function requireRole(
  context: Context,
  operation: Operation,
  principal: Principal | undefined,
  project: Project,
  artifactId: string | undefined,
): Promise<void> {
  if (!principal || operation.permission === undefined) return;
  const resource = /^\d{1,15}$/.test(artifactId ?? '')
    ? artifactResource(project.id, Number(artifactId))
    : projectResource(project.id);
  const allowed = await context.parts.identity.allows(principal, operation.permission, resource);
  if (!allowed) throw refusal('PERMISSION_DENIED');
}

/**
 * Whose key or token came with a call that needs none: uploads note it as the uploader (contract nhn-deploy 3.8 L).
 * A wrong one is ignored, never refused (contract nhn-deploy 2.1).
 */
export async function senderOf(context: Context, request: FastifyRequest): Promise<Principal | undefined> {
  const { id, secret } = accessKeyHeaders(request);
  if (id !== '' && secret !== '') {
    const owner = await ownerOfKey(context, request, { id, secret });
    if (owner) return owner;
  }
  const token = bearerToken(request);
  return token === undefined ? undefined : await context.parts.identity.byToken(token);
}

function pathIds(path: Readonly<Record<string, string>>): PathIds {
  const id = (name: keyof PathIds) => (path[name] === undefined ? unknownId : readPathId(path[name]));
  return {
    artifactId: id('artifactId'),
    binaryGroupKey: id('binaryGroupKey'),
    binaryKey: id('binaryKey'),
    serverGroupId: id('serverGroupId'),
    scenarioId: id('scenarioId'),
  };
}

function queryOf(request: FastifyRequest): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.query as Record<string, string | string[]>)) {
    query[name] = Array.isArray(value) ? (value[0] ?? '') : value;
  }
  return query;
}
