import type { Clock } from '../storage/index.ts';
import { backoffMilliseconds } from './backoff.ts';
import type { ClaimedWork } from './claim.ts';
import type { Outcome } from './outcome.ts';
import { type WorkKind, WorkRefused } from './work.ts';

const defaultTimeoutSeconds = 60;

/** One try of a piece under way. */
export interface Attempt {
  /** Settles when the try is decided: by its end, its timeout or `abort`. Never rejects. */
  readonly outcome: Promise<Outcome>;
  /** Settles when its code has really ended; its place is taken until then. */
  readonly ended: Promise<void>;
  /** Ends the try as interrupted. */
  abort(): void;
}

/** Starts a try. Its timeout runs on `clock`; `random` (0 to below 1) is for the backoff. */
export function startAttempt(kind: WorkKind, work: ClaimedWork, clock: Clock, random: number): Attempt {
  const controller = new AbortController();
  const seconds = kind.timeoutSeconds ?? defaultTimeoutSeconds;
  let interrupt: (outcome: Outcome) => void = () => {};
  const interrupted = new Promise<Outcome>((resolve) => {
    interrupt = resolve;
  });
  const failed = (reason: string) => failure(kind, work.attempt, reason, random);
  const cancelTimeout = clock.after(seconds * 1000, () => {
    controller.abort();
    interrupt(failed(`did not end within ${seconds} s`));
  });
  // The first microtask: a kind that throws at once rejects like one that throws later.
  const running = Promise.resolve().then(() =>
    kind.run(JSON.parse(work.input), { id: work.id, attempt: work.attempt, signal: controller.signal }),
  );
  const finished = running.then(
    (): Outcome => ({ kind: 'done' }),
    (error: unknown): Outcome => {
      const reason = error instanceof Error ? error.message : String(error);
      return error instanceof WorkRefused ? { kind: 'dead', reason } : failed(reason);
    },
  );
  return {
    outcome: Promise.race([finished, interrupted]).finally(cancelTimeout),
    ended: finished.then(() => {}),
    abort() {
      controller.abort();
      interrupt(interruption(kind, work.attempt));
    },
  };
}

/** What a failed try means: again after a while, or dead when it was the last one. */
export function failure(kind: WorkKind, attempt: number, reason: string, random: number): Outcome {
  if (attempt >= kind.tries) return { kind: 'dead', reason };
  const seconds = kind.waitsSeconds?.[attempt - 1];
  const waitMilliseconds = seconds === undefined ? backoffMilliseconds(attempt, random) : seconds * 1000;
  return { kind: 'again', reason, waitMilliseconds };
}

/** What a restart in the middle means: it counts as a try, and the next one need not wait. */
export function interruption(kind: WorkKind, attempt: number): Outcome {
  const outcome = failure(kind, attempt, 'the server stopped in the middle', 0);
  return outcome.kind === 'again' ? { ...outcome, waitMilliseconds: 0 } : outcome;
}
