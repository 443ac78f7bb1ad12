import Type, { type Static } from 'typebox';
import { nullable, time } from './shape-parts.ts';

/** What a deployment waits for, and what the caller may do about it. */
export const approvalShape = Type.Object({
  id: Type.Integer(),
  status: Type.String(),
  executionStatus: Type.String(),
  policy: Type.String({ description: 'The name of the policy that asks for it.' }),
  askedBy: nullable(Type.String({ description: 'Who wants to deploy; null for somebody who was removed.' })),
  askedAt: time,
  decidedBy: nullable(Type.String()),
  expiresAt: time,
  mayDecide: Type.Boolean({ description: 'Whether the caller may approve or deny it now.' }),
  mayStart: Type.Boolean({ description: 'Whether it is approved and the caller may start the deployment.' }),
});

/** Everything that waits for the caller, the oldest first. */
export const waitingShape = Type.Object({
  waiting: Type.Array(
    Type.Object({
      approval: approvalShape,
      deploymentId: Type.Integer(),
      semver: Type.String(),
      description: nullable(Type.String()),
      scope: Type.Object({ id: Type.Integer(), name: Type.String() }),
      application: Type.String(),
    }),
  ),
});

export type ApprovalView = Static<typeof approvalShape>;
export type Waiting = Static<typeof waitingShape>;
