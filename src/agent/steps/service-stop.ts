import type { ServiceStopStep } from '../../engine/steps/index.ts';
import { type StepOutcome, succeeded } from './outcome.ts';
import type { StepContext } from './step-context.ts';

/** Stops instances; done when nothing of them is left and the server knows it. */
export async function serviceStop(step: ServiceStopStep, context: StepContext): Promise<StepOutcome> {
  await context.supervisor.stop(step.instances);
  await context.instanceReporter.stored(context.signal);
  return succeeded;
}
