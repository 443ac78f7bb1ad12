import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RouterGateway } from '../../engine/index.ts';
import { routerProtocolVersion } from '../../engine/router-protocol.ts';
import { CoreError } from '../../errors/index.ts';
import { coreForm } from '../core-form.ts';
import { callSignal } from '../held-calls.ts';
import { readMeasures, readRouterPoll, readRouterReach } from './request-shapes.ts';

const ownToken = 'routers prove themselves with their token';
/** Ten thousand measures. */
const measureBytes = 2 * 1_048_576;

/** Five hundred instances. */
const reachBytes = 524_288;

/** What the routers' edge needs of the composition's parts. */
export interface RouterRouteParts {
  readonly engine: { readonly routers: RouterGateway };
}

/**
 * The HTTP edge of the router protocol (`engine/router-protocol.ts`).
 * @example await app.register(createRouterRoutes(parts));
 */
export function createRouterRoutes(parts: RouterRouteParts): (app: FastifyInstance) => Promise<void> {
  const gateway = parts.engine.routers;

  return async (app) => {
    // Before the body is read: strangers are not listened to.
    const onRequest = [checkProtocol, authenticate];
    // Before the calls are ended that are held then.
    app.heldCalls.onEnding(true, () => gateway.hearNoMore());
    app.post(
      '/router/v1/poll',
      { onRequest, config: { open: ownToken, quiet: true, background: true }, bodyLimit: 65_536 },
      (request, reply) => gateway.poll(readRouterPoll(request.body), callSignal(request, reply)),
    );
    app.post(
      '/router/v1/reach',
      { onRequest, config: { open: ownToken, quiet: true }, bodyLimit: reachBytes },
      async (request, reply) => {
        await gateway.reach(readRouterReach(request.body));
        return reply.code(204).send();
      },
    );
    app.post(
      '/router/v1/measures',
      { onRequest, config: { open: ownToken, quiet: true }, bodyLimit: measureBytes },
      async (request, reply) => {
        await gateway.measures(readMeasures(request.body));
        return reply.code(204).send();
      },
    );
  };

  async function authenticate(request: FastifyRequest): Promise<void> {
    const [, token] = /^Bearer (\S{1,1000})$/i.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined) {
      throw new CoreError('unauthenticated', 'A router sends its token as `Authorization: Bearer`');
    }
    await gateway.authenticate(token);
  }
}

/** Answers 426 to what does not speak this version of the protocol. */
async function checkProtocol(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (request.headers['x-slipway-protocol'] === String(routerProtocolVersion)) return;
  const message = `This server speaks version ${routerProtocolVersion} of the router protocol (x-slipway-protocol): start its router again`;
  await reply.code(426).send(coreForm(426, 'upgrade-required', message));
}
