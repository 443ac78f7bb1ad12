import Type, { type Static } from 'typebox';
import { agentStepCommon } from './common.ts';

/** Where the agent gets what an instance runs. It fetches a URL in its host's own network. */
export const serviceAsset = Type.Union([
  /** A zip or tar.gz with a `Procfile` at its root, from the server's blob store. */
  Type.Object({
    kind: Type.Literal('bundle'),
    blob: Type.Object({
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      size: Type.Integer({ minimum: 0 }),
    }),
  }),
  /** The same from a URL; verified when a hash is given. */
  Type.Object({
    kind: Type.Literal('bundle'),
    url: Type.String({ pattern: '^https?://', maxLength: 4096 }),
    sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
  }),
  /** An image that the host's podman or docker pulls; refused clearly where the host has neither. */
  Type.Object({
    kind: Type.Literal('docker-image'),
    image: Type.String({ minLength: 1, maxLength: 1000 }),
    /** The port that the program listens on inside the container; published on the instance's port. */
    containerPort: Type.Integer({ minimum: 1, maximum: 65_535 }),
  }),
]);

/** How the agent finds out whether an instance is well. Times are in seconds. */
export const healthCheck = Type.Object({
  type: Type.Union([Type.Literal('http'), Type.Literal('tcp')]),
  /** HTTP only. */
  path: Type.String({ maxLength: 2000 }),
  /** Before the first probe. */
  initialDelaySeconds: Type.Number({ minimum: 0, maximum: 3600 }),
  /** Between probes of an instance that was well once; one that starts is probed more often, so that nobody waits for it. */
  periodSeconds: Type.Number({ minimum: 0.05, maximum: 3600 }),
  timeoutSeconds: Type.Number({ minimum: 0.05, maximum: 3600 }),
  /** Misses in a row after which an instance that was well gets no requests any more. */
  readinessMisses: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** Misses in a row after which an instance that was well is started again. */
  livenessMisses: Type.Integer({ minimum: 1, maximum: 1000 }),
});

/**
 * Starts one instance and supervises it from then on, beyond the step and beyond the rollout: own working directory,
 * own environment with `PORT`, restart with backoff. Done when the process runs; a `health-check` step waits until it
 * is well. Idempotent: an instance with this id that runs already is left as it is.
 */
export const serviceStartStep = Type.Object({
  ...agentStepCommon,
  kind: Type.Literal('service-start'),
  /** A UUID; names the instance everywhere. */
  instance: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
  /** The pool that the instance belongs to; made, with the rollout's owner, when a plan first names it. */
  pool: Type.String({ minLength: 1, maxLength: 200 }),
  asset: serviceAsset,
  /** The line of the Procfile to run. Default `web`. */
  process: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  environment: Type.Record(Type.String(), Type.String()),
  /** Files to write before the start: relative to the working directory (absolute paths for containers only), text in UTF-8 or Base64. */
  files: Type.Optional(
    Type.Array(
      Type.Object({
        path: Type.String({ minLength: 1, maxLength: 1000 }),
        content: Type.String({ maxLength: 1_048_576 }),
        encoding: Type.Union([Type.Literal('utf8'), Type.Literal('base64')]),
      }),
      { maxItems: 1000 },
    ),
  ),
  health: healthCheck,
  /** Between TERM and KILL when it is stopped. */
  stopGraceSeconds: Type.Integer({ minimum: 0, maximum: 3600 }),
});

export type ServiceStartStep = Static<typeof serviceStartStep>;
/** Where the agent gets what an instance runs. */
export type ServiceAsset = Static<typeof serviceAsset>;
/** How the agent finds out whether an instance is well. Times are in seconds. */
export type HealthCheck = Static<typeof healthCheck>;
