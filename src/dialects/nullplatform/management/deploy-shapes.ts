import Type, { type Static } from 'typebox';
import { nullable, time } from './shape-parts.ts';

const buildShape = Type.Object({
  id: Type.Integer(),
  branch: nullable(Type.String()),
  commit: Type.String(),
  description: nullable(Type.String()),
  createdAt: time,
  assets: Type.Array(Type.String(), { description: 'The names of its assets.' }),
});

/** What can be deployed to a scope. */
export const choicesShape = Type.Object({
  releases: Type.Array(
    Type.Object({
      id: Type.Integer(),
      semver: Type.String(),
      createdAt: time,
      build: nullable(buildShape),
    }),
    { description: 'Active releases of the application, the newest first.' },
  ),
  builds: Type.Array(buildShape, { description: 'Successful builds without a release, the newest first.' }),
  nextSemver: Type.String({ description: 'The version that a release without one gets.' }),
  assetName: nullable(
    Type.String({ description: 'The asset that the scope runs, unless another is named.' }),
  ),
  strategies: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })),
  /** The approval policy that a deployment meets now. */
  policy: nullable(
    Type.Object({ name: Type.String(), decision: Type.String({ description: '`manual` or `deny`.' }) }),
  ),
});

/** A deployment that is wanted. */
export const newDeploymentShape = Type.Object(
  {
    releaseId: Type.Integer({ minimum: 1 }),
    traffic: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 100, description: 'Percent that it gets as soon as it runs.' }),
    ),
    description: Type.Optional(Type.String({ maxLength: 2000 })),
    strategyId: Type.Optional(Type.Integer({ minimum: 1 })),
    assetName: Type.Optional(Type.String({ maxLength: 300 })),
  },
  { additionalProperties: false },
);

/** A release that is wanted of a build. */
export const newReleaseShape = Type.Object(
  { semver: Type.Optional(Type.String({ maxLength: 256 })) },
  { additionalProperties: false },
);

export type Choices = Static<typeof choicesShape>;
