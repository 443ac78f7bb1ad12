import type { FastifyReply } from 'fastify';
import { coreForm, coreFormOf } from './core-form.ts';
import type { PathOwner } from './owners.ts';

/** The owner of the core's prefixes: the native API, agents, documentation, console, install pages, probes. */
export function coreOwner(prefix: string | RegExp): PathOwner {
  return {
    name: 'core',
    prefix,
    unknownPath: (_request, reply) =>
      send(reply, coreForm(404, 'not-found', 'There is nothing at this path')),
    wrongMethod: (_request, reply, allowed) => {
      const list = allowed.join(', ');
      reply.header('allow', list);
      return send(reply, coreForm(405, 'method-not-allowed', `This path answers ${list} only`));
    },
    frameworkError: (error, _request, reply) => send(reply, coreFormOf(error)),
  };
}

/** Everything that nobody owns: unknown whatever the method is. */
export const restOwner: PathOwner = {
  ...coreOwner('/'),
  name: 'rest',
  wrongMethod: (request, reply) => restOwner.unknownPath(request, reply),
};

/** Prefixes of the core in the table of owners. */
export const coreOwners: readonly PathOwner[] = [
  '/api/slipway',
  '/agent',
  '/router',
  '/docs',
  '/console',
  '/-',
  '/healthz',
  '/readyz',
  '/metrics',
  /^\/$/,
].map(coreOwner);

function send(reply: FastifyReply, form: { statusCode: number }): FastifyReply {
  return reply.code(form.statusCode).type('application/json; charset=utf-8').send(form);
}
