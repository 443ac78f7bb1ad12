import type { RolloutOwner } from './engine.ts';
import type { Liveness } from './liveness.ts';
import type { EngineParts, EngineTiming } from './parts.ts';
import type { PlanBook } from './plan-book.ts';

/** What sessions use besides their unit. Nothing here is waited for inside a unit. */
export interface SessionContext {
  readonly parts: EngineParts;
  readonly timing: EngineTiming;
  /** This server process. */
  readonly serverId: string;
  readonly plans: PlanBook;
  readonly liveness: Liveness;
  owner(dialect: string, noun: string): RolloutOwner | undefined;
  /** Looks, after the commit, whether these rollouts can go on: locks of theirs became free. */
  poke(rollout: number, hostRun: number | null): void;
}
