import type { Unit } from '../storage/index.ts';
import type { Offer } from './channels.ts';
import { type Command, decide, type EngineEvent } from './decide/index.ts';
import type { RolloutTransition } from './engine.ts';
import type { Plan, Stage, Step } from './plan.ts';
import type { OpenPlan } from './plan-book.ts';
import {
  type HostRunRow,
  hostRunCore,
  putHostRun,
  putRollout,
  putStage,
  type RolloutRow,
  rolloutCore,
  type StageRunRow,
  type StepRunRow,
  stageCore,
} from './rows.ts';
import { carryOut } from './session-commands.ts';
import type { SessionContext } from './session-context.ts';
import { readHostRuns, readStage, takeRollout } from './session-rows.ts';

/** What a step left behind, beside what `decide` needs of its end. */
export interface StepDetail {
  /** When it happened, epoch milliseconds; default: the unit's time. */
  readonly at?: number;
  readonly exitCode?: number | null;
  readonly stdoutBytes?: number;
  readonly stderrBytes?: number;
  readonly value?: string | null;
}

interface Pending {
  readonly command: Command;
  readonly hostRun: HostRunRow | undefined;
  readonly detail: StepDetail;
}

/**
 * One rollout within one unit of writing: its rows are taken, events are fed to `decide` one after another, commands
 * are carried out, and `flush` stores what became of it. Many events of one rollout share a session.
 */
export class Session {
  readonly unit: Unit;
  readonly context: SessionContext;
  readonly row: RolloutRow;
  readonly open: OpenPlan;
  readonly stages = new Map<number, StageRunRow>();
  readonly hostRuns = new Map<number, HostRunRow>();
  readonly stepRuns = new Map<string, StepRunRow>();
  readonly dirtyStages = new Set<StageRunRow>();
  readonly dirtyHostRuns = new Set<HostRunRow>();
  readonly transitions: RolloutTransition[] = [];
  readonly offers: Offer[] = [];
  /** Hosts whose agents hold something to cancel. */
  readonly cancels: string[] = [];
  /** Host runs whose server step is to be stopped. */
  readonly stopped: number[] = [];
  /** Host runs whose locks are let go at the next look at a queue. */
  readonly released: number[] = [];
  /** Names of locks that were let go. */
  readonly freed: string[] = [];
  /** Host runs read ahead for `admit`, with what is known of their hosts. */
  ahead: { row: HostRunRow; up: boolean; free: boolean }[] = [];
  aheadBehind = -1;
  rolloutDirty = false;
  readonly #pending: Pending[] = [];

  private constructor(unit: Unit, context: SessionContext, row: RolloutRow, open: OpenPlan) {
    this.unit = unit;
    this.context = context;
    this.row = row;
    this.open = open;
  }

  /** Undefined when there is no such rollout (its history was cleared away). */
  static async open(unit: Unit, context: SessionContext, number: number): Promise<Session | undefined> {
    const row = await takeRollout(unit, number);
    if (!row) return undefined;
    const open = await context.plans.plan(unit, row);
    const session = new Session(unit, context, row, open);
    if (row.stage >= 0 && row.stage < open.plan.stages.length) await session.stage(row.stage);
    return session;
  }

  get plan(): Plan {
    return this.open.plan;
  }

  /** The stage that runs, as planned. */
  get plannedStage(): Stage | undefined {
    return this.plan.stages[this.row.stage];
  }

  get runningStage(): StageRunRow | undefined {
    return this.stages.get(this.row.stage);
  }

  async stage(index: number): Promise<StageRunRow> {
    const known = this.stages.get(index);
    if (known) return known;
    const row = await readStage(this.unit, this.row.number, index);
    this.stages.set(index, row);
    return row;
  }

  /** Reads host runs of this rollout; ids of others are left out. */
  async preload(ids: readonly number[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.hostRuns.has(id));
    if (missing.length === 0) return;
    for (const row of await readHostRuns(this.unit, missing)) {
      if (row.rollout === this.row.number) this.hostRuns.set(row.id, row);
    }
  }

  async hostRun(id: number): Promise<HostRunRow | undefined> {
    await this.preload([id]);
    return this.hostRuns.get(id);
  }

  steps(hostRun: HostRunRow): readonly Step[] {
    const expansion = this.stages.get(hostRun.stage)?.expansion ?? null;
    return this.context.plans.steps(this.plan, hostRun.stage, hostRun.host, expansion);
  }

  /** The ids of those of `hostRuns` whose hosts are up, by the stage's rule, or that need no agent. */
  async up(hostRuns: readonly HostRunRow[]): Promise<Set<number>> {
    const needy = hostRuns.filter((row) => this.steps(row).some((step) => step.where === 'agent'));
    const seconds = this.plannedStage?.downAfterSeconds;
    const up = await this.context.liveness.up(
      this.unit,
      needy.flatMap((row) => row.host ?? []),
      seconds === undefined ? undefined : seconds * 1000,
    );
    const down = new Set(needy.filter((row) => row.host !== null && !up.has(row.host)).map((row) => row.id));
    return new Set(hostRuns.filter((row) => !down.has(row.id)).map((row) => row.id));
  }

  /** Decides about one event and carries out what follows, until nothing follows any more. */
  async feed(event: EngineEvent, hostRun?: HostRunRow, detail: StepDetail = {}): Promise<void> {
    // A host run of another stage is over, or its turn has not come: no event concerns it.
    if (hostRun && hostRun.stage !== this.row.stage) return;
    this.#decide(event, hostRun, detail);
    for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
      const followUp = await carryOut(this, next.command, next.hostRun, next.detail);
      if (followUp) this.#decide(followUp.event, followUp.hostRun, {});
    }
  }

  #decide(event: EngineEvent, hostRun: HostRunRow | undefined, detail: StepDetail): void {
    const { row } = this;
    const stage = this.runningStage;
    const decision = decide(
      {
        rules: this.open.rules,
        rollout: rolloutCore(row),
        stage: stage && stageCore(stage),
        hostRun: hostRun && hostRunCore(hostRun, this.context.plans.rules(this.steps(hostRun))),
      },
      event,
    );
    const before = { rollout: row.state, stage: stage?.state, hostRun: hostRun?.state };
    const stageIndex = row.stage;
    putRollout(row, decision.rollout);
    this.rolloutDirty = true;
    if (stage && decision.stage) {
      putStage(stage, decision.stage);
      this.dirtyStages.add(stage);
    }
    if (hostRun && decision.hostRun) {
      putHostRun(hostRun, decision.hostRun);
      this.dirtyHostRuns.add(hostRun);
    }
    if (hostRun && hostRun.state !== before.hostRun) this.tellHostRun(hostRun);
    if (stage && stage.state !== before.stage) this.#tell({ level: 'stage', stageIndex });
    if (row.state !== before.rollout) this.#tell({ level: 'rollout' });
    for (const command of decision.commands) this.#pending.push({ command, hostRun, detail });
  }

  tellHostRun(hostRun: HostRunRow): void {
    this.#tell({
      level: 'host-run',
      stageIndex: hostRun.stage,
      host: hostRun.host,
      hostRunState: hostRun.state,
    });
  }

  #tell(what: Pick<RolloutTransition, 'level' | 'stageIndex' | 'host' | 'hostRunState'>): void {
    const { row } = this;
    this.transitions.push({
      rolloutId: row.id,
      owner: { dialect: row.dialect, noun: row.noun, id: row.owner_id },
      rolloutState: row.state,
      reason: row.reason,
      ...what,
    });
  }
}
