import type { HealthCheck } from '../../../engine/index.ts';
import { wordOf } from '../input.ts';

type Capabilities = Readonly<Record<string, unknown>>;

const readinessMisses = 3;
const livenessMisses = 9;

/** How instances of a scope are probed: its capability `health_check`, with defaults and bounds of contract nullplatform 5.2. */
export function healthOf(capabilities: Capabilities): HealthCheck {
  const given = objectOf(capabilities.health_check);
  const type = wordOf(given.type).toLowerCase() === 'tcp' ? 'tcp' : 'http';
  const timeoutSeconds = bounded(given.timeout_seconds, 5, 1, 60);
  return {
    type,
    path: pathOf(given.path),
    initialDelaySeconds: bounded(given.initial_delay_seconds, 30, 0, 300),
    periodSeconds: Math.max(bounded(given.period_seconds, 10, 1, 300), timeoutSeconds),
    timeoutSeconds,
    readinessMisses,
    livenessMisses,
  };
}

/** How many instances a scope wants: `fixed_instances` (1 to 10), or the least that its scaling allows. */
export function wantedInstances(capabilities: Capabilities): number {
  const scaling = objectOf(capabilities.autoscaling);
  if (
    capabilities.scaling_type === 'auto' ||
    (capabilities.scaling_type !== 'fixed' && scaling.min_replicas)
  ) {
    return Math.round(bounded(scaling.min_replicas, 1, 1, 10));
  }
  return Math.round(bounded(capabilities.fixed_instances, 1, 1, 10));
}

/** The port that a container listens on: `main_http_port`, 8080 by default. */
export function containerPortOf(capabilities: Capabilities): number {
  return Math.round(bounded(capabilities.main_http_port, 8080, 1024, 65_535));
}

function pathOf(value: unknown): string {
  if (typeof value !== 'string' || value === '') return '/health';
  return (value.startsWith('/') ? value : `/${value}`).slice(0, 2000);
}

function bounded(value: unknown, standard: number, least: number, most: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return standard;
  return Math.min(Math.max(number, least), most);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
