import type { MetricRule } from './strategy-parameters.ts';

/** What was measured of the new version in the window. */
export interface Measured {
  readonly requests: number;
  readonly errors: number;
  /** Sum over the requests. */
  readonly milliseconds: number;
  readonly windowSeconds: number;
  readonly healthy: number;
  readonly wanted: number;
}

/** The value of a metric; undefined where nothing was measured that it could be taken from. */
export function metricValue(metric: string, measured: Measured): number | undefined {
  const { requests, errors, milliseconds, windowSeconds, healthy, wanted } = measured;
  switch (metric.replace(/^http\./, '')) {
    case 'rpm':
    case 'request_rate':
      return (requests * 60) / windowSeconds;
    case 'error_rate':
      return requests === 0 ? undefined : errors / requests;
    case 'response_time':
      return requests === 0 ? undefined : milliseconds / requests;
    case 'health':
    case 'healthy_instances':
      return wanted === 0 ? undefined : healthy / wanted;
    default:
      return undefined;
  }
}

/** The first rule that holds, in words; undefined when all is well. */
export function brokenRule(rules: readonly MetricRule[], measured: Measured): string | undefined {
  for (const { metric, comparison, threshold } of rules) {
    const value = metricValue(metric, measured);
    if (value === undefined || !holds(value, comparison, threshold)) continue;
    const rounded = Math.round(value * 1000) / 1000;
    return `The rule ${metric} ${comparison.replace('_', ' ')} ${threshold} holds: it is ${rounded}`;
  }
  return undefined;
}

function holds(value: number, comparison: MetricRule['comparison'], threshold: number): boolean {
  if (comparison === 'greater_than') return value > threshold;
  if (comparison === 'less_than') return value < threshold;
  return value === threshold;
}

const closeLookMilliseconds = 5 * 60_000;

/** When the rules are looked at again: every 30 s in the first five minutes, then every minute (contract nullplatform 5.6). */
export function nextLookSeconds(runningForMilliseconds: number): number {
  return runningForMilliseconds < closeLookMilliseconds ? 30 : 60;
}
