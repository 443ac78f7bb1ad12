import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { StrategyData } from '../deployments/deployment-state.ts';
import type { ApplyEvent } from '../deployments/event.ts';
import { poolOf } from '../deployments/executor.ts';
import { placedDeployment } from '../deployments/rows.ts';
import { rulesKind } from '../deployments/timer-kinds.ts';
import { parsed } from '../wire.ts';
import { enqueueStep, strategyOf } from './follow.ts';
import { brokenRule, nextLookSeconds } from './metric-rules.ts';

const windowSeconds = 60;
const longestMilliseconds = 2 * 3_600_000;

/** Moves the traffic by one step of the deployment's strategy, unless a person does, and makes the next one due. */
export async function takeStep(
  context: Context,
  unit: Unit,
  deploymentId: number,
  index: number,
  apply: ApplyEvent,
): Promise<void> {
  const placed = await placedDeployment(unit, deploymentId);
  if (placed?.deployment.status !== 'running' || placed.deployment.traffic_by_hand === 1) return;
  const strategy = await strategyOf(unit, placed.deployment);
  const step = strategy?.steps[index];
  if (!strategy || !step) return;
  await apply(context, unit, deploymentId, { kind: 'traffic-due', percentage: step.percentage });
  await enqueueStep(context, unit, deploymentId, strategy, index + 1);
}

/** Takes what the routers measured of the new version in the last minute; a rule that holds rolls it back. */
export async function lookAtRules(context: Context, deploymentId: number, apply: ApplyEvent): Promise<void> {
  const { storage, engine, work } = context.parts;
  const placed = await storage.read((reader) => placedDeployment(reader, deploymentId));
  if (!placed) return;
  const to = context.parts.clock.now();
  const measures = await engine.routes.measures({
    hosts: [placed.scope.domain],
    from: to - windowSeconds * 1000,
    to,
    periodSeconds: 10,
  });
  const own = measures.filter(({ pool }) => pool === poolOf(deploymentId));
  const sum = (read: (measure: (typeof own)[number]) => number) =>
    own.reduce((total, measure) => total + read(measure), 0);
  await storage.write(async (unit) => {
    const now = await placedDeployment(unit, deploymentId);
    if (now?.deployment.status !== 'running') return;
    const strategy = await strategyOf(unit, now.deployment);
    if (!strategy) return;
    const data = parsed<StrategyData>(now.deployment.strategy_data_json);
    const why = brokenRule(strategy.rules, {
      requests: sum(({ requests }) => requests),
      errors: sum(({ errors }) => errors),
      milliseconds: sum(({ milliseconds }) => milliseconds),
      windowSeconds,
      healthy: data.healthy_instances ?? 0,
      wanted: data.amount_instances_to_wait ?? 0,
    });
    if (why !== undefined) {
      await apply(context, unit, deploymentId, { kind: 'rule-broken', why });
      return;
    }
    const { running = unit.now } = parsed<{ running?: number }>(now.deployment.status_started_json);
    const age = unit.now - running;
    if (age >= longestMilliseconds) return;
    await work.enqueue(unit, {
      kind: rulesKind,
      input: { deploymentId },
      notBefore: unit.now + nextLookSeconds(age) * 1000,
    });
  });
}
