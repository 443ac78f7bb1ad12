import type { Blob } from '../storage/index.ts';
import type { Plan, Step } from './plan.ts';

/** The blobs that steps put on hosts, each once. */
export function blobsOfSteps(steps: readonly Step[]): Blob[] {
  const blobs = new Map<string, Blob>();
  for (const step of steps) {
    const blob = blobOfStep(step);
    if (blob) blobs.set(blob.sha256, blob);
  }
  return [...blobs.values()];
}

function blobOfStep(step: Step): Blob | undefined {
  if (step.where !== 'agent') return undefined;
  if (step.kind === 'put-file') return step.blob;
  return step.kind === 'service-start' && 'blob' in step.asset ? step.asset.blob : undefined;
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
