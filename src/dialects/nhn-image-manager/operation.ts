import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/index.ts';
import type { Context } from './context.ts';
import type { Service } from './store/service.ts';

/** The version of the original's API: v2.0 proves itself with the secret key, v3.0 with a bearer token. */
export type Version = 'v2.0' | 'v3.0';

/** What a call sends: nothing that is read, JSON, the bytes of one file whatever their label, or a form. */
export type BodyForm = 'none' | 'json' | 'raw' | 'multipart';

/** A call that was admitted: its key or token is right, and the service is on. */
export interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly service: Service;
  /** Who asks with a token (v3.0); undefined for calls with the secret key, which is nobody's in particular. */
  readonly principal: Principal | undefined;
  /** What varies in the path but the app key, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** Query parameters: of a repeated one the first value, without empty ones (contract nhn-image-manager 2.5). */
  readonly query: Readonly<Record<string, string>>;
  /** The JSON object that was sent, read leniently; `{}` without a body. */
  readonly json: Readonly<Record<string, unknown>>;
}

/**
 * Does the call and returns what stands in the answer behind `header`. It may name a `header` of its own (partial
 * success). Throws refusals and core errors.
 */
export type Handler = (context: Context, call: Call) => Promise<Readonly<Record<string, unknown>>>;

/** One operation of the original in both of its versions: a row of the table in `operations.ts`. */
export interface Operation {
  /** The section of the contract, by which the table is sorted. */
  readonly section: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/image/{version}/appkeys/{appKey}`, with `{name}` for what varies. */
  readonly path: string;
  readonly purpose: string;
  readonly body: BodyForm;
  /** Absent when another part serves the operation. */
  readonly handle?: Handler;
  /** Who serves it else. */
  readonly instead?: string;
}

/** The versions that every operation is served in. */
export const versions: readonly Version[] = ['v2.0', 'v3.0'];

/** Where an operation is served in one version, with `{appKey}` and what else varies. */
export function fullPath(version: Version, { path }: Pick<Operation, 'path'>): string {
  return `/image/${version}/appkeys/{appKey}${path}`;
}
