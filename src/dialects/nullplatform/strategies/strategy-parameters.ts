import { wordOf } from '../input.ts';

/** A rule that rolls a deployment back while it holds (contract nullplatform 5.6). */
export interface MetricRule {
  readonly metric: string;
  readonly comparison: 'greater_than' | 'less_than' | 'equal';
  readonly threshold: number;
}

/** Traffic that the new version gets, and how long after the step before. */
export interface TrafficStep {
  readonly percentage: number;
  readonly intervalSeconds: number;
}

/** What a strategy does. */
export interface StrategyParameters {
  readonly steps: readonly TrafficStep[];
  readonly rules: readonly MetricRule[];
  /** Rules and steps that say nothing that can be followed, as they were given, for a warning. */
  readonly unreadable: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The metrics that rules may name, with or without `http.` before them. */
const measuredMetrics: readonly string[] = [
  ...['rpm', 'request_rate', 'error_rate', 'response_time', 'health', 'healthy_instances'],
];

const mostSteps = 100;
const longestIntervalSeconds = 86_400;

/**
 * Reads the parameters of a strategy leniently: values as they are, or as a JSON schema with defaults (contract
 * nullplatform 6.5). One step that is no list is repeated until 100 %.
 */
export function readStrategyParameters(parameters: unknown): StrategyParameters {
  const plain = plainValue(parameters, 0) as Fields;
  const metrics = objectOf(plain.metrics);
  const traffic = objectOf(plain.traffic);
  const given =
    traffic.steps ??
    plain.steps ??
    plain.traffic_steps ??
    (Array.isArray(plain.traffic) ? plain.traffic : undefined);
  const rules = metrics.enabled === false ? [] : listOf(metrics.rules);
  return {
    steps: stepsOf(given ?? (traffic.percentage === undefined ? [] : traffic)),
    rules: rules.flatMap((entry) => ruleOf(entry) ?? []),
    unreadable: [
      ...rules.filter((entry) => !ruleOf(entry)).map((entry) => `rule ${shortText(entry)}`),
      ...listOf(given)
        .filter((entry) => !stepOf(entry))
        .map((entry) => `step ${shortText(entry)}`),
    ],
  };
}

function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given.slice(0, mostSteps) : [];
}

function shortText(value: unknown): string {
  return JSON.stringify(value).slice(0, 200);
}

function plainValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 10) return value ?? {};
  const fields = value as Fields;
  if (Object.hasOwn(fields, 'default')) return fields.default;
  const parts = Object.hasOwn(fields, 'properties') ? objectOf(fields.properties) : fields;
  return Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, plainValue(part, depth + 1)]));
}

function stepsOf(given: unknown): TrafficStep[] {
  if (!Array.isArray(given)) {
    const step = stepOf(given);
    if (!step || step.percentage <= 0) return [];
    const count = Math.min(Math.ceil(100 / step.percentage), mostSteps);
    return Array.from({ length: count }, (_, index) => ({
      percentage: index === count - 1 ? 100 : Math.min(step.percentage * (index + 1), 100),
      intervalSeconds: step.intervalSeconds,
    }));
  }
  return listOf(given).flatMap((entry) => stepOf(entry) ?? []);
}

function stepOf(given: unknown): TrafficStep | undefined {
  const { percentage, interval } = objectOf(given);
  if (typeof percentage !== 'number' || !Number.isFinite(percentage)) return undefined;
  return {
    percentage: Math.round(Math.min(Math.max(percentage, 0), 100)),
    intervalSeconds: Math.min(Math.max(secondsOf(interval), 0), longestIntervalSeconds),
  };
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** A number of seconds, or `30s`, `5m`, `1h`. */
function secondsOf(interval: unknown): number {
  if (typeof interval === 'number' && Number.isFinite(interval)) return interval;
  const [, digits, unit = 's'] = /^(\d{1,6})\s*([smh])?$/.exec(wordOf(interval).trim()) ?? [];
  return digits === undefined ? 0 : Number(digits) * (units[unit] ?? 1);
}

function ruleOf(given: unknown): MetricRule | undefined {
  const { metric, comparison, threshold } = objectOf(given);
  const isKnown = comparison === 'greater_than' || comparison === 'less_than' || comparison === 'equal';
  const isMeasured = typeof metric === 'string' && measuredMetrics.includes(metric.replace(/^http\./, ''));
  return isMeasured && isKnown && typeof threshold === 'number'
    ? { metric, comparison, threshold }
    : undefined;
}

function objectOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
