import Type, { type Static } from 'typebox';
import { nullable, time } from './shape-parts.ts';

/** A process on a host or a pod of a cluster that runs a version. */
export const instanceShape = Type.Object({
  id: Type.String({ description: 'Of a pod, its name.' }),
  isPod: Type.Boolean(),
  deploymentId: Type.Integer(),
  host: nullable(Type.String({ description: 'Of a pod, its node; null before it has one.' })),
  isHostDown: Type.Boolean({
    description: 'Its host is not heard: what is said of it is how it was when it was. Never of a pod.',
  }),
  state: Type.String(),
  healthy: Type.Boolean(),
  port: nullable(Type.Integer()),
  startedAt: nullable(time),
  restarts: Type.Integer(),
  trouble: nullable(Type.String({ description: 'What is wrong with it, for people.' })),
});

/** Why the instances of a cluster are not known; null while they are. */
export const instancesProblem = nullable(
  Type.String({ description: 'Why the pods are not known: the cluster does not answer.' }),
);

export type InstanceView = Static<typeof instanceShape>;
