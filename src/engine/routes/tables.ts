import type { ReachOutcome } from '../router-protocol.ts';

/** One public host name. A removed one stays for a while, so that routers hear that it is to be forgotten. */
export interface RouteTable {
  host: string;
  dialect: string;
  when_empty: string;
  /** The version of the routing table that it changed with last, its backends included. */
  version: number;
  removed: number;
}

/** A pool behind a route. */
export interface RouteTargetTable {
  host: string;
  pool: string;
  /** Place among the route's targets, from 0. */
  position: number;
  weight: number;
}

/** A router process. */
export interface RouterTable {
  id: string;
  address: string;
  /** The server that it calls now; null once that one has not heard it any more. */
  server: string | null;
  heard_at: number;
  applied: number;
  drained: number;
  /** Host names with older requests, as the router tells them, in JSON; null when it does not. */
  draining: string | null;
  /** The process start and the last report of measures that are counted. */
  run: string;
  sequence: number;
}

/** What a router said of the way to an instance. Rows go with the router and with the instance. */
export interface RouterReachTable {
  router: string;
  instance: string;
  /** Where it tried: an instance may have moved since. */
  address: string;
  port: number;
  outcome: ReachOutcome;
  told_at: number;
}

/** Tokens of routers as SHA-256. */
export interface RouterTokenTable {
  hash: string;
  made_at: number;
}

/** One row, from version 1 on (a router that has no table yet says 0). Every change of the routing table takes it, so that versions become visible in their order. */
export interface RoutingVersionTable {
  id: number;
  version: number;
  /** Host names that were removed up to here are forgotten: a router with an older table needs all of it. */
  floor: number;
}

/** What routers measured, summed over all of them, by intervals of 10 s. */
export interface RouteMeasureTable {
  host: string;
  pool: string;
  at: number;
  requests: number;
  errors: number;
  milliseconds: number;
}

/** The tables of routes and routers. */
export interface RouteTables {
  route: RouteTable;
  route_target: RouteTargetTable;
  router: RouterTable;
  router_reach: RouterReachTable;
  router_token: RouterTokenTable;
  routing_version: RoutingVersionTable;
  route_measure: RouteMeasureTable;
}
