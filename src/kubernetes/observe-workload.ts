import type { WorkloadState } from './workload.ts';

/** Hears how far the workload of a subject is, while a step waits for it; `isOver` when the step gave it up. */
export type ObserveWorkload = (subject: string, state: WorkloadState, isOver: boolean) => Promise<void>;
