import type {
  Command,
  Decision,
  HostRunCore,
  PlanRules,
  RolloutCore,
  Situation,
  StageCore,
  StageRules,
} from './situation.ts';

type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

/** A situation that is being changed; made and given away within one call of `decide`. */
export interface Draft {
  readonly at: number;
  readonly rules: PlanRules;
  readonly rollout: Changing<RolloutCore>;
  readonly stage: Changing<StageCore> | undefined;
  readonly hostRun: Changing<HostRunCore> | undefined;
  readonly commands: Command[];
}

/** The stage that runs, to be changed in place. */
export type RunningStage = Changing<StageCore>;
/** The host run that the event concerns, to be changed in place. */
export type ConcernedHostRun = Changing<HostRunCore>;

/** Copies, so that `decide` changes nothing of its caller's. */
export function draftOf(situation: Situation, at: number): Draft {
  return {
    at,
    rules: situation.rules,
    rollout: { ...situation.rollout },
    stage: situation.stage && { ...situation.stage },
    hostRun: situation.hostRun && { ...situation.hostRun },
    commands: [],
  };
}

/** The draft as a decision. */
export function decisionOf(draft: Draft): Decision {
  return { rollout: draft.rollout, stage: draft.stage, hostRun: draft.hostRun, commands: draft.commands };
}

/** The rules of the stage that runs; undefined before the first and after the last. */
export function rulesOfStage(draft: Draft): StageRules | undefined {
  return draft.rules.stages[draft.rollout.stage];
}
