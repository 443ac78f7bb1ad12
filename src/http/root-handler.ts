import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isCoreError } from '../errors/index.ts';
import { allowedMethods } from './allowed-methods.ts';
import { coreFormOf } from './core-form.ts';
import { restOwner } from './core-owner.ts';
import { ownerOf, type PathOwner, rawPath } from './owners.ts';
import type { RouteEntry } from './route-access.ts';

/** An error that the framework throws before a route's own handler runs, in contrast to one of ours. */
export type FrameworkError = Error & { statusCode?: number; code?: string };

/** Lets the owner of a path answer framework errors in its own form; for Fastify's option `frameworkErrors`. */
export function frameworkErrorHandler(owners: readonly PathOwner[]) {
  return (error: FrameworkError, request: FastifyRequest, reply: FastifyReply): void => {
    ownerOf(rawPath(request.raw.url ?? '/'), owners, restOwner).frameworkError(error, request, reply);
  };
}

/**
 * The one root handler: unknown paths and wrong methods go to the owner of the path, errors of routes without an
 * error handler of their own are rendered in the core form, framework errors by the owner.
 */
export function registerRootHandler(
  app: FastifyInstance,
  owners: readonly PathOwner[],
  table: readonly RouteEntry[],
): void {
  const methodsOf = allowedMethods(table);
  app.setNotFoundHandler((request, reply) => {
    const path = rawPath(request.raw.url ?? '/');
    const owner = ownerOf(path, owners, restOwner);
    const allowed = methodsOf(path);
    if (allowed.length === 0 || allowed.includes(request.method)) return owner.unknownPath(request, reply);
    return owner.wrongMethod(request, reply, allowed);
  });
  app.setErrorHandler((error: FrameworkError, request, reply) => {
    if (isFrameworkError(error)) {
      return ownerOf(rawPath(request.raw.url ?? '/'), owners, restOwner).frameworkError(
        error,
        request,
        reply,
      );
    }
    return sendCoreError(error, request, reply);
  });
}

/** Renders any error in the core form and logs what is ours to mend. For the error handlers of plugins, too. */
export function sendCoreError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const form = coreFormOf(error);
  if (form.statusCode >= 500) logFailure(error, request);
  if (form.statusCode === 401) {
    // The console sends no key, and a browser would answer Basic with a prompt of its own over the console's login.
    const gaveKey = request.headers.authorization !== undefined;
    reply.header('www-authenticate', gaveKey ? 'Basic realm="slipway", charset="UTF-8"' : 'Session');
  }
  return reply.code(form.statusCode).type('application/json; charset=utf-8').send(form);
}

/** Whether the error is one of Fastify's own, thrown before the handler: bad content types, bodies, escapes. */
export function isFrameworkError(error: unknown): error is FrameworkError {
  return (
    typeof (error as FrameworkError)?.code === 'string' &&
    (error as FrameworkError).code?.startsWith('FST_ERR_') === true
  );
}

/**
 * Logs a failed request, for edges that answer in a form of their own. What is expected to pass (the database is away,
 * strangers send too much) is a line; what is ours to mend has its stack.
 */
export function logFailure(error: unknown, request: FastifyRequest): void {
  if (!isCoreError(error) || error.code === 'internal') request.log.error({ err: error }, 'request failed');
  else if (!request.server.heldCalls.draining) {
    const { code, message, internal } = error;
    request.log.warn({ code, reason: message, internal }, 'request refused');
  }
}
