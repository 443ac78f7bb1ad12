import type { Blob } from '../storage/index.ts';
import type { Plan, Step } from './plan.ts';

/** The blobs that steps put on hosts, each once. */
export function blobsOfSteps(steps: readonly Step[]): Blob[] {
  const blobs = new Map<string, Blob>();
  for (const step of steps) {
    if (step.where === 'agent' && step.kind === 'put-file') blobs.set(step.blob.sha256, step.blob);
  }
  return [...blobs.values()];
}

/** The blobs that a plan names, each once; a rollout retains them until it has ended. */
export function blobsOfPlan(plan: Plan): Blob[] {
  return blobsOfSteps(
    plan.stages.flatMap((stage) => [
      ...(stage.steps ?? []),
      ...Object.values(stage.stepsByHost ?? {}).flat(),
    ]),
  );
}
