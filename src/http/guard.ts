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
    const isChecked = checkedBy !== 'handler';
    if (isChecked) await identity.require(principal, permission, resource?.(request) ?? '/');
    checks.set(request, async () => {
      const now = await authenticate(request);
      if (!now) return false;
      if (isChecked) await identity.require(now, permission, resource?.(request) ?? '/');
      return true;
    });
  });
}

/** What was asked of those that were let in, by request: to be asked again of answers that go on for long. */
const checks = new WeakMap<FastifyRequest, () => Promise<boolean>>();

/**
 * Whether who asked would be let in still: the session has not ended, the key has not been revoked, the grant has not
 * been taken back. A permission that the route's handler checks is not asked for again.
 */
export async function isStillAllowed(request: FastifyRequest): Promise<boolean> {
  try {
    return (await checks.get(request)?.()) ?? true;
  } catch (error) {
    if (error instanceof CoreError && (error.code === 'forbidden' || error.code === 'not-found'))
      return false;
    throw error;
  }
}
