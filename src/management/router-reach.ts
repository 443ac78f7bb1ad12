import type { Instance, RouteDirectory, RouterReached } from '../engine/index.ts';

/** What one live router found when it tried an instance; `untried` where it sends no requests there, or not yet. */
export interface ReachedByRouter {
  readonly id: string;
  readonly address: string;
  readonly outcome: RouterReached['outcome'] | 'untried';
  /** Epoch milliseconds. */
  readonly toldAt: number | null;
}

/** What each live router says of each of these instances of one host, by instance. What was tried elsewhere is left out. */
export async function reachedByRouters(
  routes: Pick<RouteDirectory, 'reached' | 'routers'>,
  instances: readonly Instance[],
  hostAddress: string,
): Promise<ReadonlyMap<string, ReachedByRouter[]>> {
  const [routers, said] = await Promise.all([
    routes.routers(),
    routes.reached(instances.map(({ id }) => id)),
  ]);
  const key = (router: string, instance: string) => `${router} ${instance}`;
  const known = new Map(said.map((each) => [key(each.router, each.instance), each]));
  const live = routers.filter((router) => router.live);
  return new Map(
    instances.map((instance) => [
      instance.id,
      live.map(({ id, address }) => {
        const found = known.get(key(id, instance.id));
        const isCurrent = found?.port === instance.port && found.address === hostAddress;
        return found && isCurrent
          ? { id, address, outcome: found.outcome, toldAt: found.toldAt }
          : { id, address, outcome: 'untried' as const, toldAt: null };
      }),
    ]),
  );
}
