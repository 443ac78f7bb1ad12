import type { EndReason, HostRunState, RolloutState } from '../states.ts';

/** What `decide` knows of a step: the plan's rules for it, never its content. */
export interface StepRules {
  readonly where: 'agent' | 'server';
  /** Whether a failure is passed over. */
  readonly ignoresFailure: boolean;
}

/** What `decide` knows of a stage: the plan's rules with their defaults filled in, never its list of hosts. */
export interface StageRules {
  readonly select: 'all' | 'one';
  /** 0: no bound. */
  readonly concurrency: number;
  readonly onFailure: 'stop' | 'continue' | 'abort';
  readonly whenDown: 'fail' | 'skip';
  readonly timeoutSeconds: number | null;
  readonly final: boolean;
  readonly compensation: boolean;
  readonly deferred: boolean;
  readonly onServerLoss: 'resume' | 'fail' | 'cancel';
}

/** What of a plan decides. */
export interface PlanRules {
  readonly stages: readonly StageRules[];
  readonly onServerLossWhileQueued: 'resume' | 'fail' | 'cancel';
}

/** A rollout as far as it decides. */
export interface RolloutCore {
  readonly state: RolloutState;
  /** The stage that runs; -1 before the first, the number of stages after the last. */
  readonly stage: number;
  readonly reason: EndReason | null;
  readonly reasonText: string | null;
  /** A lock was taken away: no `final` stage may be entered any more. */
  readonly lockBroken: boolean;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** Where a stage stands. */
export type StageState = 'waiting' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';

/** One stage: how many of its host runs stand where. The window is `locking + offered + held`. */
export interface StageCore {
  readonly state: StageState;
  /** Not yet its turn. */
  readonly queued: number;
  /** Has its place in the window and waits for the host's lock. */
  readonly locking: number;
  /** May be leased by its agent, and has done nothing yet. */
  readonly offered: number;
  /** Has begun, or is in the hands of an agent or of a server step. */
  readonly held: number;
  readonly succeeded: number;
  /** `failed` and `lost`. */
  readonly failed: number;
  readonly cancelled: number;
  readonly skipped: number;
  /** Failed as a whole: it took too long, or its owner refused to expand it. */
  readonly spoiled: boolean;
  readonly startedAt: number | null;
  readonly deadlineAt: number | null;
  readonly endedAt: number | null;
}

/** Where a host run stands, finer than its public state: `offered` and `held` come again with every segment of agent steps. */
export type HostRunPhase = 'queued' | 'locking' | 'offered' | 'leased' | 'server' | 'ended';

/** A host run as far as it decides. */
export interface HostRunCore {
  readonly state: HostRunState;
  readonly phase: HostRunPhase;
  readonly steps: readonly StepRules[];
  /** The first step that has not ended. */
  readonly nextStep: number;
  /** Grows with every lease. */
  readonly fencingToken: number;
  readonly cancelAsked: boolean;
  readonly reason: EndReason | null;
  readonly reasonText: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** All that `decide` sees: never the list of hosts. */
export interface Situation {
  readonly rules: PlanRules;
  readonly rollout: RolloutCore;
  /** The stage that runs; absent before the first and after the last. */
  readonly stage?: StageCore | undefined;
  /** The one host run that the event concerns. */
  readonly hostRun?: HostRunCore | undefined;
}

/** What became of the situation, and what the shell has to do about it, in order. */
export interface Decision {
  readonly rollout: RolloutCore;
  readonly stage?: StageCore | undefined;
  readonly hostRun?: HostRunCore | undefined;
  readonly commands: readonly Command[];
}

/** How a step ended. */
export type StepOutcome = {
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
  readonly reason: EndReason | null;
  readonly reasonText: string | null;
};

/** What can happen to a rollout. `at` is epoch milliseconds. Events marked * concern the situation's host run. */
export type EngineEvent = { readonly at: number } & (
  | { readonly kind: 'locks-granted' }
  | { readonly kind: 'lock-timeout'; readonly lock: string }
  | { readonly kind: 'lock-broken' }
  | { readonly kind: 'cancel-asked'; readonly by: string }
  | { readonly kind: 'server-lost' }
  /** The shell has loaded the stage that an `enter-stage` command named. */
  | { readonly kind: 'stage-entered' }
  /** A deferred stage has its steps; `leftOut` of its host runs are not part of it any more. */
  | { readonly kind: 'expanded'; readonly leftOut: number }
  | { readonly kind: 'expand-refused'; readonly text: string }
  /** A stage that runs on one host has chosen; `leftOut` others are skipped. */
  | { readonly kind: 'chosen'; readonly leftOut: number }
  | { readonly kind: 'stage-timeout' }
  /** * Its place in the window has come; `up`: its host is up or not needed; `free`: it holds the lock or needs none. */
  | { readonly kind: 'admitted'; readonly up: boolean; readonly free: boolean }
  /** * */
  | { readonly kind: 'lock-granted'; readonly up: boolean }
  /** * Its host went down before it took the lease. */
  | { readonly kind: 'host-down' }
  /** * */
  | { readonly kind: 'leased' }
  /** Its agent does not know of the lease, and no event of it has come. */
  | { readonly kind: 'leased-again' }
  /** * */
  | { readonly kind: 'step-started'; readonly index: number }
  /** * `server`: a step of the server; else one of an agent, whose lease goes on. */
  | { readonly kind: 'step-ended'; readonly index: number; readonly outcome: StepOutcome }
  /** Its agent was started again without the text of the lease; what is left may be begun. */
  | { readonly kind: 'lease-returned' }
  /** * */
  | { readonly kind: 'lease-ended' }
  /** * The lease ran out, or its host is gone. */
  | { readonly kind: 'lost'; readonly text: string }
);

/** What the shell has to do after a decision. */
export type Command =
  /** Load this stage and feed `stage-entered`. */
  | { readonly do: 'enter-stage'; readonly stage: number }
  /** Call the owner's `expand`; feed `expanded` or `expand-refused`. */
  | { readonly do: 'expand' }
  /** Choose the first host that is up; feed `chosen`. */
  | { readonly do: 'choose-one' }
  /** Feed `admitted` for the next host run that is queued; there is room for `count`, so this command comes again. */
  | { readonly do: 'admit'; readonly count: number }
  /** End every host run of the stage that is `waiting` (queued, locking, offered) as `cancelled`; the counters say so already. */
  | { readonly do: 'end-unheld'; readonly stage: number; readonly reason: EndReason }
  /** Ask the holders of the stage's held host runs to cancel; one whose next segment is offered ends when it is asked for. */
  | { readonly do: 'cancel-held'; readonly stage: number; readonly reason: EndReason }
  /** Stages that will not run: those of compensation are skipped, the others are cancelled, for this reason. */
  | {
      readonly do: 'pass-over';
      readonly from: number;
      readonly to: number;
      readonly reason: EndReason | null;
    }
  /** * Wake the agent. */
  | { readonly do: 'offer' }
  /** * Enqueue the step as work. */
  | { readonly do: 'run-server-step'; readonly index: number }
  /** * Store what became of a step. */
  | {
      readonly do: 'record-step';
      readonly index: number;
      readonly state: 'running' | StepOutcome['state'];
      readonly reason: EndReason | null;
      readonly reasonText: string | null;
    }
  /** * Its holder is gone: steps that were running are `interrupted`. */
  | { readonly do: 'interrupt-steps'; readonly reason: EndReason }
  /** * It has ended: let its lock go. */
  | { readonly do: 'release-host-run' }
  /** The rollout has ended: let everything go. */
  | { readonly do: 'release-rollout' };
