import type { Plan, Stage, Step } from '../plan.ts';
import type { PlanRules, StageRules, StepRules } from './situation.ts';

/** The plan's rules with their defaults filled in: all that `decide` needs of a plan. */
export function planRules(plan: Plan): PlanRules {
  return {
    stages: plan.stages.map(stageRules),
    onServerLossWhileQueued: plan.onServerLossWhileQueued ?? 'resume',
  };
}

function stageRules(stage: Stage): StageRules {
  return {
    select: stage.select ?? 'all',
    concurrency: stage.concurrency ?? 0,
    onFailure: stage.onFailure ?? 'stop',
    whenDown: stage.whenDown ?? 'fail',
    timeoutSeconds: stage.timeoutSeconds ?? null,
    final: stage.final ?? false,
    compensation: stage.compensation ?? false,
    deferred: stage.deferred !== undefined,
    onServerLoss: stage.onServerLoss ?? 'resume',
  };
}

/** What `decide` needs of the steps of one host run. */
export function stepRules(steps: readonly Step[]): StepRules[] {
  return steps.map((step) => ({ where: step.where, ignoresFailure: step.onFailure === 'ignore' }));
}
