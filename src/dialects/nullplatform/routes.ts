import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import { authenticate, type Caller, requireSomewhere } from './access.ts';
import type { Context } from './context.ts';
import { badRequest, failureOf, notImplemented } from './errors.ts';
import { readJsonBody } from './json-body.ts';
import { type Call, type Operation, operationName } from './operation.ts';

/** The longest JSON body: a file parameter of 1 MiB in Base64 with room to spare. */
const bodyLimit = 2 * 1024 * 1024;

/** Bodies come under any type or none, and GET and DELETE may name one without sending anything (contract nullplatform 3.0). */
export function readAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
}

/** Registers every operation of the table; those without a handler answer 501 to whoever has a token. */
export function registerOperations(
  app: FastifyInstance,
  context: Context,
  operations: readonly Operation[],
): void {
  readAnyBody(app);
  for (const operation of operations) registerOne(app, context, operation);
}

function registerOne(app: FastifyInstance, context: Context, operation: Operation): void {
  const { method, path, permission, handle, status = 200 } = operation;
  const callers = new WeakMap<FastifyRequest, Caller>();
  app.route({
    method,
    url: path,
    config: { permission, checkedBy: 'handler' },
    schema: documentation(operation),
    errorHandler: answerFailure,
    // Before the body is read: a stranger's is not, and 401 and 403 come first (contract nullplatform 3.2).
    onRequest: async (request) => {
      anyContentType(request);
      const caller = await authenticate(context, request);
      await requireSomewhere(context, caller, permission);
      callers.set(request, caller);
    },
    handler: async (request, reply) => {
      const caller = callers.get(request);
      if (!caller) throw new Error('the call was not admitted');
      if (!handle) throw notImplemented(operationName(operation));
      const answer = await handle(context, callOf(request, reply, caller));
      if (answer === undefined) return await reply.code(204).send();
      return await sendJson(reply, status, answer, textFor(path));
    },
  });
}

/** Compact JSON: shell clients read it with grep (contract nullplatform 2.3). */
export async function sendJson(
  reply: FastifyReply,
  status: number,
  body: object,
  text: (body: object) => string = JSON.stringify,
): Promise<FastifyReply> {
  return await reply.code(status).type('application/json; charset=utf-8').send(text(body));
}

function textFor(path: string | undefined): (body: object) => string {
  return path?.startsWith('/ci/') ? oneWord : JSON.stringify;
}

/**
 * JSON without any space, those of its texts escaped: GitLab's templates keep the facade's answers by an unquoted
 * `printf "%s\n" $RESPONSE`, which breaks a line at every space, and read them line by line.
 */
function oneWord(body: object): string {
  return JSON.stringify(body).replaceAll(' ', '\\u0020');
}

/** Sends what was thrown in the API's form. */
export async function answerFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const failure = failureOf(error);
  if (failure.statusCode >= 500 && failure.statusCode !== 501) {
    request.log.error({ err: error }, 'operation failed');
  }
  return await sendJson(reply, failure.statusCode, failure, textFor(request.routeOptions.url));
}

/** The framework refuses types that it cannot read, and clients send any. */
export function anyContentType(request: FastifyRequest): void {
  if (request.headers['content-type'] !== undefined) {
    request.raw.headers['content-type'] = 'application/octet-stream';
  }
}

/** What stands in /docs of an operation. */
export function documentation({ purpose, section }: Pick<Operation, 'purpose' | 'section'>): FastifySchema {
  return {
    summary: purpose,
    tags: ['nullplatform, as the original'],
    description: `Contract nullplatform ${section}.`,
  } as FastifySchema;
}

function callOf(request: FastifyRequest, reply: FastifyReply, caller: Caller): Call {
  return {
    request,
    reply,
    caller,
    path: plainTexts(request.params as Record<string, string>),
    query: plainTexts(request.query as Record<string, string | string[]>),
    body: () => bodyOf(request),
    wantsEntity: /\breturn=representation\b/i.test(String(request.headers.prefer ?? '')),
  };
}

/** The JSON object that was sent; throws 400. */
export function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  return readJsonBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
}

function plainTexts(given: Readonly<Record<string, string | string[]>>): Record<string, string> {
  const texts: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(given)) {
    const text = Array.isArray(value) ? (value.at(-1) ?? '') : value;
    if (text.includes('\0') || name.includes('\0')) throw badRequest('Invalid parameter: NUL is not allowed');
    texts[name] = text;
  }
  return texts;
}
