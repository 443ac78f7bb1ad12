import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { DeploymentEvent } from './deployment-state.ts';

/** Who makes something happen: a user's id, and the name that the ledger knows. */
export interface By {
  readonly userId: number | null;
  readonly name: string;
}

/** The platform itself. */
export const platform: By = { userId: null, name: 'nullplatform' };

type Timeless<Event> = Event extends unknown ? Omit<Event, 'at'> : never;
/** An event without its time, which is the unit's. */
export type NewEvent = Timeless<DeploymentEvent>;

/** `applyEvent`, for what it calls itself: a scope that stops ends its deployments, an approval starts one. */
export type ApplyEvent = (
  context: Context,
  unit: Unit,
  deploymentId: number,
  event: NewEvent,
  by?: By,
) => Promise<string | undefined>;
