import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from './access.ts';
import type { Context } from './context.ts';
import type { Permission } from './roles.ts';

/** A call that was admitted: its token is right, and it has the operation's permission somewhere. */
export interface Call {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly caller: Caller;
  /** What varies in the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** Query parameters, of a repeated one the last value; a prototype-less object. */
  readonly query: Readonly<Record<string, string>>;
  /** The JSON object of the body; throws `Invalid JSON body`. */
  body(): Readonly<Record<string, unknown>>;
  /** `Prefer: return=representation`: a PATCH answers 200 with the entity instead of 204 (our extension, contract 3.0). */
  readonly wantsEntity: boolean;
}

/** Does the call. What it returns is sent as JSON with the operation's status; undefined is 204 without a body. */
export type Handler = (context: Context, call: Call) => Promise<object | undefined>;

/** One operation of the original: a row of the table in `operations.ts`. */
export interface Operation {
  /** The section of the contract, by which the table is sorted. */
  readonly section: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `:name` for what varies; the CI facade's begin with `/ci/`. */
  readonly path: string;
  readonly purpose: string;
  /** Needed somewhere in the organization before the body is read; the handler checks it on the resource itself. */
  readonly permission: Permission;
  /** Absent: 501 in the contract's error form. */
  readonly handle?: Handler;
  /** Of a success with a body; default 200, also for creates (contract nullplatform 3.0). */
  readonly status?: number;
}

/** `GET /build/:id`, as messages and the coverage table name an operation. */
export function operationName({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method} ${path}`;
}
