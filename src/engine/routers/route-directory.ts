import { CoreError } from '../../errors/index.ts';
import type { Storage } from '../../storage/index.ts';
import { type RouteDirectory, Routes, readMeasures, readReach } from '../routes/index.ts';
import type { LiveRouters } from './live-routers.ts';
import type { RouterProgress } from './progress.ts';

/** The routes and the routers that follow them, behind one face. */
export function createRouteDirectory(
  storage: Storage,
  live: LiveRouters,
  progress: RouterProgress,
): RouteDirectory {
  const routes = new Routes(storage);
  return {
    put: (unit, route) => routes.put(unit, route),
    setTargets: (unit, host, targets) => routes.setTargets(unit, host, targets),
    remove: (unit, host) => routes.remove(unit, host),
    find: (host, within) => routes.find(host, within),
    list: () => routes.list(),
    applied: (version, signal) => progress.applied(version, signal),
    drained: async (host, version, seconds, signal) =>
      void (await progress.drained(host, version, seconds, signal)),
    async measures(query) {
      const { periodSeconds } = query;
      if (Number.isInteger(periodSeconds) && periodSeconds > 0 && periodSeconds % 10 === 0)
        return readMeasures(storage, query);
      throw new CoreError('invalid', 'The period of measures is a multiple of 10 seconds.', {
        path: 'periodSeconds',
      });
    },
    async reached(instances) {
      const rows = await readReach(storage, instances);
      const alive = new Map(
        (await live.list()).filter(({ live }) => live).map((router) => [router.id, router]),
      );
      return rows.flatMap(({ router, told_at: toldAt, ...said }) => {
        const known = alive.get(router);
        return known ? [{ ...said, router, routerAddress: known.address, toldAt }] : [];
      });
    },
    routers: async () => (await live.list()).map(({ drained: _, draining: __, ...router }) => router),
  };
}
