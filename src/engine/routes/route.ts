import type { Unit } from '../../storage/index.ts';
import type { ReachOutcome } from '../router-protocol.ts';

/** A share of a route's requests. The weights of a route are whole percents that sum to 100. */
export interface RouteTarget {
  readonly pool: string;
  readonly weight: number;
}

/** A public address whose requests are split over pools by weight. */
export interface Route {
  /** The host name in lower case, without port. */
  readonly host: string;
  /** Empty: nobody serves it; then, or when its pools have no healthy instance, `whenEmpty` or a 503 is answered. */
  readonly targets: readonly RouteTarget[];
  /** The plain text that is answered with status 404 while there are no targets. */
  readonly whenEmpty: string;
  /** The dialect that owns it. */
  readonly dialect: string;
}

/** What routers measured of one pool behind one route in one interval that began at `at` (epoch milliseconds). */
export interface RouteMeasure {
  readonly host: string;
  readonly pool: string;
  readonly at: number;
  readonly requests: number;
  /** Answers with status 500 to 599, and requests that no backend answered. */
  readonly errors: number;
  /** The sum of the times from the request's head to the answer's head, in milliseconds. */
  readonly milliseconds: number;
}

/** A router process that is connected, or was lately. Times are epoch milliseconds. */
export interface Router {
  readonly id: string;
  /** Where it listens, like `http://127.0.0.1:4680`. */
  readonly address: string;
  readonly lastHeardAt: number;
  readonly live: boolean;
  /** The version of the table that it routes by. */
  readonly applied: number;
}

/** What a live router says of the way to an instance, as it tried itself. */
export interface RouterReached {
  readonly instance: string;
  /** The router's id, and where it listens. */
  readonly router: string;
  readonly routerAddress: string;
  /** Where it tried. */
  readonly address: string;
  readonly port: number;
  readonly outcome: ReachOutcome;
  /** When it said so, epoch milliseconds. */
  readonly toldAt: number;
}

/** What a `route-set` server step carries as its input. */
export interface RouteSetInput {
  readonly host: string;
  readonly targets: readonly RouteTarget[];
  /** The longest wait for requests that began under the older weights; 0 does not wait for them. */
  readonly drainSeconds: number;
}

/** The kind of the server step that changes weights and ends when every live router has applied them. Idempotent. */
export const routeSetKind = 'route-set';

/** The routes, and the routers that follow them. Every router has the same table; its version grows with every change. */
export interface RouteDirectory {
  /** Makes or changes a route; answers the version of the table that holds it. Throws `conflict` for the host name of another dialect, `invalid` for weights that do not sum to 100. */
  put(unit: Unit, route: Route): Promise<number>;
  /** Changes the targets only; `not-found` for an unknown host name. */
  setTargets(unit: Unit, host: string, targets: readonly RouteTarget[]): Promise<number>;
  remove(unit: Unit, host: string): Promise<void>;
  find(host: string, within?: Unit): Promise<Route | undefined>;
  /** All routes, in order of their host names. */
  list(): Promise<Route[]>;
  /** Resolves when every live router routes by this version or a later one (at once when there is no router). */
  applied(version: number, signal: AbortSignal): Promise<void>;
  /** Like `applied`, and no request of the host name that began under an older version is in flight any more, or `seconds` are over. */
  drained(host: string, version: number, seconds: number, signal: AbortSignal): Promise<void>;
  /** Summed over all routers, in intervals of `periodSeconds` (10 or a multiple), oldest first. Kept for two days. */
  measures(query: {
    hosts: readonly string[];
    from: number;
    to: number;
    periodSeconds: number;
  }): Promise<RouteMeasure[]>;
  routers(): Promise<Router[]>;
  /** What live routers said of these instances, in order of the routers' ids; of those that they never tried nothing. */
  reached(instances: readonly string[]): Promise<RouterReached[]>;
}
