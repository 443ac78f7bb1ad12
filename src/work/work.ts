import type { Unit } from '../storage/index.ts';

/** A durable background job, as data. */
export interface WorkRequest {
  /** A registered kind. */
  readonly kind: string;
  /** JSON. */
  readonly input: unknown;
  /** For whom; kinds are fair between projects. Default `''`. */
  readonly project?: string;
  /** Work of one lane is started in FIFO order, one at a time. */
  readonly lane?: string;
  /** At most one running piece per key. */
  readonly exclusive?: string;
  /** At most one waiting piece per key; a second one is dropped (timers, sweeps). */
  readonly once?: string;
  /** Not before this time (epoch milliseconds); default now. */
  readonly notBefore?: number;
}

/** A kind of background job: how it runs and how often it is tried. */
export interface WorkKind<Input = unknown> {
  readonly kind: string;
  /** Most pieces of this kind at once in one process. */
  readonly concurrency: number;
  /** Tries in all, a restart in the middle counts as one; then the piece is dead. */
  readonly tries: number;
  /** One try; default 60 s. */
  readonly timeoutSeconds?: number;
  /** What passes before the second try, the third and so on; default from 1 s, doubling, with jitter. */
  readonly waitsSeconds?: readonly number[];
  /** Throws `WorkRefused` for an error that no further try can mend. */
  run(input: Input, context: { id: number; attempt: number; signal: AbortSignal }): Promise<void>;
  /** Runs in the unit that declares the piece dead. */
  onDead?(unit: Unit, input: Input, reason: string): Promise<void>;
}

/** A piece of work that was given up. */
export interface DeadLetter {
  readonly id: number;
  readonly kind: string;
  readonly project: string;
  readonly reason: string;
  readonly tries: number;
  /** Epoch milliseconds. */
  readonly diedAt: number;
}

/** Thrown by a kind: the piece is dead at once. */
export class WorkRefused extends Error {
  override readonly name = 'WorkRefused';
}

/** The durable queue. Nothing else starts background work. */
export interface WorkQueue {
  register<Input>(kind: WorkKind<Input>): void;
  /** In the unit that makes the work necessary; it is started after the commit. */
  enqueue(unit: Unit, work: WorkRequest): Promise<void>;
  /** The same for many pieces without a lane: ten thousand cost a few dozen statements. */
  enqueueMany(unit: Unit, works: readonly Omit<WorkRequest, 'lane'>[]): Promise<void>;
  /**
   * Keeps one piece of `kind` due every so often, first after `seconds`; its input is null. The time of the next one
   * outlives restarts. It never dies: when its tries are used up it waits for its next time.
   */
  every(kind: string, seconds: number): Promise<void>;
  start(): Promise<void>;
  /** Lets running pieces finish for at most `graceMilliseconds`, then gives them back. */
  stop(graceMilliseconds: number): Promise<void>;
  counts(): Promise<{ waiting: number; running: number; dead: number }>;
  /** Pieces that were given up, newest first; `before` continues after an id. */
  deadLetters(page: { before?: number; limit: number }): Promise<DeadLetter[]>;
  /** Takes a dead letter up again, with all its tries; false when there is none with this id. */
  revive(unit: Unit, id: number): Promise<boolean>;
}
