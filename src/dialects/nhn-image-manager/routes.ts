import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema, RouteOptions } from 'fastify';
import { type Admission, admit } from './access.ts';
import type { Context } from './context.ts';
import { allowAnyOrigin } from './cross-origin.ts';
import { failureOf, isOurFault, refusal } from './errors.ts';
import { readJsonBody } from './lenient-json.ts';
import { type Call, fullPath, type Handler, type Operation, type Version, versions } from './operation.ts';
import { failureEnvelope, jsonType, successEnvelope } from './wire.ts';

const jsonBodyLimit = 4 * 1024 * 1024;

/**
 * Registers the operations of the table in both versions. Uploads get their body unread, whatever its type claims to
 * be; all others get its bytes, because the type is looked at after the key (contract nhn-image-manager 2.4, 2.5).
 */
export async function registerOperations(
  app: FastifyInstance,
  context: Context,
  operations: readonly Operation[],
): Promise<void> {
  const isUpload = ({ body }: Operation) => body === 'raw' || body === 'multipart';
  await app.register(async (uploads) => {
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', (_request, _payload, done) => done(null));
    register(uploads, context, operations.filter(isUpload));
  });
  await app.register(async (others) => {
    others.removeAllContentTypeParsers();
    others.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: jsonBodyLimit },
      (_request, body, done) => {
        done(null, body);
      },
    );
    register(
      others,
      context,
      operations.filter((operation) => !isUpload(operation)),
    );
  });
}

function register(app: FastifyInstance, context: Context, operations: readonly Operation[]): void {
  for (const operation of operations) {
    if (!operation.handle) continue;
    for (const version of versions) registerOne(app, context, version, operation, operation.handle);
  }
}

function registerOne(
  app: FastifyInstance,
  context: Context,
  version: Version,
  operation: Operation,
  handle: Handler,
): void {
  const admissions = new WeakMap<FastifyRequest, Admission>();
  const mediaTypes = new WeakMap<FastifyRequest, string>();
  app.route({
    ...routeOf(version, operation),
    // Before the body is read: a stranger's bytes are not, and the key comes first (contract nhn-image-manager 2.4).
    onRequest: async (request) => {
      admissions.set(request, await admit(context, version, request));
      // The framework refuses types that it cannot read, and clients send any (contract nhn-image-manager 2.5).
      mediaTypes.set(request, request.headers['content-type'] ?? '');
      if (request.headers['content-type'] !== undefined && operation.body !== 'multipart') {
        request.raw.headers['content-type'] = 'application/octet-stream';
      }
    },
    handler: async (request, reply) => {
      const admission = admissions.get(request);
      if (!admission) throw new Error('the call was not admitted');
      const json = jsonOf(operation, request, mediaTypes.get(request) ?? '');
      const answer = await handle(context, callOf(request, reply, admission, json));
      return await allowAnyOrigin(reply).type(jsonType).send(successEnvelope(answer));
    },
  });
}

function routeOf(version: Version, operation: Operation) {
  return {
    method: operation.method,
    url: fullPath(version, operation).replaceAll(/\{(\w+)\}/g, ':$1'),
    config:
      version === 'v3.0'
        ? { permission: 'nhn-image-manager.use', checkedBy: 'handler' }
        : { open: 'the app key in the path and the secret key in Authorization are the credential' },
    // For /docs only: what comes in is read by the operation itself, as leniently as the contract says.
    schema: {
      summary: `${operation.purpose} (${version})`,
      tags: ['nhn-image-manager, as the original'],
      description: `Contract nhn-image-manager ${operation.section}.`,
    } as FastifySchema,
    errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const failure = failureOf(error);
      if (isOurFault(error)) request.log.error({ err: error }, 'operation failed');
      return allowAnyOrigin(reply).code(200).type(jsonType).send(failureEnvelope(failure));
    },
  } satisfies Partial<RouteOptions>;
}

/** The JSON that came, if it did. Throws WRONG_MEDIA_TYPE for a body of another type, BAD_SYNTAX for broken JSON. */
function jsonOf(operation: Operation, request: FastifyRequest, mediaType: string): Call['json'] {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  // Clients name types on calls without a body, and send bodies with DELETE; neither is refused.
  const isJson = /^\s*application\/(json|[\w.+-]*\+json)\s*(;|$)/i.test(mediaType);
  if (operation.body === 'json' && bytes.length > 0 && !isJson) throw refusal('WRONG_MEDIA_TYPE');
  if (operation.body !== 'json' && operation.method !== 'DELETE') return {};
  return operation.body === 'json' ? readJsonBody(bytes) : readOptionalJson(bytes);
}

function readOptionalJson(bytes: Buffer): Call['json'] {
  try {
    return readJsonBody(bytes);
  } catch {
    return {};
  }
}

/** What a handler is called with; `json` is the body that was read. */
export function callOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { service, principal }: Admission,
  json: Call['json'],
): Call {
  const { appKey: _appKey, service: _service, ...path } = request.params as Record<string, string>;
  const query: Record<string, string> = Object.create(null);
  for (const [name, given] of Object.entries(request.query as Record<string, string | string[]>)) {
    const value = Array.isArray(given) ? given[0] : given;
    if (value !== undefined && value !== '') query[name] = value;
  }
  return { request, reply, service, principal, path, query, json };
}
