import type { HealthCheckStep } from '../../engine/steps/index.ts';
import { StepError, type StepOutcome, succeeded } from './outcome.ts';
import type { StepContext } from './step-context.ts';

/** Waits until all instances are well and the server has stored it. Says how many are, whenever that changes. */
export async function healthCheck(step: HealthCheckStep, context: StepContext): Promise<StepOutcome> {
  const { supervisor, instanceReporter, signal } = context;
  try {
    for (let said = -1; ; ) {
      const well = step.instances.filter((id) => isWell(id, context)).length;
      if (well !== said) {
        context.stdout.write(Buffer.from(`${well} of ${step.instances.length} well\n`));
        said = well;
      }
      if (well < step.instances.length) {
        await supervisor.nextChange(signal);
        continue;
      }
      // The report may have been made before the last of them was well: then all are looked at once more.
      const stored = await instanceReporter.stored(signal);
      const isStored = (id: string) => stored.some(({ instance, healthy }) => instance === id && healthy);
      if (step.instances.every(isStored)) return succeeded;
    }
  } catch (error) {
    const reason = signal.reason === 'timeout' ? firstTrouble(step, context) : undefined;
    if (reason === undefined) throw error;
    return { state: 'failed', exitCode: null, reason: 'timeout', reasonText: reason };
  }
}

/** Throws a StepError for one that will not become well. */
function isWell(id: string, { supervisor }: StepContext): boolean {
  const status = supervisor.status(id);
  if (!status || status.state === 'stopped' || status.state === 'stopping') {
    throw new StepError(`The instance ${id} is not on this host`);
  }
  if (status.state === 'crash-loop') {
    throw new StepError(
      `The instance ${id} ends again and again: ${status.trouble?.text ?? 'no reason is known'}`,
    );
  }
  return status.healthy;
}

function firstTrouble(step: HealthCheckStep, { supervisor }: StepContext): string {
  const sick = step.instances.map((id) => supervisor.status(id)).find((status) => !status?.healthy);
  const why = sick?.trouble?.text ?? 'it has not answered yet';
  return `not well within ${step.timeoutSeconds} s: ${sick?.instance ?? 'an instance'}: ${why}`;
}
