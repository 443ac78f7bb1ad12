import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Who answers for a part of the one origin when no route matches (design: table of owners). The first owner whose
 * `prefix` matches is asked. A string prefix ends at a segment: `/oauth2` matches `/oauth2` and `/oauth2/x`.
 */
export interface PathOwner {
  readonly name: string;
  readonly prefix: string | RegExp;
  /** Paths below the prefix that end in `/` are unknown; elsewhere a slash at the end is ignored. */
  readonly trailingSlashMatters?: boolean;
  unknownPath(request: FastifyRequest, reply: FastifyReply): unknown;
  wrongMethod(request: FastifyRequest, reply: FastifyReply, allowed: readonly string[]): unknown;
  /** Framework errors before a route's own handler: bad escapes, over-long parameters, bad content types or JSON. */
  frameworkError(
    error: Error & { statusCode?: number; code?: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): unknown;
}

/** The path of a request as it stands on the wire, without the query. */
export function rawPath(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}

/** The first owner whose prefix matches the path; `core`, which owns the rest, when none does. */
export function ownerOf(path: string, owners: readonly PathOwner[], core: PathOwner): PathOwner {
  return owners.find((owner) => owns(owner.prefix, path)) ?? core;
}

function owns(prefix: string | RegExp, path: string): boolean {
  if (typeof prefix !== 'string') return prefix.test(path);
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === base || path.startsWith(`${base}/`);
}

/** Throws when two owners claim one place: the same prefix, one below the other, or a pattern that matches the other's prefix. */
export function checkOwners(owners: readonly PathOwner[]): void {
  owners.forEach((owner, index) => {
    for (const other of owners.slice(0, index)) {
      if (overlap(owner.prefix, other.prefix) || overlap(other.prefix, owner.prefix)) {
        throw new Error(
          `The paths ${String(owner.prefix)} of ${owner.name} are owned by ${other.name} already (${String(other.prefix)})`,
        );
      }
    }
  });
}

function overlap(prefix: string | RegExp, other: string | RegExp): boolean {
  if (typeof other !== 'string') return String(prefix) === String(other);
  return owns(prefix, other) || owns(prefix, `${other}/x`);
}
