import Type, { type Static } from 'typebox';
import { agentStepCommon } from './common.ts';

/**
 * Waits until all instances are well, and until the server has stored that they are. Fails at once when one of them is
 * in a crash loop, and at its timeout with the last reason of the first that is not well. Idempotent.
 */
export const healthCheckStep = Type.Object({
  ...agentStepCommon,
  kind: Type.Literal('health-check'),
  instances: Type.Array(Type.String({ pattern: '^[0-9a-f-]{36}$' }), { minItems: 1, maxItems: 1000 }),
});

export type HealthCheckStep = Static<typeof healthCheckStep>;
