import type { KubernetesObject } from './object.ts';

interface Ended {
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: unknown;
    readonly terminated?: Ended;
  };
  readonly lastState?: { readonly terminated?: Ended };
}

interface PodStatus {
  readonly phase?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly conditions?: readonly { type: string; status: string; reason?: string; message?: string }[];
}

const imageReasons = new Set(['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName', 'ErrImageNeverPull']);
const most = 5;

/** What is wrong with each pod, told apart by its reason (contract nullplatform 3.4); at most five. Pure. */
export function podTroubles(pods: readonly KubernetesObject[]): string[] {
  return ofPods(pods, podTroubleOf);
}

/** Which pods are merely not ready yet, and what the cluster says of that; at most five. Pure. */
export function podsNotReady(pods: readonly KubernetesObject[]): string[] {
  return ofPods(pods, (pod) => (podTroubleOf(pod) === undefined ? notReady(pod) : undefined));
}

function ofPods(
  pods: readonly KubernetesObject[],
  read: (pod: KubernetesObject) => string | undefined,
): string[] {
  const all = pods.flatMap((pod) => {
    const text = read(pod);
    return text === undefined ? [] : [`pod ${pod.metadata.name}: ${text}`];
  });
  return all.length > most ? [...all.slice(0, most), `and ${all.length - most} pods more`] : all;
}

/** What is wrong with one pod; undefined when nothing is, or when it is merely not ready. Pure. */
export function podTroubleOf({ status: unread }: KubernetesObject): string | undefined {
  const status = (unread ?? {}) as PodStatus;
  if (status.phase === 'Failed' && status.reason !== undefined) {
    return `the cluster ended it (${status.reason}): ${status.message ?? 'no reason was given'}`;
  }
  for (const container of status.containerStatuses ?? []) {
    const trouble = containerTrouble(container);
    if (trouble !== undefined) return trouble;
  }
  const unscheduled = status.conditions?.find(
    (condition) => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  return unscheduled && `no node takes it: ${unscheduled.message ?? unscheduled.reason ?? 'unschedulable'}`;
}

function notReady({ status: unread }: KubernetesObject): string | undefined {
  const { conditions = [] } = (unread ?? {}) as PodStatus;
  const unready = conditions.find(({ type, status }) => type === 'ContainersReady' && status === 'False');
  return (
    unready && `the readiness probe has not succeeded: ${unready.message ?? unready.reason ?? 'not ready'}`
  );
}

function containerTrouble({ state, lastState, restartCount = 0 }: ContainerStatus): string | undefined {
  const { waiting } = state ?? {};
  const ended = state?.terminated ?? lastState?.terminated;
  if (waiting?.reason !== undefined && imageReasons.has(waiting.reason)) {
    return `the image cannot be pulled (${waiting.reason}): ${waiting.message ?? 'no reason was given'}`;
  }
  if (waiting?.reason === 'CreateContainerConfigError' || waiting?.reason === 'CreateContainerError') {
    return `the container cannot be made (${waiting.reason}): ${waiting.message ?? 'no reason was given'}`;
  }
  if (!ended || (state?.running !== undefined && restartCount === 0)) return undefined;
  if (ended.reason === 'OOMKilled') return 'the process was ended because it was out of memory (OOMKilled)';
  const again = waiting?.reason === 'CrashLoopBackOff' ? ' again and again (CrashLoopBackOff)' : '';
  return `the process ended${again} with exit code ${ended.exitCode ?? 'unknown'}`;
}
