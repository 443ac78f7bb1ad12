import type { KubernetesObject } from './object.ts';
import { podsNotReady, podTroubles } from './pod-trouble.ts';

/** How far a Deployment of the cluster is. */
export interface WorkloadState {
  readonly wanted: number;
  /** Containers that were started. */
  readonly launched: number;
  /** Instances that are ready and available. */
  readonly healthy: number;
  /** Every wanted instance is launched, of this version, ready and available (contract nullplatform 5.2). */
  readonly isWell: boolean;
  /** What is wrong with its pods, one sentence each. */
  readonly troubles: readonly string[];
  /** Pods that are not ready, as every pod is for a while; one sentence each. */
  readonly notReady: readonly string[];
}

interface DeploymentParts {
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/**
 * Reads the state from the Deployment and its pods. `least` instances are wanted: an autoscaler that asks for more at the
 * moment makes no version unwell (contract nullplatform 5.2). Pure.
 */
export function workloadState(
  deployment: KubernetesObject | undefined,
  pods: readonly KubernetesObject[],
  least: number,
): WorkloadState {
  if (!deployment) {
    const troubles = ['it does not exist'];
    return { wanted: least, launched: 0, healthy: 0, isWell: false, troubles, notReady: [] };
  }
  const { status = {} } = deployment as DeploymentParts & KubernetesObject;
  const isSeen = (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0);
  const updated = status.updatedReplicas ?? 0;
  const ready = Math.min(status.readyReplicas ?? 0, updated);
  const healthy = Math.min(status.availableReplicas ?? 0, ready);
  const running = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined);
  const launched = Math.max(healthy, running.filter(isStarted).length);
  const isWell = isSeen && updated >= least && healthy >= least && (status.replicas ?? 0) === updated;
  return {
    ...{ wanted: least, launched, healthy, isWell },
    troubles: isWell ? [] : [...creationTroubles(status.conditions), ...podTroubles(running)],
    notReady: isWell ? [] : podsNotReady(running),
  };
}

/** Pods that could not even be made: quotas, admission. */
function creationTroubles(conditions: readonly Condition[] = []): string[] {
  return conditions
    .filter(({ type, status }) => type === 'ReplicaFailure' && status === 'True')
    .map(({ reason, message }) => `pods cannot be made: ${message ?? reason ?? 'no reason was given'}`);
}

function isStarted(pod: KubernetesObject): boolean {
  const { containerStatuses = [] } = (pod.status ?? {}) as {
    containerStatuses?: readonly { readonly state?: { readonly running?: unknown } }[];
  };
  return containerStatuses.length > 0 && containerStatuses.every(({ state }) => state?.running !== undefined);
}
