import type { WorkloadState } from './workload.ts';

/**
 * Hears how far the workload of a subject is, while a step waits for it. Its troubles are those that it has not heard
 * of before, or all of them when the step gave the workload up (`isOver`).
 */
export type ObserveWorkload = (subject: string, state: WorkloadState, isOver: boolean) => Promise<void>;
