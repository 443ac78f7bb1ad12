import Type, { type Static } from 'typebox';
import { agentStepCommon } from './common.ts';

/**
 * Stops instances and removes what they left on the host: TERM, KILL after their grace time, for the group and every
 * process that carries the instance's mark. Instances that are not there count as stopped. Idempotent.
 */
export const serviceStopStep = Type.Object({
  ...agentStepCommon,
  kind: Type.Literal('service-stop'),
  instances: Type.Array(Type.String({ pattern: '^[0-9a-f-]{36}$' }), { minItems: 1, maxItems: 1000 }),
});

export type ServiceStopStep = Static<typeof serviceStopStep>;
