import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Lets pages of any origin read the answer: browser clients call the API themselves (contract nhn-image-manager 2.5). */
export function allowAnyOrigin(reply: FastifyReply): FastifyReply {
  return reply.header('access-control-allow-origin', '*');
}

/**
 * Answers the preflights of everything below `prefix` with 204 and whatever headers they ask for; no key is needed,
 * because browsers send none with them.
 */
export function answerPreflights(app: FastifyInstance, prefix: string, methods: string): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply) => {
    const asked = request.headers['access-control-request-headers'];
    allowAnyOrigin(reply)
      .header('access-control-allow-methods', methods)
      .header('access-control-max-age', '86400')
      .header('vary', 'Access-Control-Request-Headers');
    if (asked !== undefined) reply.header('access-control-allow-headers', asked);
    return reply.code(204).send();
  };
  app.options(
    `${prefix}/*`,
    { config: { open: 'Preflights of browsers carry no key; they say nothing about any service.' } },
    answer,
  );
}
