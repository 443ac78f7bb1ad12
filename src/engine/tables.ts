import type { Generated } from 'kysely';
import type { HostRunPhase, StageState } from './decide/index.ts';
import type { EndReason, HostRunState, RolloutState, StepRunState } from './states.ts';

/** One rollout. `number` counts up in order of acceptance; `id` is what the outside sees. */
export interface RolloutTable {
  number: Generated<number>;
  id: string;
  dialect: string;
  noun: string;
  owner_id: string;
  title: string;
  /** The title in lower case, for the search. */
  title_folded: string;
  resource: string;
  requested_by: string;
  state: RolloutState;
  /** 0 once it has ended; the index of live rollouts stands on it. */
  live: number;
  stage: number;
  reason: EndReason | null;
  reason_text: string | null;
  lock_broken: number;
  /** The server process whose loss the plan's loss policies speak of. */
  driver: string;
  accepted_at: number;
  started_at: number | null;
  ended_at: number | null;
  /** The earliest of the stage's deadline and the limits of waiting for locks. */
  due_at: number | null;
  /** The blob that holds the output of all steps once the rollout has ended. */
  output_sha256: string | null;
}

/** The accepted plan, stored once and never rewritten. */
export interface RolloutPlanTable {
  rollout: number;
  plan: string;
}

/** The counters of one stage. */
export interface StageRunTable {
  rollout: number;
  stage: number;
  state: StageState;
  queued: number;
  locking: number;
  offered: number;
  held: number;
  succeeded: number;
  failed: number;
  cancelled: number;
  skipped: number;
  spoiled: number;
  started_at: number | null;
  deadline_at: number | null;
  ended_at: number | null;
  /** The steps that the owner's `expand` made, as JSON. */
  expansion: string | null;
}

/** One host's share of one stage, with its lease. */
export interface HostRunTable {
  id: Generated<number>;
  rollout: number;
  stage: number;
  /** Place in the stage's order. */
  position: number;
  /** Null in a stage that runs on the server. */
  host: string | null;
  state: HostRunState;
  phase: HostRunPhase;
  next_step: number;
  fencing_token: number;
  /** The last event of the lease that is stored. */
  sequence: number;
  lease_until: number | null;
  leased_at: number | null;
  cancel_asked: number;
  reason: EndReason | null;
  reason_text: string | null;
  started_at: number | null;
  ended_at: number | null;
}

/** Steps that have begun; a step without a row is pending, or skipped once its host run has ended. */
export interface StepRunTable {
  host_run: number;
  step: number;
  state: StepRunState;
  exit_code: number | null;
  reason: EndReason | null;
  reason_text: string | null;
  started_at: number | null;
  ended_at: number | null;
  stdout_bytes: number;
  stderr_bytes: number;
  /** What a server step returned, as JSON. */
  value: string | null;
}

/** Who queues for which lock, in order of `id`; the first of a name holds it. Removed when it is let go. */
export interface LockQueueTable {
  id: Generated<number>;
  name: string;
  rollout: number;
  /** Null: for the whole rollout. */
  host_run: number | null;
  /** When the wait ends the rollout. */
  deadline_at: number | null;
}

/** Hosts that joined or were declared. */
export interface HostTable {
  name: string;
  address: string;
  labels: string;
  platform: string;
  agent_version: string;
  /** SHA-256 of the agent's credential; null while nobody has joined. */
  credential_hash: string | null;
  joined_at: number | null;
  heard_at: number | null;
  /** The server that the agent calls now. */
  server: string | null;
}

/** The living server processes; each renews its row. */
export interface EngineServerTable {
  id: string;
  heard_at: number;
}

/** One row: taken by every acceptance, so that all lock queues have one order. */
export interface AcceptanceTable {
  id: number;
  accepted: number;
}

/** All tables of the engine. */
export interface EngineTables {
  rollout: RolloutTable;
  rollout_plan: RolloutPlanTable;
  stage_run: StageRunTable;
  host_run: HostRunTable;
  step_run: StepRunTable;
  lock_queue: LockQueueTable;
  host: HostTable;
  engine_server: EngineServerTable;
  acceptance: AcceptanceTable;
}
