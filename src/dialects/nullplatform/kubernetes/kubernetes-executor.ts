import type { Plan, Stage, Step } from '../../../engine/index.ts';
import {
  type ApplyInput,
  type KubernetesKind,
  kubernetesApplyKind,
  kubernetesDeleteKind,
  kubernetesWaitKind,
  type RouteGoneInput,
  type RouteWaitInput,
  type WorkloadWaitInput,
} from '../../../kubernetes/index.ts';
import type { DeploymentExecutor, MoveOrder, PlannedScope, PlannedVersion } from '../deployments/executor.ts';
import {
  otherVersionsSelector,
  routeName,
  scopeSelector,
  versionLabels,
  versionSelector,
  workloadName,
} from './names.ts';
import { routeManifest, type Share, sharesOf } from './route-manifest.ts';
import { scalingOf } from './scaling.ts';
import { workloadManifests } from './workload-manifests.ts';

/** What plans for a cluster need of the settings. */
export interface GatewaySettings {
  readonly kubernetesGateway: string;
  readonly kubernetesDrainSeconds: number;
}

/** How long an action waits for an API server that is away, before it gives up and leaves things as they are. */
const patienceSeconds = 900;
const marginSeconds = 120;
const routeWaitSeconds = 60;
/** A switch does not wait for instances that went away as long as a start does. */
const switchWaitSeconds = 60;

const routeKind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };

/** What a version consists of; the Secret last, because pods that still start read it. */
const versionKinds: readonly KubernetesKind[] = [
  { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'v1', kind: 'Secret' },
];

/** Runs scopes in a cluster: objects of Kubernetes, and weights of an HTTPRoute (contract nullplatform 5.3). */
export function kubernetesExecutor(settings: GatewaySettings): DeploymentExecutor {
  const traffic = (
    scope: PlannedScope,
    shares: readonly Share[],
    drainSeconds: number,
    before: Step[] = [],
  ) => serverStage('traffic', [...before, ...routeSteps(scope, shares, drainSeconds, settings)]);

  const move = (order: MoveOrder, serves: PlannedVersion, gone: string): Plan => ({
    stages: [
      traffic(
        order.scope,
        [{ deploymentId: serves.deploymentId, weight: 100 }],
        settings.kubernetesDrainSeconds,
      ),
      deleteStage(gone),
    ],
  });
  const undo = (order: MoveOrder): Plan => {
    const { scope, own, previous } = order;
    if (previous) return move(order, previous, versionSelector(scope.id, own.deploymentId));
    // Nothing else serves the scope, so nothing of it may stay.
    const all = scopeSelector(scope.id);
    const nobody = deleteStep('take the address away', [routeKind], all);
    const drained = goneStep(scope, settings.kubernetesDrainSeconds);
    return { stages: [serverStage('traffic', [nobody, drained]), deleteStage(all)] };
  };

  return {
    startPlan(order) {
      const { scope, deploymentId, contents, maxWaitSeconds } = order;
      const apply = applyStep('apply objects', {
        objects: workloadManifests(order),
        secrets: contents.secrets,
      });
      const stages = [
        serverStage('start', [apply, waitStep(scope, deploymentId, order.pool, maxWaitSeconds)]),
      ];
      if (order.isInitial) stages.push(traffic(scope, sharesOf(deploymentId, null, 100), 0));
      return { stages };
    },
    switchPlan({ scope, own, previous }, percent) {
      const shares = sharesOf(own.deploymentId, previous?.deploymentId ?? null, percent);
      const wait = waitStep(scope, own.deploymentId, own.pool, switchWaitSeconds);
      // Traffic is taken away from a version also when it is not well.
      const isTaken = shares.some(({ deploymentId }) => deploymentId === own.deploymentId);
      return { stages: [traffic(scope, shares, 0, isTaken ? [wait] : [])] };
    },
    finalizePlan: (order) =>
      move(order, order.own, otherVersionsSelector(order.scope.id, order.own.deploymentId)),
    rollbackPlan: undo,
    deletePlan: undo,
  };
}

function routeSteps(
  scope: PlannedScope,
  shares: readonly Share[],
  drainSeconds: number,
  { kubernetesGateway }: GatewaySettings,
): Step[] {
  const wait: RouteWaitInput = {
    route: routeName(scope.id),
    maxWaitSeconds: routeWaitSeconds,
    drainSeconds,
  };
  const apply = applyStep('move the traffic', {
    objects: [routeManifest(scope, shares, kubernetesGateway)],
    secrets: [],
  });
  return [
    apply,
    {
      ...{ where: 'server', kind: kubernetesWaitKind, name: 'wait for the gateway', input: wait },
      timeoutSeconds: routeWaitSeconds + drainSeconds + patienceSeconds,
      onCancel: 'finish',
    },
  ];
}

/** Waits until nobody is sent to the scope any more, and for those who were. */
function goneStep(scope: PlannedScope, drainSeconds: number): Step {
  const input: RouteGoneInput = {
    goneRoute: routeName(scope.id),
    selector: scopeSelector(scope.id),
    maxWaitSeconds: routeWaitSeconds,
    drainSeconds,
  };
  return {
    ...{ where: 'server', kind: kubernetesWaitKind, name: 'wait for requests in flight', input },
    timeoutSeconds: routeWaitSeconds + drainSeconds + patienceSeconds,
    onCancel: 'finish',
  };
}

/** Waits until the version's instances are well; the pool's name tells whose counts they are. */
function waitStep(scope: PlannedScope, deploymentId: number, pool: string, maxWaitSeconds: number): Step {
  const input: WorkloadWaitInput = {
    deployment: workloadName(scope.id, deploymentId),
    pods: { ...versionLabels(scope.id, deploymentId) },
    wanted: scalingOf(scope.capabilities).least,
    maxWaitSeconds,
    subject: pool,
  };
  return {
    ...{ where: 'server', kind: kubernetesWaitKind, name: 'wait until well', input },
    timeoutSeconds: maxWaitSeconds + marginSeconds,
  };
}

function applyStep(name: string, input: ApplyInput): Step {
  return {
    ...{ where: 'server', kind: kubernetesApplyKind, name, input },
    timeoutSeconds: patienceSeconds,
    // Half applied would be worse than applied: a later action decides what becomes of it.
    onCancel: 'finish',
  };
}

function deleteStep(name: string, kinds: readonly KubernetesKind[], selector: string): Step {
  return {
    ...{ where: 'server', kind: kubernetesDeleteKind, name, input: { kinds, selector } },
    timeoutSeconds: patienceSeconds,
    onCancel: 'finish',
  };
}

function deleteStage(selector: string): Stage {
  return serverStage('stop', [deleteStep('delete objects', versionKinds, selector)]);
}

function serverStage(name: string, steps: Step[]): Stage {
  return { name, steps };
}
