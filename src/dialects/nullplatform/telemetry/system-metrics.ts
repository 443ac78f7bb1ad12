import type { InstanceUsage } from '../../../engine/index.ts';

/** The metrics of hosts that are answered, each with what it is of one sample, in percent of what the host has. */
const systemMetrics: Readonly<Record<string, (usage: InstanceUsage) => number>> = {
  'system.cpu_usage_percentage': ({ cpuMilliseconds, milliseconds, cores }) =>
    share(cpuMilliseconds, milliseconds * cores),
  'system.memory_usage_percentage': ({ residentBytes, memoryBytes }) => share(residentBytes, memoryBytes),
};

/** The names of the metrics of hosts (contract nullplatform 6.5). */
export const systemMetricNames: readonly string[] = Object.keys(systemMetrics);

/** A point of a metric; `at` is the beginning of its period in epoch milliseconds. */
export interface MetricPoint {
  readonly at: number;
  readonly value: number;
}

/** Pure: the mean of the samples of each period, oldest first; percent with two decimals. */
export function systemMetric(
  metric: string,
  samples: readonly InstanceUsage[],
  periodSeconds: number,
): MetricPoint[] {
  const readValue = Object.hasOwn(systemMetrics, metric) ? systemMetrics[metric] : undefined;
  if (!readValue) return [];
  const period = periodSeconds * 1000;
  const periods = new Map<number, number[]>();
  for (const sample of samples) {
    const at = sample.at - (sample.at % period);
    const values = periods.get(at) ?? [];
    values.push(readValue(sample));
    periods.set(at, values);
  }
  return [...periods]
    .sort(([one], [other]) => one - other)
    .map(([at, values]) => ({ at, value: Math.round(mean(values) * 100) / 100 }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function share(part: number, whole: number): number {
  return whole > 0 ? (part / whole) * 100 : 0;
}
