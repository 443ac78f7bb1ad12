import type { FastifyInstance, FastifyRequest, FastifySchema, RouteOptions } from 'fastify';
import type { Principal } from '../identity/index.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The permission that the route needs, like `rollouts.read`. Where it is checked says `checkedBy`; a route names
     * either a permission or why it is open.
     */
    permission?: string;
    /**
     * `guard` (default): before the handler, on `resource` (default `/`). `handler`: in the handler, on the resource
     * that it looks up, or by filtering a list; the guard only makes sure that somebody asks. In dialects, whose order
     * of checks is the original's, it is always `handler`.
     */
    checkedBy?: 'guard' | 'handler';
    /** The resource path that `guard` checks on. */
    resource?: (request: FastifyRequest) => string;
    /** Why the route needs no permission; shown in docs/security.md. */
    open?: string;
    /** Logged at `debug` instead of `info`: polls, probes. */
    quiet?: boolean;
    /** Held for long without anybody waiting for its end (polls, event streams): a shutdown does not wait for it. */
    background?: boolean;
    /** Of a `background` route: it answers by itself while the server drains, because the call says something. */
    hearsWhileDraining?: boolean;
  }

  interface FastifyRequest {
    /** Who asks; set by the guard of the native API, or by a dialect's own order of checks. */
    principal: Principal | undefined;
  }

  interface FastifyInstance {
    /** Every route of the server, in order of registration. */
    readonly routeTable: readonly RouteEntry[];
  }
}

/** A route as the tables of routes see it: for the answers to wrong methods and for the tests of access. */
export interface RouteEntry {
  readonly method: string;
  /** The pattern, like `/api/slipway/v1/hosts/:name`. */
  readonly url: string;
  readonly permission: string | undefined;
  readonly checkedBy: 'guard' | 'handler';
  readonly open: string | undefined;
  /** What the route documents of itself, for OpenAPI. */
  readonly schema: FastifySchema | undefined;
}

/**
 * Collects every route that is registered from now on into the table, and refuses to start with a route that neither
 * names a permission nor says why it is open (or does both).
 */
export function collectRoutes(app: FastifyInstance): RouteEntry[] {
  const table: RouteEntry[] = [];
  app.addHook('onRoute', (route) => {
    for (const entry of entriesOf(route)) table.push(entry);
  });
  return table;
}

function entriesOf(route: RouteOptions & { path: string }): RouteEntry[] {
  const { permission, open, checkedBy = 'guard' } = route.config ?? {};
  if ((permission === undefined) === (open === undefined)) {
    throw new Error(
      `Route ${String(route.method)} ${route.url}: config must name either \`permission\` or the reason why it is \`open\``,
    );
  }
  const methods = Array.isArray(route.method) ? route.method : [route.method];
  return methods.map((method) => ({
    method,
    url: route.url,
    permission,
    checkedBy,
    open,
    schema: route.schema,
  }));
}
