import Type, { type Static } from 'typebox';
import { agentStepCommon } from './common.ts';

/**
 * Fetches a blob from the server (resumed by Range, verified by sha-256) and puts it at `<directory>/<fileName>`:
 * temporary name beside it, fsync, rename. Idempotent. Output on success: `Success`.
 */
export const putFileStep = Type.Object({
  ...agentStepCommon,
  kind: Type.Literal('put-file'),
  blob: Type.Object({
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    size: Type.Integer({ minimum: 0 }),
  }),
  /** Made when missing; `~` at the start is the home of the agent's user. */
  directory: Type.String({ minLength: 1, maxLength: 4096 }),
  /** One path segment. */
  fileName: Type.String({ minLength: 1, maxLength: 255 }),
  /** POSIX permission bits; default: those of the file that is replaced, else 0644. */
  mode: Type.Optional(Type.Integer({ minimum: 0, maximum: 0o7777 })),
});

export type PutFileStep = Static<typeof putFileStep>;
