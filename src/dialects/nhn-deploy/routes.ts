import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema, RouteOptions } from 'fastify';
import { logFailure } from '../../http/index.ts';
import { admit } from './access.ts';
import type { Context } from './context.ts';
import { type Result, resultOf, results } from './errors.ts';
import {
  type AnswerForm,
  type Call,
  type Handler,
  type Operation,
  replied,
  type UnadmittedHandler,
  type Version,
} from './operation.ts';
import { failureEnvelope, jsonType, previousFailure, successEnvelope } from './wire.ts';

const jsonBodyLimit = 4 * 1024 * 1024;

/**
 * Registers the operations of the table. Bodies reach the handlers as bytes (JSON, whatever type the client claims) or
 * unread (multipart), because each operation reads its input with the leniency that the contract gives.
 */
export function registerOperations(
  app: FastifyInstance,
  context: Context,
  operations: readonly Operation[],
): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: jsonBodyLimit }, (_request, body, done) => {
    done(null, body);
  });
  app.addContentTypeParser(/^multipart\/form-data/i, (_request, _payload, done) => done(null));
  for (const operation of operations) {
    if (operation.handle) registerAdmitted(app, context, operation, operation.handle);
    if (operation.handleUnadmitted) registerUnadmitted(app, context, operation, operation.handleUnadmitted);
  }
}

function registerAdmitted(
  app: FastifyInstance,
  context: Context,
  operation: Operation,
  handle: Handler,
): void {
  const calls = new WeakMap<FastifyRequest, Call>();
  app.route({
    ...routeOf(context, operation),
    // Before the body is parsed: a stranger's bytes are not read, and credentials come first (contract nhn-deploy 2.5).
    onRequest: async (request, reply) => {
      calls.set(request, await admit(context, operation, request, reply));
    },
    handler: async (request, reply) => {
      const call = calls.get(request);
      if (!call) throw new Error('the call was not admitted');
      const body = await handle(context, call);
      if (body === replied) return reply;
      return await reply.type(jsonType).send(successEnvelope(context.parts.clock.now(), body));
    },
  });
}

function registerUnadmitted(
  app: FastifyInstance,
  context: Context,
  operation: Operation,
  handle: UnadmittedHandler,
): void {
  app.route({
    ...routeOf(context, operation),
    handler: async (request, reply) => {
      return await reply.type(jsonType).send(JSON.stringify(await handle(context, request)));
    },
  });
}

function routeOf(context: Context, operation: Operation) {
  return {
    method: operation.answers === 'download' ? ['GET', 'HEAD'] : operation.method,
    url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    config: routeConfig(operation),
    // For /docs only: what comes in is read by the operation itself, as leniently as the contract says.
    schema: {
      summary: `${operation.letter}. ${operation.purpose} (${operation.version})`,
      tags: ['nhn-deploy, as the original'],
      description: `Contract nhn-deploy ${operation.section}.`,
    } as FastifySchema,
    errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      const result = resultOf(error);
      if (result === results.GENERAL_EXCEPTION) logFailure(error, request);
      sendFailure(context, reply, operation, result);
    },
  } satisfies Partial<RouteOptions>;
}

function routeConfig(operation: Operation) {
  if (operation.permission !== undefined) {
    return { permission: operation.permission, checkedBy: 'handler' } as const;
  }
  return { open: 'the app key is the credential (contract nhn-deploy 2.1)' };
}

/** Sends a failure in the form and with the status that the operation answers in. */
export function sendFailure(
  context: Context,
  reply: FastifyReply,
  operation: { readonly answers: AnswerForm; readonly version: Version },
  result: Result,
): FastifyReply {
  reply.code(statusOf(operation, result)).type(jsonType);
  return operation.answers === 'previous'
    ? reply.send(previousFailure(result))
    : reply.send(failureEnvelope(context.parts.clock.now(), result));
}

/** The HTTP status of a failure: 200 but for downloads and the credentials of v2.1 (contract nhn-deploy 2.5, 3.2). */
function statusOf(
  operation: { readonly answers: AnswerForm; readonly version: Version },
  result: Result,
): number {
  if (operation.version === 'v2.1' && result.core === 'unauthenticated') return 401;
  if (operation.version === 'v2.1' && result.core === 'forbidden') return 403;
  // Clients of downloads look at the status only, and would keep an envelope as the file.
  return operation.answers === 'download' ? 404 : 200;
}
