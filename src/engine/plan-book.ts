import type { Reader, Unit } from '../storage/index.ts';
import { type PlanRules, planRules, type StepRules, stepRules } from './decide/index.ts';
import type { Plan, Step } from './plan.ts';
import type { EngineTables } from './tables.ts';

/** A plan with what is derived from it once. */
export interface OpenPlan {
  readonly plan: Plan;
  readonly rules: PlanRules;
}

/** How many plans stay in memory; a plan of 500 hosts and 3 steps takes about 50 KB. */
const remembered = 200;

/** Accepted plans by rollout id: they never change, so each is read and parsed once. */
export class PlanBook {
  readonly #plans = new Map<string, OpenPlan>();
  readonly #expansions = new Map<string, readonly Step[]>();
  readonly #rules = new WeakMap<readonly Step[], StepRules[]>();

  async plan(reader: Reader | Unit, rollout: { id: string; number: number }): Promise<OpenPlan> {
    const known = this.#plans.get(rollout.id);
    if (known) return known;
    const row = await reader
      .tables<EngineTables>()
      .selectFrom('rollout_plan')
      .select('plan')
      .where('rollout', '=', rollout.number)
      .executeTakeFirstOrThrow();
    const plan = JSON.parse(row.plan) as Plan;
    const open = { plan, rules: planRules(plan) };
    remember(this.#plans, rollout.id, open);
    return open;
  }

  /** The rules of a list of steps, made once for each list. */
  rules(steps: readonly Step[]): StepRules[] {
    const rules = this.#rules.get(steps) ?? stepRules(steps);
    this.#rules.set(steps, rules);
    return rules;
  }

  /** The steps of one host run; `expansion` is what a deferred stage was expanded to, as stored. */
  steps(plan: Plan, stage: number, host: string | null, expansion: string | null): readonly Step[] {
    const planned = plan.stages[stage];
    if (!planned) return [];
    if (planned.deferred) return expansion === null ? [] : this.#expanded(expansion);
    const own = planned.stepsByHost ?? {};
    // A host may be called like something that every object has.
    return (host !== null && Object.hasOwn(own, host) ? own[host] : planned.steps) ?? [];
  }

  #expanded(expansion: string): readonly Step[] {
    const known = this.#expansions.get(expansion);
    if (known) return known;
    const steps = JSON.parse(expansion) as Step[];
    remember(this.#expansions, expansion, steps);
    return steps;
  }
}

function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= remembered) break;
    map.delete(oldest);
  }
}
