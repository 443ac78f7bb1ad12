import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CoreError } from '../errors/index.ts';
import type { Identity, Principal } from '../identity/index.ts';

/**
 * Guards every route that is registered in this plugin: `authenticate` says who asks (undefined: nobody), then the
 * permission that the route declares is checked on its resource. Routes that are `open` pass.
 * @example guardRoutes(app, identity, (request) => identity.bySession(request.cookies.session ?? ''));
 */
export function guardRoutes(
  app: FastifyInstance,
  identity: Pick<Identity, 'require'>,
  authenticate: (request: FastifyRequest) => Promise<Principal | undefined>,
): void {
  app.addHook('onRequest', async (request) => {
    const { permission, checkedBy, resource } = request.routeOptions.config;
    if (permission === undefined) return;
    const principal = await authenticate(request);
    if (!principal)
      throw new CoreError(
        'unauthenticated',
        'Give an access key as `Authorization: Basic keyId:secret`, or log in',
      );
    request.principal = principal;
    if (checkedBy !== 'handler') await identity.require(principal, permission, resource?.(request) ?? '/');
  });
}
