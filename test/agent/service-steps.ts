import { randomUUID } from 'node:crypto';
import type { HealthCheck, ServiceStartStep } from '../../src/engine/index.ts';

/** A health check that finds out quickly. */
export const quickHealth: HealthCheck = {
  type: 'http',
  path: '/health',
  initialDelaySeconds: 0,
  periodSeconds: 0.1,
  timeoutSeconds: 0.5,
  readinessMisses: 2,
  livenessMisses: 1000,
};

/** A step that starts an instance of a bundle that the scripted server keeps. */
export function serviceStart(
  blob: { sha256: string; size: number },
  more: Partial<Omit<ServiceStartStep, 'health'>> & { readonly health?: Partial<HealthCheck> } = {},
) {
  return {
    kind: 'service-start',
    instance: randomUUID(),
    pool: 'test/pool/1',
    asset: { kind: 'bundle', blob },
    environment: {},
    stopGraceSeconds: 2,
    ...more,
    health: { ...quickHealth, ...more.health },
  } as const;
}
