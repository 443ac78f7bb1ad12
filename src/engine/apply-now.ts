import type { Unit } from '../storage/index.ts';
import type { Input } from './driver.ts';
import { Session } from './session.ts';
import type { SessionContext } from './session-context.ts';
import { flush } from './session-flush.ts';

/** Decides about a rollout within a caller's unit; undefined when there is no such rollout. */
export async function applyNow<Result>(
  unit: Unit,
  context: SessionContext,
  rollout: number,
  input: Input<Result>,
): Promise<Result | undefined> {
  const session = await Session.open(unit, context, rollout);
  if (!session) return undefined;
  const result = await input.run(session);
  await flush(session);
  return result;
}
