import type { CheckShellStep } from '../../engine/steps/index.ts';
import { findProgram } from '../find-program.ts';
import { type StepOutcome, stepError, succeeded } from './outcome.ts';
import { splitWords } from './shell-command.ts';
import type { StepContext } from './step-context.ts';

/** Fails, with the reason on standard output too, when the host cannot run the shell. */
export async function checkShell(step: CheckShellStep, context: StepContext): Promise<StepOutcome> {
  const program = splitWords(step.shell)[0] ?? '';
  if (program !== '' && findProgram(program, process.env.PATH ?? '')) return succeeded;
  const reason = program.includes('/')
    ? `The shell ${program} does not exist on this host, or cannot be executed.`
    : `The shell ${program} was not found on this host (PATH is ${process.env.PATH ?? 'empty'}).`;
  context.stdout.write(Buffer.from(reason));
  return stepError(reason);
}
