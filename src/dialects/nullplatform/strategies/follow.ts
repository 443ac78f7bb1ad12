import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import { say } from '../deployments/messages.ts';
import type { Deployment } from '../deployments/rows.ts';
import { rulesKind, trafficKind } from '../deployments/timer-kinds.ts';
import type { NullplatformTables } from '../tables.ts';
import { nextLookSeconds } from './metric-rules.ts';
import { readStrategyParameters, type StrategyParameters } from './strategy-parameters.ts';

/** What the deployment's strategy says; undefined for a deployment that follows none. */
export async function strategyOf(
  unit: Unit,
  deployment: Pick<Deployment, 'external_strategy_id'>,
): Promise<StrategyParameters | undefined> {
  if (deployment.external_strategy_id === null) return undefined;
  const row = await unit
    .tables<NullplatformTables>()
    .selectFrom('np_strategy')
    .select('parameters_json')
    .where('id', '=', deployment.external_strategy_id)
    .executeTakeFirst();
  return row && readStrategyParameters(JSON.parse(row.parameters_json));
}

/** A deployment runs: its strategy's first step and the first look at its rules are due in a while. */
export async function followStrategy(context: Context, unit: Unit, deployment: Deployment): Promise<void> {
  const strategy = await strategyOf(unit, deployment);
  if (!strategy) return;
  await say(
    unit,
    { scopeId: deployment.scope_id, deploymentId: deployment.id },
    strategy.unreadable.map((what) => ({
      level: 'WARNING',
      text: `The strategy's ${what} cannot be read and is not followed`,
    })),
  );
  await enqueueStep(context, unit, deployment.id, strategy, 0);
  // Also where there are none yet: a strategy that gets rules is followed as it is then.
  await context.parts.work.enqueue(unit, {
    kind: rulesKind,
    input: { deploymentId: deployment.id },
    notBefore: unit.now + nextLookSeconds(0) * 1000,
  });
}

/** Says that the steps of the deployment's strategy are not taken any more; nothing where it has none. */
export async function tellLeft(unit: Unit, deployment: Deployment): Promise<void> {
  const strategy = await strategyOf(unit, deployment);
  if (!strategy || strategy.steps.length === 0) return;
  const watched = strategy.rules.length === 0 ? '' : '; its rules are still watched';
  const text = `Traffic is moved by hand from now on: the strategy takes no more steps${watched}`;
  await say(unit, { scopeId: deployment.scope_id, deploymentId: deployment.id }, [{ level: 'INFO', text }]);
}

/** Makes the step with this index due; behind the last one nothing is. */
export async function enqueueStep(
  { parts }: Context,
  unit: Unit,
  deploymentId: number,
  strategy: StrategyParameters,
  index: number,
): Promise<void> {
  const step = strategy.steps[index];
  if (!step) return;
  await parts.work.enqueue(unit, {
    kind: trafficKind,
    input: { deploymentId, index },
    notBefore: unit.now + step.intervalSeconds * 1000,
  });
}
