import type { ServiceStartStep } from '../../engine/steps/index.ts';
import { StepError, type StepOutcome, succeeded } from './outcome.ts';
import type { StepContext } from './step-context.ts';

/**
 * Starts an instance and waits until its process runs; the supervisor has it from then on. Fails when its asset cannot
 * be had, or when it was started and ended so often that it counts as a crash loop.
 */
export async function serviceStart(step: ServiceStartStep, context: StepContext): Promise<StepOutcome> {
  const { supervisor, signal } = context;
  const { instance, pool, asset, process, environment, files, health, stopGraceSeconds } = step;
  const spec = {
    ...{ instance, pool, asset, environment, health, stopGraceSeconds },
    ...(process === undefined ? {} : { process }),
    ...(files === undefined ? {} : { files }),
  };
  supervisor.start(spec, context.masked);
  for (;;) {
    const status = supervisor.status(instance);
    if (!status || status.state === 'stopped' || status.state === 'stopping') {
      throw new StepError(`The instance ${instance} was stopped while it was being started`);
    }
    if (status.startedAt !== null) {
      context.stdout.write(Buffer.from(`instance ${instance} runs on port ${status.port}\n`));
      return succeeded;
    }
    if (status.state === 'crash-loop' && status.trouble) throw new StepError(status.trouble.text);
    await supervisor.nextChange(signal);
  }
}
