import type { KubernetesObject } from './object.ts';
import { podTroubleOf } from './pod-trouble.ts';

/** A pod as an instance of a version. Times are epoch milliseconds. */
export interface PodInstance {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `running` all its containers run · `stopping` it is being deleted · `backing-off` they ended and are started again. */
  readonly state: 'starting' | 'running' | 'backing-off' | 'stopping' | 'stopped';
  /** The cluster sends it requests. */
  readonly isReady: boolean;
  /** Its node; null before it has one. */
  readonly node: string | null;
  readonly port: number | null;
  readonly restarts: number;
  readonly startedAt: number | null;
  /** What is wrong with it, one sentence. */
  readonly trouble: string | null;
}

interface PodParts {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly { readonly ports?: readonly { readonly containerPort?: number }[] }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly startTime?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly restartCount?: number;
      readonly state?: { readonly running?: { readonly startedAt?: string }; readonly waiting?: unknown };
    }[];
  };
}

/** Reads a pod. Pure. */
export function podInstance(pod: KubernetesObject): PodInstance {
  const { spec = {}, status = {} } = pod as PodParts & KubernetesObject;
  const { containerStatuses: containers = [], conditions = [] } = status;
  const restarts = containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
  const isRunning = containers.length > 0 && containers.every(({ state }) => state?.running !== undefined);
  const startedAt = Date.parse(containers[0]?.state?.running?.startedAt ?? status.startTime ?? '');
  const isGoing = pod.metadata.deletionTimestamp !== undefined;
  return {
    name: pod.metadata.name,
    labels: pod.metadata.labels ?? {},
    state: stateOf(status.phase, { isGoing, isRunning, restarts }),
    isReady: !isGoing && conditions.some((one) => one.type === 'Ready' && one.status === 'True'),
    node: spec.nodeName ?? null,
    port: spec.containers?.[0]?.ports?.[0]?.containerPort ?? null,
    restarts,
    startedAt: Number.isNaN(startedAt) ? null : startedAt,
    trouble: podTroubleOf(pod) ?? null,
  };
}

function stateOf(
  phase: string | undefined,
  { isGoing, isRunning, restarts }: { isGoing: boolean; isRunning: boolean; restarts: number },
): PodInstance['state'] {
  if (phase === 'Failed' || phase === 'Succeeded') return 'stopped';
  if (isGoing) return 'stopping';
  if (isRunning) return 'running';
  return restarts > 0 ? 'backing-off' : 'starting';
}
