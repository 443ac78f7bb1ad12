import type { ServerStep } from '../engine/index.ts';
import { isCoreError } from '../errors/index.ts';
import type { Patience } from './cluster.ts';

/**
 * Hears, in words for people, that a step of a rollout waits for an API server that is away, or (`isFailure`) why it
 * failed.
 */
export type TellRollout = (rolloutId: string, text: string, isFailure: boolean) => Promise<void>;

/** What the steps of this folder run with. */
export interface StepContext {
  readonly rolloutId: string;
  readonly signal: AbortSignal;
  log(text: string): void;
}

/** What a step needs beside the waiting, so that it ends with its reason and not by its timeout. */
const marginMilliseconds = 15_000;

/**
 * How long a step waits for an API server that is away: until shortly before its timeout. `reserved` seconds of that are
 * for other things. Nothing can be put right without the API server, so giving up early would only leave things half done.
 */
export function stepPatience(
  step: Pick<ServerStep, 'timeoutSeconds'>,
  context: StepContext,
  tell: TellRollout,
  reserved = 0,
): Patience {
  const milliseconds = (step.timeoutSeconds - reserved) * 1000 - marginMilliseconds;
  return { milliseconds: Math.max(0, milliseconds), onTrouble: troubleTeller(context, tell) };
}

/** Says once in a step that the API server is away, in its output and to whoever follows the rollout. */
export function troubleTeller({ rolloutId, log }: StepContext, tell: TellRollout): (text: string) => void {
  let isTold = false;
  return (text) => {
    log(`${text} It is tried again.\n`);
    // Whether anybody hears of it decides nothing.
    if (!isTold) tell(rolloutId, `${text} It is tried again.`, false).catch(() => undefined);
    isTold = true;
  };
}

/** Runs a part of a step and tells why it failed, before it throws that. */
export async function telling<Result>(
  { rolloutId, signal }: StepContext,
  tell: TellRollout,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!signal.aborted && isCoreError(error)) await tell(rolloutId, error.message, true);
    throw error;
  }
}
