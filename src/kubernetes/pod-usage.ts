import type { KubernetesObject } from './object.ts';
import { quantityOf } from './quantity.ts';

/** What a pod used within the last seconds, as the cluster's metrics server says. */
export interface PodUsage {
  readonly labels: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of what its containers may use or, without a limit, of what they ask for; undefined without either. */
  readonly cpuPercent: number | undefined;
  readonly memoryPercent: number | undefined;
}

type Amounts = Readonly<Record<string, unknown>>;

interface MetricsParts {
  readonly timestamp?: string;
  readonly containers?: readonly { readonly usage?: Amounts }[];
}

interface PodParts {
  readonly spec?: {
    readonly containers?: readonly {
      readonly resources?: { readonly limits?: Amounts; readonly requests?: Amounts };
    }[];
  };
}

/** Sets what pods used against what they were given. Pure. */
export function podUsage(
  pods: readonly KubernetesObject[],
  metrics: readonly KubernetesObject[],
): PodUsage[] {
  const byName = new Map(metrics.map((one) => [one.metadata.name, one as KubernetesObject & MetricsParts]));
  return pods.flatMap((pod) => {
    const measured = byName.get(pod.metadata.name);
    const at = Date.parse(measured?.timestamp ?? '');
    if (measured === undefined || Number.isNaN(at)) return [];
    const given = ((pod as PodParts).spec?.containers ?? []).map(({ resources }) => resources);
    const used = (measured.containers ?? []).map(({ usage }) => usage);
    const percent = (name: 'cpu' | 'memory') => {
      const whole = sum(given.map((one) => one?.limits?.[name] ?? one?.requests?.[name]));
      const part = sum(used.map((usage) => usage?.[name]));
      return part === undefined || !whole ? undefined : (part / whole) * 100;
    };
    const labels = pod.metadata.labels ?? {};
    return [{ labels, at, cpuPercent: percent('cpu'), memoryPercent: percent('memory') }];
  });
}

/** Undefined where one of the quantities is not there. */
function sum(quantities: readonly unknown[]): number | undefined {
  return quantities.reduce<number | undefined>((total, text) => {
    const value = quantityOf(text);
    return total === undefined || value === undefined ? undefined : total + value;
  }, 0);
}
