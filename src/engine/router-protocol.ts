/**
 * The router protocol, version 1: JSON over HTTP, the router always calls.
 *
 *   POST /router/v1/poll      RouterPollRequest   → RouterPollAnswer   (held open up to `waitSeconds`)
 *   POST /router/v1/measures  RouterMeasures      → 204
 *   POST /router/v1/reach     RouterReach         → 204
 *
 * All carry `Authorization: Bearer <router token>` and `X-Slipway-Protocol: 1`. A router keeps its last table on disk
 * and routes by it while no server answers.
 */
export const routerProtocolVersion = 1;

/** A router says by which table it routes, and asks for a newer one. */
export interface RouterPollRequest {
  /** A UUID that the router keeps in its state folder: one that was started again is the same router. */
  readonly router: string;
  /** Where it listens, like `http://127.0.0.1:4680`. */
  readonly address: string;
  /** The version of the table that new requests are routed by; 0 for none yet. */
  readonly applied: number;
  /**
   * All requests that began under tables older than this version have ended, but for those that go on where this
   * version would send them, too: a WebSocket on a pool that stays holds up nothing.
   */
  readonly drained: number;
  /**
   * Which host names have older requests, so that a long one holds up nothing but its own route: the oldest of them
   * began before version `since`. A list of 100 may not be all.
   */
  readonly draining?: readonly { readonly host: string; readonly since: number }[];
  /** 0 to 60. The server answers at once when it has a newer table. */
  readonly waitSeconds: number;
}

/** What changed since the version that the router named. */
export interface RouterPollAnswer {
  readonly version: number;
  /** The routes below are all there are: forget every other. */
  readonly complete: boolean;
  readonly routes: readonly RoutingEntry[];
  /** Host names to forget. */
  readonly removed: readonly string[];
}

/** One host name of the table. */
export interface RoutingEntry {
  readonly host: string;
  /** Empty: `whenEmpty` is answered with 404. Weights are whole percents that sum to 100. */
  readonly pools: readonly RoutingPool[];
  readonly whenEmpty: string;
}

/** A pool behind a host name. Without healthy backends its share is answered with 503. */
export interface RoutingPool {
  readonly pool: string;
  readonly weight: number;
  readonly backends: readonly Backend[];
}

/** One healthy instance. */
export interface Backend {
  readonly instance: string;
  /** A host name or address. */
  readonly address: string;
  readonly port: number;
}

/**
 * What a router has measured since its last report, in intervals of 10 s of its own clock. Sent again until answered: the
 * server takes each `sequence` of a router once.
 */
export interface RouterMeasures {
  readonly router: string;
  /** Counts up from 1 per process start; `run` tells starts apart. */
  readonly run: string;
  readonly sequence: number;
  /**
   * What the clock that the intervals follow says at the sending, epoch milliseconds: the server moves them by the
   * difference to its own. Without it they stand as they are.
   */
  readonly sentAt?: number;
  readonly measures: readonly {
    readonly host: string;
    readonly pool: string;
    /** Start of the interval, epoch milliseconds, a multiple of 10,000. */
    readonly at: number;
    readonly requests: number;
    readonly errors: number;
    readonly milliseconds: number;
  }[];
}

/**
 * How a try to connect went: `refused` nothing listens there, or something on the way says no · `timed-out` no answer
 * within 2 s · `unknown-name` the address is a name that cannot be looked up · `no-way` there is no way to it.
 */
export type ReachOutcome = 'reached' | 'refused' | 'timed-out' | 'unknown-name' | 'no-way';

/** Which instances a router reaches, as it tried itself. Told when it changes; told twice it is the same. */
export interface RouterReach {
  readonly router: string;
  /** What it told before is to be forgotten. */
  readonly complete: boolean;
  /** At most 500. */
  readonly backends: readonly (Backend & { readonly outcome: ReachOutcome })[];
}
