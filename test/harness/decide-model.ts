import {
  type Command,
  decide,
  type EngineEvent,
  type HostRunCore,
  type PlanRules,
  type RolloutCore,
  type StageCore,
  type StepRules,
} from '../../src/engine/decide/index.ts';
import { rolloutEnded } from '../../src/engine/states.ts';

export interface ModelHostRun {
  readonly stage: number;
  core: HostRunCore;
  /** Starts of server steps and offers that came after a cancel was asked. */
  startedAfterCancel: number;
}

/** A shell in memory: carries out what `decide` commands on plain values, and keeps count of what must never happen. */
export class Model {
  readonly rules: PlanRules;
  readonly steps: readonly (readonly StepRules[])[];
  rollout: RolloutCore = {
    state: 'queued',
    stage: -1,
    reason: null,
    reasonText: null,
    lockBroken: false,
    startedAt: null,
    endedAt: null,
  };
  readonly stages: StageCore[];
  readonly hostRuns: ModelHostRun[] = [];
  /** Every state that a host run went through, for the check of transitions. */
  readonly transitions: string[] = [];
  readonly rolloutTransitions: string[] = [];
  /** The stages that were entered, in order. */
  readonly entered: number[] = [];
  /** Every command so far. */
  readonly commands: Command[] = [];
  now = 0;
  /** Answers of the world: whether the next admitted host is up, and has its lock. */
  up: () => boolean = () => true;
  free: () => boolean = () => true;

  constructor(rules: PlanRules, hosts: readonly number[], steps: readonly (readonly StepRules[])[]) {
    this.rules = rules;
    this.steps = steps;
    this.stages = hosts.map((count) => ({
      state: 'waiting',
      queued: count,
      locking: 0,
      offered: 0,
      held: 0,
      succeeded: 0,
      failed: 0,
      cancelled: 0,
      skipped: 0,
      spoiled: false,
      startedAt: null,
      deadlineAt: null,
      endedAt: null,
    }));
    for (const [stage, count] of hosts.entries()) {
      for (let index = 0; index < count; index += 1) this.hostRuns.push(fresh(stage, steps[stage] ?? []));
    }
  }

  get ended(): boolean {
    return rolloutEnded(this.rollout.state);
  }

  /** Host runs of the running stage in one of the phases. */
  in(...phases: HostRunCore['phase'][]): ModelHostRun[] {
    return this.hostRuns.filter((run) => run.stage === this.rollout.stage && phases.includes(run.core.phase));
  }

  feed(event: WithoutAt<EngineEvent>, hostRun?: ModelHostRun): void {
    this.now += 1;
    const pending: { command: Command; hostRun: ModelHostRun | undefined }[] = [];
    this.#decide({ ...event, at: this.now } as EngineEvent, hostRun, pending);
    for (let next = pending.shift(); next; next = pending.shift()) {
      const followUp = this.#carryOut(next.command, next.hostRun);
      if (followUp)
        this.#decide({ ...followUp.event, at: this.now } as EngineEvent, followUp.hostRun, pending);
    }
  }

  #decide(
    event: EngineEvent,
    hostRun: ModelHostRun | undefined,
    pending: { command: Command; hostRun: ModelHostRun | undefined }[],
  ): void {
    const index = this.rollout.stage;
    // Frozen: a decide that changed what it was given would throw.
    const decision = decide(
      {
        rules: this.rules,
        rollout: Object.freeze(this.rollout),
        stage: Object.freeze(this.stages[index]),
        hostRun: Object.freeze(hostRun?.core),
      },
      event,
    );
    if (decision.rollout.state !== this.rollout.state) {
      this.rolloutTransitions.push(`${this.rollout.state} ${decision.rollout.state}`);
    }
    this.rollout = decision.rollout;
    if (decision.stage) this.stages[index] = decision.stage;
    if (hostRun && decision.hostRun) this.#move(hostRun, decision.hostRun);
    this.commands.push(...decision.commands);
    for (const command of decision.commands) pending.push({ command, hostRun });
  }

  #move(hostRun: ModelHostRun, core: HostRunCore): void {
    if (core.state !== hostRun.core.state) this.transitions.push(`${hostRun.core.state} ${core.state}`);
    hostRun.core = core;
  }

  #carryOut(
    command: Command,
    hostRun: ModelHostRun | undefined,
  ): { event: WithoutAt<EngineEvent>; hostRun?: ModelHostRun } | undefined {
    switch (command.do) {
      case 'enter-stage':
        this.entered.push(command.stage);
        return { event: { kind: 'stage-entered' } };
      case 'expand':
        return { event: { kind: 'expanded', leftOut: 0 } };
      case 'choose-one':
        return { event: { kind: 'chosen', leftOut: this.#leaveOut() } };
      case 'admit': {
        const [next] = this.in('queued');
        if (!next) return undefined;
        return { event: { kind: 'admitted', up: this.up(), free: this.free() }, hostRun: next };
      }
      case 'end-unheld':
        this.#endAll(command.stage, ['queued', 'locking', 'offered'], 'cancelled');
        return undefined;
      case 'cancel-held':
        for (const run of this.hostRuns) {
          if (run.stage === command.stage && isHeld(run.core) && run.core.reason === null) {
            run.core = { ...run.core, cancelAsked: true, reason: command.reason };
          }
        }
        return undefined;
      case 'pass-over':
        for (let index = command.from; index < command.to; index += 1)
          this.#pass(index, command.reason === null);
        return undefined;
      case 'offer':
      case 'run-server-step':
        if (hostRun?.core.cancelAsked) hostRun.startedAfterCancel += 1;
        return undefined;
      default:
        return undefined;
    }
  }

  #leaveOut(): number {
    const [, ...others] = this.in('queued');
    for (const run of others) this.#move(run, { ...run.core, state: 'skipped', phase: 'ended' });
    return others.length;
  }

  #endAll(stage: number, phases: HostRunCore['phase'][], state: 'cancelled' | 'skipped'): void {
    for (const run of this.hostRuns) {
      if (run.stage === stage && phases.includes(run.core.phase) && run.core.state === 'waiting') {
        this.#move(run, { ...run.core, state, phase: 'ended' });
      }
    }
  }

  #pass(index: number, succeeded: boolean): void {
    const stage = this.stages[index] as StageCore;
    const state = succeeded || this.rules.stages[index]?.compensation ? 'skipped' : 'cancelled';
    this.#endAll(index, ['queued'], state);
    this.stages[index] = { ...stage, state, [state]: stage[state] + stage.queued, queued: 0 };
  }
}

/** Whether it has begun, or somebody has it in hand: such a run is asked to cancel, the others are ended. */
export function isHeld({ phase, state }: HostRunCore): boolean {
  return phase === 'leased' || phase === 'server' || (phase === 'offered' && state === 'running');
}

type WithoutAt<Event> = Event extends unknown ? Omit<Event, 'at'> : never;

function fresh(stage: number, steps: readonly StepRules[]): ModelHostRun {
  return {
    stage,
    startedAfterCancel: 0,
    core: {
      state: 'waiting',
      phase: 'queued',
      steps,
      nextStep: 0,
      fencingToken: 0,
      cancelAsked: false,
      reason: null,
      reasonText: null,
      startedAt: null,
      endedAt: null,
    },
  };
}
