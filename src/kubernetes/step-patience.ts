import type { ServerStep } from '../engine/index.ts';
import type { Patience } from './cluster.ts';

/** What a step needs beside the waiting, so that it ends with its reason and not by its timeout. */
const marginMilliseconds = 15_000;

/**
 * How long a step waits for an API server that is away: until shortly before its timeout. `reserved` seconds of that are
 * for other things. Nothing can be put right without the API server, so giving up early would only leave things half done.
 */
export function stepPatience(
  step: Pick<ServerStep, 'timeoutSeconds'>,
  log: (text: string) => void,
  reserved = 0,
): Patience {
  const milliseconds = (step.timeoutSeconds - reserved) * 1000 - marginMilliseconds;
  return {
    milliseconds: Math.max(0, milliseconds),
    onTrouble: (text) => log(`${text} It is tried again.\n`),
  };
}
