import { type Plan, type RouteTarget, routeSetKind, type Stage, type Step } from '../../../engine/index.ts';
import type { DeploymentExecutor, MoveOrder, PlannedVersion, StartOrder } from './executor.ts';

const startTimeoutSeconds = 900;
const stopGraceSeconds = 15;
const stopTimeoutSeconds = 60;
const routeTimeoutSeconds = 60;

/** Runs scopes on hosts with agents: supervised processes behind the router's weights. */
export const hostExecutor: DeploymentExecutor = {
  startPlan(order) {
    const stages = [startStage(order)];
    if (order.isInitial) {
      stages.push(trafficStage(order.scope.domain, [{ pool: order.pool, weight: 100 }], 0));
    }
    return { stages };
  },
  switchPlan(order, traffic) {
    const { own, previous } = order;
    const shares = [
      { pool: previous?.pool ?? '', weight: previous ? 100 - traffic : 0 },
      { pool: own.pool, weight: previous ? traffic : 100 },
    ];
    const targets = shares.filter(({ weight }) => weight > 0);
    return { stages: [trafficStage(order.scope.domain, targets, 0)] };
  },
  finalizePlan: (order) => movePlan(order, order.own, order.previous),
  rollbackPlan: (order) => movePlan(order, order.previous, order.own),
  deletePlan: (order) => movePlan(order, order.previous, order.own),
};

/** First the traffic, acknowledged by every router and drained; then the instances that nobody asks any more. */
function movePlan(order: MoveOrder, serves: PlannedVersion | null, goes: PlannedVersion | null): Plan {
  const targets = serves ? [{ pool: serves.pool, weight: 100 }] : [];
  const isAnybodyGone = goes !== null && goes.instances.length > 0;
  const traffic = trafficStage(order.scope.domain, targets, isAnybodyGone ? order.drainSeconds : 0);
  return { stages: isAnybodyGone ? [traffic, stopStage(goes)] : [traffic] };
}

function startStage(order: StartOrder): Stage {
  const { hosts } = order.scope;
  const stepsByHost: Record<string, Step[]> = {};
  for (const host of hosts.slice(0, order.instanceIds.length)) {
    const own = order.instanceIds.filter((_id, index) => hosts[index % hosts.length] === host);
    stepsByHost[host] = [
      ...own.map((instance) => startStep(order, instance)),
      {
        where: 'agent',
        kind: 'health-check',
        name: 'wait until well',
        instances: own,
        timeoutSeconds: order.maxWaitSeconds,
      },
    ];
  }
  return {
    name: 'start',
    hosts: Object.keys(stepsByHost),
    stepsByHost,
    hostLock: false,
    onFailure: 'abort',
  };
}

function startStep(order: StartOrder, instance: string): Step {
  const { contents } = order;
  return {
    where: 'agent',
    kind: 'service-start',
    name: `start ${instance.slice(0, 8)}`,
    timeoutSeconds: startTimeoutSeconds,
    instance,
    pool: order.pool,
    asset: order.asset,
    environment: { ...contents.environment },
    ...(contents.files.length > 0 ? { files: [...contents.files] } : {}),
    ...(contents.secrets.length > 0 ? { secrets: [...contents.secrets] } : {}),
    health: order.health,
    stopGraceSeconds,
  };
}

function trafficStage(host: string, targets: readonly RouteTarget[], drainSeconds: number): Stage {
  return {
    name: 'traffic',
    steps: [
      {
        where: 'server',
        kind: routeSetKind,
        name: 'move the traffic',
        input: { host, targets, drainSeconds },
        timeoutSeconds: routeTimeoutSeconds,
        // Half moved would be worse than moved: a later action decides where the traffic goes then.
        onCancel: 'finish',
      },
    ],
  };
}

function stopStage({ instances }: PlannedVersion): Stage {
  const stepsByHost: Record<string, Step[]> = {};
  for (const host of new Set(instances.map((instance) => instance.host))) {
    stepsByHost[host] = [
      {
        where: 'agent',
        kind: 'service-stop',
        name: 'stop instances',
        instances: instances.filter((instance) => instance.host === host).map(({ id }) => id),
        timeoutSeconds: stopTimeoutSeconds,
        onFailure: 'ignore',
      },
    ];
  }
  return {
    name: 'stop',
    hosts: Object.keys(stepsByHost),
    stepsByHost,
    hostLock: false,
    onFailure: 'continue',
    // Agents of hosts that are down stop them when they are heard again: the pool is retired.
    whenDown: 'skip',
  };
}
