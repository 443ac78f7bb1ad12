import { wantedInstances } from '../deployments/capabilities.ts';
import { wordOf } from '../input.ts';

/** How many instances a version has at least and at most, and at which load another one is started. */
export interface Scaling {
  readonly least: number;
  readonly most: number;
  /** Average use of the processor, in percent of what is requested. */
  readonly cpuPercent: number;
}

const standardCpuPercent = 80;
const mostReplicas = 100;

/** Reads the capabilities `scaling_type`, `fixed_instances` and `autoscaling` (contract nullplatform 5.2). Pure. */
export function scalingOf(capabilities: Readonly<Record<string, unknown>>): Scaling {
  const least = wantedInstances(capabilities);
  const { autoscaling, scaling_type: type } = capabilities;
  const given = typeof autoscaling === 'object' && autoscaling !== null ? autoscaling : {};
  const { max_replicas: most, target_cpu_utilization: cpu } = given as Record<string, unknown>;
  return {
    least,
    most: type === 'fixed' ? least : Math.max(least, integer(most, least, mostReplicas)),
    cpuPercent: Math.max(1, integer(cpu, standardCpuPercent, 100)),
  };
}

/** What the autoscaler measures the use of the processor by, where the scope says nothing. */
const standardMillicores = 100;

/**
 * What a container asks the cluster for: memory of `requested_spec`, which is also its limit, and the capability
 * `cpu_millicores`, which is not. Pure.
 */
export function resourcesOf(
  requestedSpec: Readonly<Record<string, unknown>>,
  capabilities: Readonly<Record<string, unknown>>,
) {
  const gigabytes = Number(wordOf(requestedSpec.memory_in_gb));
  const memory =
    Number.isFinite(gigabytes) && gigabytes > 0 ? { memory: `${Math.ceil(gigabytes * 1024)}Mi` } : undefined;
  const millicores = integer(capabilities.cpu_millicores, standardMillicores, 1_000_000);
  return {
    requests: { cpu: `${Math.max(1, millicores)}m`, ...memory },
    ...(memory ? { limits: memory } : {}),
  };
}

function integer(value: unknown, standard: number, most: number): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return standard;
  return Math.min(Math.round(number), most);
}
