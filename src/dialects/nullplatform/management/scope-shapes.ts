import Type, { type Static } from 'typebox';
import { approvalShape } from './approval-shapes.ts';
import { instanceShape, instancesProblem } from './instance-shapes.ts';
import { nullable, time } from './shape-parts.ts';

/** A deployment as the page of its scope shows it. */
export const versionShape = Type.Object({
  id: Type.Integer(),
  status: Type.String(),
  strategy: Type.String(),
  releaseId: Type.Integer(),
  semver: Type.String(),
  description: nullable(Type.String()),
  createdAt: time,
  /** Percent of the requests that go to it, and that somebody wants to. */
  switchedTraffic: Type.Integer(),
  desiredTraffic: Type.Integer(),
  wantedInstances: Type.Integer(),
  launchedInstances: Type.Integer(),
  healthyInstances: Type.Integer(),
  /** What may be asked of it in its status. */
  maySwitch: Type.Boolean(),
  mayFinalize: Type.Boolean(),
  mayCancel: Type.Boolean(),
});

/** What was said of a scope or one of its deployments. */
export const messageShape = Type.Object({
  id: Type.Integer(),
  level: Type.String(),
  message: Type.String(),
  at: time,
  deploymentId: nullable(Type.Integer()),
});

const measureShape = Type.Object({
  at: time,
  requests: Type.Integer(),
  errors: Type.Integer(),
  milliseconds: Type.Number({ description: 'The sum of the response times.' }),
});

const placeShape = Type.Object({ id: Type.Integer(), name: Type.String() });

/** A scope of the overview. */
export const scopeRowShape = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  type: Type.String(),
  status: Type.String(),
  domain: Type.String(),
  address: Type.String({ description: 'Where its instances are reached through the router.' }),
  dimensions: Type.Record(Type.String(), Type.String()),
  active: nullable(versionShape),
  inProgress: nullable(versionShape),
});

/** A page of what the caller may read, by organization and application. */
export const overviewShape = Type.Object({
  total: Type.Integer({
    description: 'How many match in all: scopes, and applications and organizations that have none.',
  }),
  organizations: Type.Array(
    Type.Object({
      ...placeShape.properties,
      applications: Type.Array(
        Type.Object({
          ...placeShape.properties,
          account: Type.String(),
          namespace: Type.String(),
          scopes: Type.Array(scopeRowShape),
        }),
      ),
    }),
  ),
});

/** All that the page of a scope shows. */
export const scopePageShape = Type.Object({
  ...scopeRowShape.properties,
  application: placeShape,
  hosts: Type.Array(Type.String()),
  mayDeploy: Type.Boolean({ description: 'Whether the caller may deploy, switch, finalise and cancel.' }),
  mayRelease: Type.Boolean({ description: 'Whether the caller may make releases of builds.' }),
  traffic: Type.Array(
    Type.Object({ deploymentId: Type.Integer(), weight: Type.Integer({ description: 'Percent.' }) }),
  ),
  instances: Type.Array(instanceShape),
  instancesProblem,
  measures: Type.Object({
    periodSeconds: Type.Integer(),
    active: Type.Array(measureShape),
    inProgress: Type.Array(measureShape),
  }),
  guidance: nullable(
    Type.Object(
      {
        approval: nullable(approvalShape),
        plan: nullable(Type.String({ description: 'The strategy that moves its traffic by itself.' })),
      },
      { description: 'What the deployment that is rolled out waits for and follows.' },
    ),
  ),
  history: Type.Array(
    Type.Object({
      id: Type.Integer(),
      status: Type.String(),
      isActive: Type.Boolean({ description: 'Whether it serves the scope.' }),
      strategy: Type.String(),
      semver: Type.String(),
      description: nullable(Type.String()),
      createdAt: time,
    }),
    { description: 'The last 20 deployments, the newest first.' },
  ),
  messages: Type.Array(messageShape),
});

export type Version = Static<typeof versionShape>;
export type ScopeRow = Static<typeof scopeRowShape>;
export type Overview = Static<typeof overviewShape>;
export type ScopePage = Static<typeof scopePageShape>;
