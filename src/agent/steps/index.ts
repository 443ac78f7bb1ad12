import type { AgentStep, AgentStepKind } from '../../engine/steps/index.ts';
import { checkShell } from './check-shell.ts';
import { healthCheck } from './health-check.ts';
import { StepError, type StepOutcome } from './outcome.ts';
import { putFile } from './put-file.ts';
import { script } from './script.ts';
import { serviceStart } from './service-start.ts';
import { serviceStop } from './service-stop.ts';
import type { StepContext } from './step-context.ts';

type Executors = {
  readonly [Kind in AgentStepKind]: (
    step: Extract<AgentStep, { kind: Kind }>,
    context: StepContext,
  ) => Promise<StepOutcome>;
};

const executors: Executors = {
  'check-shell': checkShell,
  'health-check': healthCheck,
  'put-file': putFile,
  script,
  'service-start': serviceStart,
  'service-stop': serviceStop,
};

/** Runs one step to its end. Throws a StepError or a file system error when it cannot be done. */
export async function execute(step: AgentStep, context: StepContext): Promise<StepOutcome> {
  const executor = executors[step.kind] as
    | ((step: AgentStep, context: StepContext) => Promise<StepOutcome>)
    | undefined;
  if (!executor) throw new StepError(`This agent knows no step ${step.kind}; it is older than the server`);
  return await executor(step, context);
}

export { type EndCause, endedBy, inWords, type StepOutcome, stepError } from './outcome.ts';
export { markVariable, type StepContext } from './step-context.ts';
