import Type, { type Static } from 'typebox';
import { agentStep } from './steps/index.ts';

/**
 * The one intermediate form: what a rollout does, as pure data. A dialect compiles a request into a plan; the engine
 * stores it with the rollout and executes it. Times are in seconds here, as people write them.
 */

/** A step that the server runs as durable work, between agent steps of one host run or in a stage without hosts. */
export const serverStep = Type.Object({
  where: Type.Literal('server'),
  /** The name of a handler that was registered with the engine (`Engine.registerServerStep`). */
  kind: Type.String({ maxLength: 100 }),
  name: Type.String({ maxLength: 200 }),
  input: Type.Unknown(),
  timeoutSeconds: Type.Integer({ minimum: 1, maximum: 86_400 }),
  onFailure: Type.Optional(Type.Union([Type.Literal('fail'), Type.Literal('ignore')])),
  onCancel: Type.Optional(Type.Union([Type.Literal('kill'), Type.Literal('finish')])),
});

/** One thing to do, on a host or on the server. */
export const step = Type.Union([agentStep, serverStep]);

/** What the loss of the driving server means: go on, fail with compensation, or cancel. */
export const lossPolicy = Type.Union([Type.Literal('resume'), Type.Literal('fail'), Type.Literal('cancel')]);

/** What a list of hosts does, with a barrier at its end. The defaults of the optional fields are the first value named. */
export const stage = Type.Object({
  name: Type.String({ maxLength: 200 }),
  /** Host names in order of execution; absent: the stage runs once, on the server, and has server steps only. A host may stand once. */
  hosts: Type.Optional(Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 10_000 })),
  /** `all`, or `one`: the first of `hosts` that is up when the stage's turn comes (the first of all when none is). */
  select: Type.Optional(Type.Union([Type.Literal('all'), Type.Literal('one')])),
  /** The size of the sliding window; 0: all at once. Default 0. */
  concurrency: Type.Optional(Type.Integer({ minimum: 0 })),
  /** `stop`: start nobody new; `continue`; `abort`: also cancel the running ones. */
  onFailure: Type.Optional(
    Type.Union([Type.Literal('stop'), Type.Literal('continue'), Type.Literal('abort')]),
  ),
  whenDown: Type.Optional(Type.Union([Type.Literal('fail'), Type.Literal('skip')])),
  /** Unheard for so long counts as down. Default 30. */
  downAfterSeconds: Type.Optional(Type.Integer({ minimum: 5, maximum: 3600 })),
  /** The whole stage; default none. Waiting host runs end `cancelled`, running ones are cancelled, the stage fails. */
  timeoutSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
  /** Once entered: no cancel, no compensation, resumed after any crash. */
  final: Type.Optional(Type.Boolean()),
  /** Runs only when an earlier stage failed or the rollout was cancelled, in order, however the other compensations end. */
  compensation: Type.Optional(Type.Boolean()),
  /** Whether each host run takes the lock `host:<name>` before it starts. Default true; false for instances and routes. */
  hostLock: Type.Optional(Type.Boolean()),
  onServerLoss: Type.Optional(lossPolicy),
  /** The steps of every host run, in order. Absent in a deferred stage. */
  steps: Type.Optional(Type.Array(step, { minItems: 1, maxItems: 200 })),
  /** Steps for one host that differ from `steps`: by host name. */
  stepsByHost: Type.Optional(Type.Record(Type.String(), Type.Array(step, { minItems: 1, maxItems: 200 }))),
  /** Deferred: when the stage's turn comes, the owner's pure `expand` makes its steps from earlier outputs. */
  deferred: Type.Optional(Type.Object({ expand: Type.String({ maxLength: 100 }), input: Type.Unknown() })),
});

/** A named right that the rollout queues for before its first stage and holds to its end. */
export const planLock = Type.Object({
  name: Type.String({ maxLength: 200 }),
  /** Longest wait; then the rollout ends `failed` with the reason `lock-timeout`. Default: no limit. */
  waitSeconds: Type.Optional(Type.Integer({ minimum: 1 })),
});

/** The whole plan: what a rollout does, in order. */
export const plan = Type.Object({
  stages: Type.Array(stage, { minItems: 1, maxItems: 100 }),
  locks: Type.Optional(Type.Array(planLock, { maxItems: 100 })),
  /** What the loss of the driving server means for a rollout that is still queued. Default `resume`. */
  onServerLossWhileQueued: Type.Optional(lossPolicy),
});

export type ServerStep = Static<typeof serverStep>;
export type Step = Static<typeof step>;
export type Stage = Static<typeof stage>;
export type PlanLock = Static<typeof planLock>;
export type Plan = Static<typeof plan>;
export type LossPolicy = Static<typeof lossPolicy>;
