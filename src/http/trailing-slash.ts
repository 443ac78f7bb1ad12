import type { FastifyInstance } from 'fastify';
import { restOwner } from './core-owner.ts';
import { ownerOf, type PathOwner, rawPath } from './owners.ts';

/** The router ignores a slash at the end; for owners that do not, such a path is unknown. */
export function keepTrailingSlashes(app: FastifyInstance, owners: readonly PathOwner[]): void {
  if (!owners.some((owner) => owner.trailingSlashMatters)) return;
  app.addHook('onRequest', async (request, reply) => {
    const path = rawPath(request.raw.url ?? '/');
    if (path === '/' || !path.endsWith('/') || request.is404) return;
    const owner = ownerOf(path, owners, restOwner);
    if (!owner.trailingSlashMatters) return;
    await owner.unknownPath(request, reply);
    return reply;
  });
}
