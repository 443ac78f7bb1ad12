import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../identity/index.ts';
import type { Context } from './context.ts';
import type { Project } from './store/project.ts';

/** The part of the original's API that a path belongs to. */
export type Version = 'previous' | 'v1.0' | 'v2.0' | 'v2.1';

/**
 * What a call proves itself with (contract nhn-deploy 2.1): `none` nothing that the table checks, `app-key` the app
 * key in the path alone, `access-key` the two X-TC headers, `token` a bearer token, `either` a token or else the headers.
 */
export type Credential = 'none' | 'app-key' | 'access-key' | 'token' | 'either';

/** The permissions of the dialect's own roles. */
export type Permission = 'nhn-deploy.read' | 'nhn-deploy.upload' | 'nhn-deploy.run' | 'nhn-deploy.manage';

/**
 * How answers look: `envelope` (contract nhn-deploy 3.2), `previous` the older upload's own two fields (3.4),
 * `download` bytes, with failures as 404 and the envelope (3.7).
 */
export type AnswerForm = 'envelope' | 'previous' | 'download';

/** The ids that paths carry; 0 for one that the path has not, and for one too large for any row. */
export interface PathIds {
  readonly artifactId: number;
  readonly binaryGroupKey: number;
  readonly binaryKey: number;
  readonly serverGroupId: number;
  readonly scenarioId: number;
}

/** A call that was admitted: credential, app key, role and path ids are checked, in this order. */
export interface Call {
  readonly operation: Operation;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly project: Project;
  /** Always there for `access-key`, `token` and `either`; never for `app-key`. */
  readonly principal: Principal | undefined;
  readonly ids: PathIds;
  /** Query parameters; of a repeated one the first value. */
  readonly query: Readonly<Record<string, string>>;
}

/** What an operation answers when it has written the reply by itself (bytes, streams). */
export const replied = Symbol('replied');

/** Does the call and returns the envelope's body, or `replied`. Throws refusals and core errors. */
export type Handler = (context: Context, call: Call) => Promise<unknown>;

/** Does a call that nothing was checked of, and returns its whole answer. */
export type UnadmittedHandler = (context: Context, request: FastifyRequest) => Promise<unknown>;

/** One operation of the original: a row of the table in `operations.ts`. */
export interface Operation {
  /** The letter of the contract's table (nhn-deploy 3.1). */
  readonly letter: string;
  readonly version: Version;
  readonly method: 'GET' | 'POST';
  /** With `{name}` for what varies. */
  readonly path: string;
  readonly purpose: string;
  /** The section of the contract. */
  readonly section: string;
  readonly credential: Credential;
  /** Needed on the artifact that the path names, else on the project. Absent for `app-key`. */
  readonly permission?: Permission;
  readonly answers: AnswerForm;
  /** Absent when another part serves the operation, or nobody does. */
  readonly handle?: Handler;
  /** For the one operation whose app key comes in its body: checks and answers everything by itself. */
  readonly handleUnadmitted?: UnadmittedHandler;
  /** Who serves it else, or how it is refused. */
  readonly instead?: string;
}
