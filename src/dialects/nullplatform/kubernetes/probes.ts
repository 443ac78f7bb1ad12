import type { HealthCheck } from '../../../engine/index.ts';

/** Misses until a start is given up (contract nullplatform 5.2). */
const startupMisses = 90;

/** The three probes of a container (contract nullplatform 5.2). Pure. */
export function probesOf(health: HealthCheck, port: number) {
  const probe = (failureThreshold: number) => ({
    ...(health.type === 'tcp' ? { tcpSocket: { port } } : { httpGet: { path: health.path, port } }),
    initialDelaySeconds: Math.round(health.initialDelaySeconds),
    periodSeconds: Math.ceil(health.periodSeconds),
    timeoutSeconds: Math.ceil(health.timeoutSeconds),
    failureThreshold,
  });
  return {
    startupProbe: probe(startupMisses),
    readinessProbe: probe(health.readinessMisses),
    livenessProbe: probe(health.livenessMisses),
  };
}
