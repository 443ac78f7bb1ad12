import Type, { type Static } from 'typebox';
import { approvalShape } from './approval-shapes.ts';
import { instanceShape, instancesProblem } from './instance-shapes.ts';
import { messageShape, versionShape } from './scope-shapes.ts';
import { nullable, time } from './shape-parts.ts';

/** All that the page of a deployment shows. */
export const deploymentPageShape = Type.Object({
  ...versionShape.properties,
  isActive: Type.Boolean({ description: 'Whether it serves the scope.' }),
  isInProgress: Type.Boolean({ description: 'Whether it is the one that is rolled out.' }),
  askedBy: nullable(Type.String({ description: 'Null for somebody who was removed.' })),
  changedAt: time,
  scope: Type.Object({ id: Type.Integer(), name: Type.String() }),
  application: Type.Object({ id: Type.Integer(), name: Type.String() }),
  build: nullable(
    Type.Object({ id: Type.Integer(), branch: nullable(Type.String()), commit: Type.String() }),
  ),
  approval: nullable(approvalShape),
  plan: nullable(Type.String({ description: 'The strategy that moves its traffic by itself.' })),
  actions: Type.Array(
    Type.Object({
      id: Type.String(),
      slug: Type.String(),
      status: Type.String(),
      traffic: nullable(Type.Integer({ description: 'Percent, of a switch.' })),
      createdAt: time,
      changedAt: time,
      rolloutId: nullable(
        Type.String({
          description: 'The rollout that carried it out; null for one of an agent of your own.',
        }),
      ),
    }),
    { description: 'What was done, the newest first.' },
  ),
  instances: Type.Array(instanceShape, {
    description: 'Those included that have ended, for a day; of a cluster those that are there.',
  }),
  instancesProblem,
  messages: Type.Array(messageShape, { description: 'The last 500, the oldest first.' }),
});

/**
 * What has become of the end of a log since the last event: of the lines that were told the first `dropped` go, so many
 * `kept` ones stand behind them, and `lines` follow.
 */
export const logChangeShape = Type.Object({
  dropped: Type.Integer(),
  kept: Type.Integer(),
  lines: Type.Array(
    Type.Object({
      instance: Type.String(),
      at: time,
      stream: nullable(Type.Union([Type.Literal('stdout'), Type.Literal('stderr')])),
      text: Type.String(),
    }),
  ),
});

export type DeploymentPage = Static<typeof deploymentPageShape>;
export type LogChange = Static<typeof logChangeShape>;
