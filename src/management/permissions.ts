import type { FastifyInstance } from 'fastify';
import type { Role } from '../identity/index.ts';

/** The permissions of the core, and what each lets one do (docs/security.md). `self` is everybody's who is known. */
export const corePermissions: Readonly<Record<string, string>> = {
  self: 'log out, read and change oneself',
  'rollouts.read': 'see rollouts, their plans and their output',
  'rollouts.cancel': 'stop rollouts',
  'hosts.read': 'see hosts and their instances',
  'routes.read': 'see routes and routers',
  'hosts.manage': 'declare and remove hosts, create and revoke join tokens',
  'principals.manage': 'manage accounts, access keys and grants of others',
  'ledger.read': 'see what changed',
  'declaration.apply': 'apply declarations, which reach everything',
  'work.manage': 'see the durable queue and take up what it gave up',
};

/** Refuses to start with a route whose permission no role has: nobody but an admin could ever use it. */
export function requireKnownPermissions(app: FastifyInstance, roles: readonly Role[]): void {
  const known = new Set([
    ...Object.keys(corePermissions),
    ...roles.flatMap(({ permissions }) => permissions),
  ]);
  app.addHook('onRoute', ({ config, method, url }) => {
    const permission = config?.permission;
    if (permission !== undefined && !known.has(permission)) {
      throw new Error(
        `Route ${String(method)} ${url}: no role has the permission ${permission}; there are ${[...known].join(', ')}`,
      );
    }
  });
}
