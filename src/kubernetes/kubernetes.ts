import type { ServerStepHandler } from '../engine/index.ts';
import type { Clock, SecretVault } from '../storage/index.ts';
import { applyHandler } from './apply-step.ts';
import { Cluster } from './cluster.ts';
import type { ClusterSettings } from './cluster-access.ts';
import { deleteHandler } from './delete-step.ts';
import type { ApplyInput } from './filled-objects.ts';
import type { ObserveWorkload } from './observe-workload.ts';
import { createPods, type Pods } from './pods.ts';
import { repairObjects } from './repair.ts';
import type { WorkloadWaitInput } from './step-inputs.ts';
import type { TellRollout } from './step-patience.ts';
import { waitHandler } from './wait-step.ts';
import type { WorkloadState } from './workload.ts';
import { readWorkload } from './workload-reading.ts';

/** What a cluster is read and written with. */
export interface KubernetesParts {
  readonly settings: ClusterSettings;
  readonly secrets: Pick<SecretVault, 'reveal'>;
  readonly clock: Clock;
  readonly observe: ObserveWorkload;
  readonly tell: TellRollout;
}

/** A cluster as plans and timers use it. */
export interface Kubernetes {
  /** For `Engine.registerServerStep`: apply, wait and delete; each may be repeated. */
  readonly steps: readonly ServerStepHandler[];
  /**
   * Puts objects right that somebody changed or deleted; answers their names. `isStillWanted` is asked between reading
   * and writing, so that nothing that another wrote meanwhile is undone.
   */
  repair(input: ApplyInput, isStillWanted: () => Promise<boolean>, signal: AbortSignal): Promise<string[]>;
  /** How far a Deployment is, now. */
  workload(
    input: Pick<WorkloadWaitInput, 'deployment' | 'pods' | 'wanted'>,
    signal: AbortSignal,
  ): Promise<WorkloadState>;
  readonly pods: Pods;
}

/** Opens nothing: the cluster is called, and its configuration read, when it is needed. */
export function createKubernetes({ settings, secrets, clock, observe, tell }: KubernetesParts): Kubernetes {
  const cluster = new Cluster(settings, clock);
  return {
    steps: [
      applyHandler(cluster, secrets, tell),
      waitHandler(cluster, clock, observe, tell),
      deleteHandler(cluster, tell),
    ],
    repair: (input, isStillWanted, signal) => repairObjects(cluster, secrets, input, isStillWanted, signal),
    workload: (input, signal) => readWorkload(cluster, input, signal),
    pods: createPods(cluster),
  };
}
