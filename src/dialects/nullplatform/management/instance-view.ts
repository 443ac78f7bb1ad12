import { setTimeout as pause } from 'node:timers/promises';
import type { Instance } from '../../../engine/index.ts';
import { CoreError, isCoreError } from '../../../errors/index.ts';
import type { Context } from '../context.ts';
import { poolOf } from '../deployments/executor.ts';
import { clusterScopeType } from '../deployments/executors.ts';
import { type ClusterInstance, clusterInstances } from '../kubernetes/cluster-telemetry.ts';
import type { Scope } from '../wire.ts';
import type { InstanceView } from './instance-shapes.ts';

/** Somebody looks at a page: what hangs must not hold back what is known without it. */
const clusterPatience = 3000;

/** The instances of some versions of a scope, and why those in a cluster are not known. */
export interface KnownInstances {
  readonly instances: InstanceView[];
  readonly instancesProblem: string | null;
}

/** The instances of these deployments of the scope; `alsoEnded`: those too that ran and are remembered, for a day. */
export async function instancesOf(
  context: Context,
  scope: Scope,
  deploymentIds: readonly number[],
  { alsoEnded = false }: { readonly alsoEnded?: boolean } = {},
): Promise<KnownInstances> {
  if (deploymentIds.length === 0) return { instances: [], instancesProblem: null };
  if (scope.type === clusterScopeType) return await podsOf(context, scope, deploymentIds);
  const instances = await context.parts.engine.instances.list({ pools: deploymentIds.map(poolOf) });
  const shown = instances.filter(
    ({ wanted, state }) => alsoEnded || wanted || (state !== 'stopped' && state !== 'lost'),
  );
  const up = await context.parts.engine.hosts.up([...new Set(shown.map(({ host }) => host))]);
  return {
    instances: shown.map((instance) => processView(instance, up.get(instance.host) !== true)),
    instancesProblem: null,
  };
}

async function podsOf(
  context: Context,
  scope: Scope,
  deploymentIds: readonly number[],
): Promise<KnownInstances> {
  const which = { applicationId: scope.application_id, scopes: [scope.id] };
  try {
    const pods = await Promise.race([clusterInstances(context, which), tooLate()]);
    const own = pods.filter(({ deploymentId }) => deploymentIds.includes(deploymentId));
    return { instances: own.map(podView), instancesProblem: null };
  } catch (error) {
    if (!isCoreError(error)) throw error;
    return { instances: [], instancesProblem: error.message };
  }
}

async function tooLate(): Promise<never> {
  await pause(clusterPatience, undefined, { ref: false });
  throw new CoreError('unavailable', `The cluster did not answer within ${clusterPatience / 1000} s.`);
}

function processView(instance: Instance, isHostDown: boolean): InstanceView {
  const { id, pool, host, state, healthy, port, startedAt, restarts, trouble } = instance;
  return {
    ...{ id, host, isHostDown, state, healthy, port, startedAt, restarts },
    isPod: false,
    deploymentId: Number(pool.split('/').at(-1)),
    trouble: trouble?.text ?? null,
  };
}

function podView(pod: ClusterInstance): InstanceView {
  const { name, deploymentId, node, state, isReady, port, restarts, startedAt, trouble } = pod;
  const known = { deploymentId, state, port, restarts, startedAt, trouble };
  return { ...known, id: name, isPod: true, host: node, isHostDown: false, healthy: isReady };
}
