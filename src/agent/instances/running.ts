import type { Exit } from './exit.ts';
import type { RunningNote } from './record.ts';

/** A program that runs for an instance: a process with all that it started, or a container. */
export interface Running {
  readonly note: RunningNote;
  /** Null for containers. */
  readonly pid: number | null;
  /** Resolves when nothing of it runs any more. Never rejects. */
  readonly ended: Promise<Exit>;
  /** TERM, and KILL after the grace time; resolves when nothing is left. */
  end(graceMilliseconds: number): Promise<void>;
  /** Watches no more, and leaves it running. */
  release(): void;
}

/** Thrown when an instance's program cannot be run on this host. */
export class CannotRunError extends Error {
  override readonly name = 'CannotRunError';
}
