import Type from 'typebox';

const literals = <const Values extends readonly string[]>(values: Values) =>
  Type.Union(values.map((value) => Type.Literal(value)));
const time = Type.Integer({ description: 'Epoch milliseconds' });
const optionalTime = Type.Union([time, Type.Null()]);
const optionalText = Type.Union([Type.String(), Type.Null()]);

/** All states of a rollout; the last three are ends. */
export const rolloutStates = [
  'queued',
  'running',
  'cancelling',
  'failing',
  'succeeded',
  'failed',
  'cancelled',
] as const;

const reason = Type.Union([
  literals([
    'unreachable',
    'lost',
    'timeout',
    'cancelled',
    'exit-code',
    'step-error',
    'interrupted',
    'lock-timeout',
    'expand',
    'server-lost',
    'stage-failed',
  ]),
  Type.Null(),
]);

const ended = { reason, reasonText: optionalText, startedAt: optionalTime, endedAt: optionalTime };

const summaryFields = {
  id: Type.String({ description: 'A UUIDv7' }),
  owner: Type.Object({ dialect: Type.String(), noun: Type.String(), id: Type.String() }),
  title: Type.String(),
  resource: Type.String({ description: 'The path that grants are checked on' }),
  requestedBy: Type.String(),
  state: literals(rolloutStates),
  acceptedAt: time,
  ...ended,
};

const stepRun = Type.Object({
  index: Type.Integer(),
  kind: Type.String(),
  name: Type.String(),
  state: literals(['pending', 'running', 'succeeded', 'failed', 'cancelled', 'skipped', 'interrupted']),
  exitCode: Type.Union([Type.Integer(), Type.Null()]),
  ...ended,
  stdoutBytes: Type.Integer({ description: 'Bytes written so far, cut ones included' }),
  stderrBytes: Type.Integer(),
});

const hostRun = Type.Object({
  id: Type.Integer(),
  host: Type.Union([Type.String(), Type.Null()], { description: 'Null in a stage that runs on the server' }),
  position: Type.Integer(),
  state: literals(['waiting', 'leased', 'running', 'succeeded', 'failed', 'cancelled', 'skipped', 'lost']),
  ...ended,
  steps: Type.Array(stepRun),
});

const stageView = Type.Object({
  index: Type.Integer(),
  name: Type.String(),
  compensation: Type.Boolean(),
  hostRuns: Type.Array(hostRun),
});

/** A page of rollouts, newest first. */
export const rolloutPage = Type.Object({
  items: Type.Array(Type.Object(summaryFields)),
  next: Type.Union([Type.String(), Type.Null()], { description: 'Give it as `before` for the next page' }),
});

/** One rollout with its stages, host runs and step runs. */
export const rolloutShape = Type.Object({ ...summaryFields, stages: Type.Array(stageView) });
