import type { Unit } from '../../storage/index.ts';
import { type Actor, wireActor } from './actor.ts';
import type { Context } from './context.ts';
import type { Call } from './operation.ts';

/** What whatever changes something works with: the unit that it is part of, and who does it. */
export interface Writing {
  readonly context: Context;
  readonly unit: Unit;
  readonly actor: Actor;
}

/** Does what a caller asked for in one unit: all of it or nothing. */
export async function inUnit<T>(
  context: Context,
  call: Pick<Call, 'caller'>,
  work: (writing: Writing) => Promise<T>,
): Promise<T> {
  return await context.parts.storage.write((unit) => work({ context, unit, actor: wireActor(call) }));
}
