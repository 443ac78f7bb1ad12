import type { FastifyRequest } from 'fastify';
import { CoreError } from '../errors/index.ts';
import { basicCredentials, type Parts } from '../http/index.ts';
import { FailureThrottle, type Principal } from '../identity/index.ts';
import { readSession } from './session-cookie.ts';

/**
 * Wrong passwords of one address against one name in a minute, and from one address in all. Keys are throttled where
 * they are looked up (`Identity.byKey`).
 */
const failuresPerName = 10;
const failuresPerAddress = 100;

/** Says who asks on the native API: an access key in Basic form, or the console's session. */
export interface Authentication {
  /** Undefined when nothing was given or it is worthless. Throws `rate-limited`, and `forbidden` for a foreign origin. */
  principal(request: FastifyRequest): Promise<Principal | undefined>;
  /** `unauthenticated` for a wrong name or password. */
  byPassword(request: FastifyRequest, name: string, password: string): Promise<Principal>;
}

/** Builds the authentication of the native API; failures are counted in this process. */
export function createAuthentication(parts: Pick<Parts, 'identity' | 'clock' | 'publicUrl'>): Authentication {
  const names = new FailureThrottle(parts.clock, { limit: failuresPerName, milliseconds: 60_000 });
  const addresses = new FailureThrottle(parts.clock, { limit: failuresPerAddress, milliseconds: 60_000 });

  return {
    async principal(request) {
      const key = basicCredentials(request.headers.authorization);
      if (key) return parts.identity.byKey(key.id, key.secret, request.ip);
      if (request.headers.authorization !== undefined) return undefined;
      const session = readSession(request.headers.cookie);
      if (session === undefined) return undefined;
      requireOwnOrigin(request, parts.publicUrl(request));
      return parts.identity.bySession(session);
    },
    async byPassword(request, name, password) {
      requireOwnOrigin(request, parts.publicUrl(request));
      addresses.check(request.ip);
      const caller = `${request.ip} ${name.toLowerCase()}`;
      const principal = await names.attempt(caller, () => parts.identity.byPassword(name, password));
      if (principal) return principal;
      addresses.failed(request.ip);
      throw new CoreError('unauthenticated', 'This name and password do not belong together');
    },
  };
}

/**
 * Refuses a changing request that a page of another origin made: browsers send `Origin` with those. Reading is left
 * to SameSite=Strict and to the absence of CORS headers.
 */
export function requireOwnOrigin(request: FastifyRequest, publicUrl: string): void {
  const { origin } = request.headers;
  if (request.method === 'GET' || request.method === 'HEAD' || origin === undefined) return;
  const own = [new URL(publicUrl).origin, `${request.protocol}://${request.host}`];
  if (!own.includes(origin)) {
    throw new CoreError(
      'forbidden',
      `A page of ${origin} may not use this session; own pages come from ${own[0]}`,
    );
  }
}
