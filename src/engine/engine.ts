import type { Readable } from 'node:stream';
import type { Unit } from '../storage/index.ts';
import type { AgentGateway } from './agent-gateway.ts';
import type { HostDirectory } from './host-directory.ts';
import type { InstanceChange, InstanceDirectory } from './instances/index.ts';
import type { Plan, ServerStep } from './plan.ts';
import type { RouterGateway } from './router-gateway.ts';
import type { RouteDirectory } from './routes/index.ts';
import type { EndReason, HostRunState, RolloutState, StepRunState } from './states.ts';

/** Which noun of which dialect asked for a rollout; by it the ledger and the console group rollouts. */
export interface RolloutOwnerReference {
  readonly dialect: string;
  readonly noun: string;
  readonly id: string;
}

/** What a dialect asks the engine to execute, and on whose behalf. */
export interface RolloutRequest {
  readonly owner: RolloutOwnerReference;
  /** Shown to people: `shop-api · release on web`. */
  readonly title: string;
  /** The resource path that grants are checked on, like `/nhn-deploy/projects/1/artifacts/2`. */
  readonly resource: string;
  /** The name of the principal that asked. */
  readonly requestedBy: string;
  readonly plan: Plan;
}

/** A rollout as readers see it. Times are epoch milliseconds. */
export interface RolloutSummary {
  /** A UUIDv7. */
  readonly id: string;
  readonly owner: RolloutOwnerReference;
  readonly title: string;
  readonly resource: string;
  readonly requestedBy: string;
  readonly state: RolloutState;
  readonly reason: EndReason | null;
  readonly reasonText: string | null;
  readonly acceptedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** A rollout with everything that its hosts did. */
export interface RolloutView extends RolloutSummary {
  readonly stages: readonly StageView[];
}

/** One stage of a rollout, with its host runs in their order. */
export interface StageView {
  readonly index: number;
  readonly name: string;
  readonly compensation: boolean;
  readonly hostRuns: readonly HostRunView[];
}

/** One host's share of a stage. Times are epoch milliseconds. */
export interface HostRunView {
  readonly id: number;
  /** Null in a stage that runs on the server. */
  readonly host: string | null;
  /** Place in the stage's order, from 0. */
  readonly position: number;
  readonly state: HostRunState;
  readonly reason: EndReason | null;
  readonly reasonText: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly steps: readonly StepRunView[];
}

/** One step of a host run. Times are epoch milliseconds. */
export interface StepRunView {
  /** Place in the host run, from 0. */
  readonly index: number;
  readonly kind: string;
  readonly name: string;
  readonly state: StepRunState;
  readonly exitCode: number | null;
  readonly reason: EndReason | null;
  readonly reasonText: string | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Bytes that the step has written so far, cut ones included. */
  readonly stdoutBytes: number;
  readonly stderrBytes: number;
}

/** The two streams that a step writes; they are kept apart. */
export type OutputStream = 'stdout' | 'stderr';

/** The kept tail of one stream of one step run (at most 1 MiB). */
export interface OutputTail {
  /** Where the kept bytes begin in the whole stream; above 0 when something was cut. */
  readonly offset: number;
  readonly size: number;
  open(): Readable;
}

/** What `onTransition` hears, inside the transaction that stores it. */
export interface RolloutTransition {
  readonly rolloutId: string;
  readonly owner: RolloutOwnerReference;
  readonly level: 'rollout' | 'stage' | 'host-run';
  readonly rolloutState: RolloutState;
  readonly reason: EndReason | null;
  /** Level `stage` and `host-run`. */
  readonly stageIndex?: number;
  /** Level `host-run`. */
  readonly host?: string | null;
  readonly hostRunState?: HostRunState;
}

/** The steps of a deferred stage, or why it cannot run. */
export type Expansion =
  | { readonly steps: NonNullable<Plan['stages'][number]['steps']>; readonly hosts?: readonly string[] }
  | { readonly fail: string };

/** The output values that earlier steps reported, by stage name, host (`''` on the server) and step name. */
export type EarlierOutputs = (stage: string, host: string, step: string) => unknown;

/** What a dialect registers for its nouns at composition. */
export interface RolloutOwner {
  readonly dialect: string;
  readonly noun: string;
  /** Runs inside the storing transaction; writes only the owner's rows and work. */
  onTransition?(unit: Unit, transition: RolloutTransition): Promise<void>;
  /** The agent reported something new of an instance of the noun's pools; in the storing transaction, like `onTransition`. */
  onInstanceChange?(unit: Unit, change: InstanceChange): Promise<void>;
  /** Pure. */
  expand?(deferred: { expand: string; input: unknown }, earlier: EarlierOutputs): Expansion;
}

/** A handler of server steps. It may run again after a crash; it says so by reading what it finds. */
export interface ServerStepHandler {
  readonly kind: string;
  /** Started again after an interruption when true; else the step run ends `interrupted`. */
  readonly idempotent: boolean;
  /** Returns an output value for later deferred stages. Throws a CoreError to fail the step. */
  run(
    step: ServerStep,
    context: { rolloutId: string; host: string | null; signal: AbortSignal; log(text: string): void },
  ): Promise<unknown>;
}

/** Which rollouts a list holds, newest first; absent fields hold all. Times are epoch milliseconds. */
export interface RolloutFilter {
  /** Only rollouts whose resource is one of these paths or below one. */
  readonly resources: readonly string[];
  readonly dialect?: string;
  readonly states?: readonly RolloutState[];
  readonly host?: string;
  readonly requestedBy?: string;
  /** Words in the title, letter case ignored. */
  readonly text?: string;
  readonly acceptedFrom?: number;
  readonly acceptedTo?: number;
  /** Continue after this rollout id (newest first). */
  readonly before?: string;
  readonly limit: number;
}

/** The engine's public face. It knows nothing of any product. */
export interface Engine {
  readonly hosts: HostDirectory;
  readonly instances: InstanceDirectory;
  readonly routes: RouteDirectory;
  readonly agents: AgentGateway;
  readonly routers: RouterGateway;
  registerOwner(owner: RolloutOwner): void;
  registerServerStep(handler: ServerStepHandler): void;
  /** Stores the rollout, its plan and its locks in the caller's unit; it starts after the commit. Throws `invalid` for a plan that breaks a rule. */
  accept(unit: Unit, request: RolloutRequest): Promise<{ id: string }>;
  /** Asks for cancellation; false when the rollout had ended, or is in a `final` stage. */
  cancel(unit: Unit, rolloutId: string, by: string): Promise<boolean>;
  /** Takes a held lock away: its holder may not enter a `final` stage any more. */
  breakLock(unit: Unit, name: string, by: string): Promise<boolean>;
  find(rolloutId: string): Promise<RolloutView | undefined>;
  /** The plan as it was accepted, secrets as placeholders. */
  plan(rolloutId: string): Promise<Plan | undefined>;
  list(filter: RolloutFilter): Promise<RolloutSummary[]>;
  /** Resolves with the ended rollout; rejects when `signal` aborts. Any replica can wait for any rollout. */
  waitForEnd(rolloutId: string, signal?: AbortSignal): Promise<RolloutView>;
  /** Yields the view now and after every change until the end; changes may be folded together. */
  watch(rolloutId: string, signal: AbortSignal): AsyncIterable<RolloutView>;
  /** The kept tail; undefined when there is no such step run or nothing was written. */
  output(hostRunId: number, stepIndex: number, stream: OutputStream): Promise<OutputTail | undefined>;
  /** Yields new bytes from `offset` on as they come, until the step run has ended. */
  followOutput(
    hostRunId: number,
    stepIndex: number,
    stream: OutputStream,
    offset: number,
    signal: AbortSignal,
  ): AsyncIterable<{ offset: number; bytes: Uint8Array }>;
  /** Begins to drive rollouts, expire leases and clean up. */
  start(): Promise<void>;
  /** Ends held calls and stops driving; runs on agents go on. */
  stop(): Promise<void>;
}
