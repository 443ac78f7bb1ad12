import type { ApplyInput, Kubernetes } from '../../../kubernetes/index.ts';
import { hasCluster, kubernetesApplyKind } from '../../../kubernetes/index.ts';
import type { Reader } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { stateOf } from '../deployments/deployment-row.ts';
import { type Said, say } from '../deployments/messages.ts';
import { tellScopeChanged } from '../deployments/news.ts';
import { type PlacedDeployment, placedDeployment } from '../deployments/rows.ts';
import type { NullplatformTables } from '../tables.ts';
import { parsed } from '../wire.ts';
import { versionLabels, workloadName } from './names.ts';
import { routeManifest, sharesOf } from './route-manifest.ts';
import { scalingOf } from './scaling.ts';

/** The work that looks after the objects of deployments in progress. */
export const kubernetesRepairKind = 'nullplatform.kubernetes-repair';

const periodSeconds = 30;

/** Every 30 s, puts objects of deployments in progress right that somebody changed, and counts their instances. */
export async function startRepairs(context: Context, kubernetes: Kubernetes): Promise<void> {
  const { work, storage, settings, log } = context.parts;
  work.register({
    kind: kubernetesRepairKind,
    concurrency: 1,
    tries: 1,
    timeoutSeconds: 300,
    async run(_input, { signal }) {
      if (!hasCluster(settings)) return;
      const ids = await storage.read((reader) => deploymentsInProgress(reader));
      for (const id of ids) {
        try {
          await lookAfter(context, kubernetes, id, signal);
        } catch (error) {
          signal.throwIfAborted();
          log.warn({ err: error, deployment: id }, 'the objects of a deployment could not be looked after');
        }
      }
    },
  });
  await work.every(kubernetesRepairKind, periodSeconds);
}

async function deploymentsInProgress(reader: Pick<Reader, 'tables'>): Promise<number[]> {
  const rows = await reader
    .tables<NullplatformTables>()
    .selectFrom('np_scope')
    .select('in_progress_deployment_id as id')
    .where('type', '=', 'web_pool_k8s')
    .where('in_progress_deployment_id', 'is not', null)
    .execute();
  return rows.flatMap(({ id }) => (id === null ? [] : [id]));
}

async function lookAfter(
  context: Context,
  kubernetes: Kubernetes,
  id: number,
  signal: AbortSignal,
): Promise<void> {
  const { storage } = context.parts;
  const read = () => storage.read((reader) => placedDeployment(reader, id));
  const placed = await read();
  // While an action runs, its plan alone says what is wanted.
  if (!placed || !isResting(placed)) return;
  const before = trafficOf(placed);
  const isStillWanted = async () => {
    const now = await read();
    return now !== undefined && isResting(now) && trafficOf(now) === before;
  };
  const repaired: string[] = [];
  for (const input of await wantedObjects(context, placed)) {
    repaired.push(...(await kubernetes.repair(input, isStillWanted, signal)));
  }
  const { scope } = placed;
  const workload = {
    deployment: workloadName(scope.id, id),
    pods: { ...versionLabels(scope.id, id) },
    wanted: scalingOf(parsed(scope.capabilities_json)).least,
  };
  const { launched, healthy } = await kubernetes.workload(workload, signal);
  const said = repaired.map(
    (name): Said => ({ level: 'WARNING', text: `Cluster: ${name} had been changed and was put right` }),
  );
  await storage.write(async (unit) => {
    await say(unit, { scopeId: scope.id, deploymentId: id }, said);
    await applyEvent(context, unit, id, { kind: 'instances', launched, healthy });
    if (said.length > 0) tellScopeChanged(unit, scope.id);
  });
}

function isResting({ deployment }: PlacedDeployment): boolean {
  return deployment.status === 'running' && deployment.action_json === null;
}

function trafficOf({ deployment }: PlacedDeployment): number {
  return stateOf(deployment).data.switched_traffic ?? 0;
}

/** What the start of each version applied, and the route with the weights as they were moved last. */
async function wantedObjects({ parts }: Context, placed: PlacedDeployment): Promise<ApplyInput[]> {
  const { deployment, scope } = placed;
  const active = scope.active_deployment_id;
  const previous = active === deployment.id ? null : active;
  const versions = [deployment.id, ...(previous === null ? [] : [previous])];
  const starts = await parts.storage.read((reader) =>
    reader
      .tables<NullplatformTables>()
      .selectFrom('np_action')
      .select('rollout_id')
      .where('scope_id', '=', scope.id)
      .where('deployment_id', 'in', versions)
      .where('slug', 'in', ['start-initial', 'start-blue-green'])
      .execute(),
  );
  // A plan that is no longer kept says nothing: that version is left as it is.
  const plans = await Promise.all(
    starts.map(({ rollout_id: rollout }) => (rollout === null ? undefined : parts.engine.plan(rollout))),
  );
  const started = plans.flatMap((plan) =>
    (plan?.stages[0]?.steps ?? []).flatMap((step) =>
      step.where === 'server' && step.kind === kubernetesApplyKind ? [step.input as ApplyInput] : [],
    ),
  );
  const shares = sharesOf(deployment.id, previous, trafficOf(placed));
  return [
    ...started,
    { objects: [routeManifest(scope, shares, parts.settings.kubernetesGateway)], secrets: [] },
  ];
}
