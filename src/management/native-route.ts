import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TObject, TSchema } from 'typebox';
import type { Principal } from '../identity/index.ts';

/** What a handler of the native API gets: validated input and, unless the route is open, who asks. */
export interface NativeCall<Params extends TObject, Query extends TObject, Body extends TSchema> {
  readonly params: Static<Params>;
  readonly query: Static<Query>;
  readonly body: Static<Body>;
  /** Undefined on open routes only. */
  readonly principal: Principal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** One route of the native API as data: what it documents, what it needs, what it does. */
export interface NativeRoute<Params extends TObject, Query extends TObject, Body extends TSchema> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the plugin's prefix: `/hosts/:name`. */
  readonly url: string;
  /** One line in the documentation. */
  readonly summary: string;
  /** The heading that the route stands below in the documentation. */
  readonly tag: string;
  readonly access:
    | {
        readonly permission: string;
        readonly checkedBy?: 'guard' | 'handler';
        readonly resource?: (request: FastifyRequest) => string;
      }
    | { readonly open: string };
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** The answer's shape; absent: 204 without a body. */
  readonly answer?: TSchema;
  /** Default 200, or 204 without `answer`. */
  readonly status?: number;
  /** The bytes are written by the handler itself: event streams, output. Their media type, for the documentation. */
  readonly streams?: string;
  /** A download: HEAD answers the headers of GET. */
  readonly alsoHead?: boolean;
  /** Held for long without anybody waiting for its end. */
  readonly background?: boolean;
  /** Largest body in bytes; default Fastify's 1 MiB. */
  readonly bodyLimit?: number;
  handle(call: NativeCall<Params, Query, Body>): Promise<unknown>;
}

/** Registers a route of the native API; its schemas validate (`validateBySchema`) and document it. */
export function nativeRoute<Params extends TObject, Query extends TObject, Body extends TSchema>(
  app: FastifyInstance,
  route: NativeRoute<Params, Query, Body>,
): void {
  const status = route.status ?? (route.answer || route.streams ? 200 : 204);
  app.route({
    method: route.alsoHead ? ['GET', 'HEAD'] : route.method,
    url: route.url,
    config: { ...route.access, ...(route.background ? { background: true } : {}) },
    ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
    schema: {
      summary: route.summary,
      tags: [route.tag],
      ...(route.params ? { params: route.params } : {}),
      ...(route.query ? { querystring: route.query } : {}),
      ...(route.body ? { body: route.body } : {}),
      response: { [status]: answerShape(route) },
    } as object,
    handler: async (request, reply) => {
      const call = {
        params: request.params,
        query: request.query,
        body: request.body,
        principal: request.principal,
        request,
        reply,
      } as NativeCall<Params, Query, Body>;
      const answer = await route.handle(call);
      if (route.streams) return answer;
      reply.code(status);
      return status === 204 ? reply.send() : answer;
    },
  });
}

function answerShape({ answer, streams }: { answer?: TSchema; streams?: string }): object {
  if (streams)
    return { description: 'Bytes as they come', content: { [streams]: { schema: { type: 'string' } } } };
  return answer ? { ...answer, description: 'Done' } : { type: 'null', description: 'Done' };
}
