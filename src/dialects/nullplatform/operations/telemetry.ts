import { type CoreError, isCoreError } from '../../../errors/index.ts';
import { mayOn } from '../access.ts';
import type { Context } from '../context.ts';
import { poolOf } from '../deployments/executor.ts';
import { forbidden, invalidParameter, missingParameter } from '../errors.ts';
import { pathId } from '../input.ts';
import {
  type ClusterInstance,
  clusterInstances,
  clusterLines,
  clusterUsage,
  hasScopesElsewhere,
} from '../kubernetes/cluster-telemetry.ts';
import { scopeFor, sharedApplicationFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { idValues, textValues } from '../paging.ts';
import { metricValue } from '../strategies/metric-rules.ts';
import { endOfLog, logPage, type ReadLines, readLogToken } from '../telemetry/log-page.ts';
import { observedDeployments } from '../telemetry/observed-deployments.ts';
import { type MetricPoint, systemMetric, systemMetricNames } from '../telemetry/system-metrics.ts';
import { timestamp } from '../timestamps.ts';
import { visibilityOf } from '../visibility.ts';
import { applicationPlace, type Scope } from '../wire.ts';

const mostLines = 500;
/** Whoever follows a log and falls behind by more lines than this misses some. */
const mostUnread = 50_000;

/** `GET /telemetry/application/:id/log`: what the instances wrote, oldest first; `next_page_token` continues. */
export const readLog: Handler = async (context, call) => {
  const which = await observed(context, call, pathId(call), ['scope', 'scope_id']);
  const deployments = await context.parts.storage.read((reader) => observedDeployments(reader, which));
  const token = textValues(call, 'next_page_token')?.[0];
  const position = token === undefined ? undefined : readLogToken(token);
  if (token !== undefined && !position) throw invalidParameter('next_page_token');
  const limit = wholeNumber(call, 'limit', 100, mostLines);
  const pools = deployments.map(({ id }) => poolOf(id));
  const read: ReadLines = async (range) => {
    const after = range.arrivedAfter ?? range.after;
    const [ofHosts, ofCluster] = await Promise.all([
      context.parts.engine.instances.lines(pools, range),
      clusterLines(context, which, { limit: range.limit, ...(after === undefined ? {} : { after }) }),
    ]);
    // A cluster does not say which of its lines were errors, nor when they came.
    const ofPods = ofCluster.map(({ pod, at, text }) => ({
      ...{ instance: pod, at, text, stream: null },
      ...{ arrivedAt: at, number: 0 },
    }));
    return [...ofHosts, ...ofPods].sort((one, other) => one.at - other.at);
  };
  const lines = position
    ? await read({ arrivedAfter: position.after, limit: mostUnread })
    : await endOfLog(read, limit, mostUnread);
  const page = logPage(lines, position, limit, context.parts.clock.now());
  return {
    results: page.lines.map(({ instance, at, stream, text, number }) => ({
      id: `${instance}-${at}-${number}`,
      message: text,
      date: timestamp(at),
      instance_id: instance,
      stream,
    })),
    next_page_token: page.token,
  };
};

const routeMetrics = ['http.rpm', 'http.error_rate', 'http.response_time'];

/** `GET /telemetry/application/:id/metric/:metric`: what the routers measured, or what instances used of their hosts. */
export const readMetric: Handler = async (context, call) => {
  const metric = call.path.metric ?? '';
  const isOfHosts = systemMetricNames.includes(metric);
  if (!isOfHosts && !routeMetrics.includes(metric)) throw invalidParameter('metric');
  const application = await sharedApplicationFor(context, call, pathId(call));
  const [scopeId] = idValues(call, 'scope_id') ?? idValues(call, 'scope') ?? [];
  if (scopeId === undefined) throw missingParameter('scope_id');
  const { scope } = await scopeFor(context, call, 'nullplatform.read', scopeId);
  if (scope.application_id !== application.id) throw invalidParameter('scope_id');
  const to = context.parts.clock.now();
  const range = {
    from: to - wholeNumber(call, 'minutes', 60, 2880) * 60_000,
    to,
    periodSeconds: Math.ceil(wholeNumber(call, 'period', 60, 86_400) / 10) * 10,
  };
  const byDeployment = isOfHosts
    ? await usagePoints(context, scope, metric, range)
    : await routePoints(context, scope, metric, range);
  const results = [...byDeployment].map(([deploymentId, points]) => ({
    dimensions: { scope_id: String(scope.id), deployment_id: String(deploymentId) },
    data: points.map(({ at, value }) => ({ value, timestamp: timestamp(at) })),
  }));
  return { metric, results };
};

interface Range {
  readonly from: number;
  readonly to: number;
  readonly periodSeconds: number;
}

/** What the routers measured, by deployment. */
async function routePoints(
  { parts }: Context,
  scope: Scope,
  metric: string,
  range: Range,
): Promise<Map<number, MetricPoint[]>> {
  const points = new Map<number, MetricPoint[]>();
  for (const measure of await parts.engine.routes.measures({ hosts: [scope.domain], ...range })) {
    const numbers = { ...measure, windowSeconds: range.periodSeconds, healthy: 0, wanted: 0 };
    const value = metricValue(metric, numbers);
    if (value === undefined) continue;
    const deploymentId = Number(measure.pool.split('/').at(-1));
    const own = points.get(deploymentId) ?? [];
    own.push({ value, at: measure.at });
    points.set(deploymentId, own);
  }
  return points;
}

/** What instances used, by deployment; a cluster tells it as it is now. */
async function usagePoints(
  context: Context,
  scope: Scope,
  metric: string,
  { from, to, periodSeconds }: Range,
): Promise<Map<number, MetricPoint[]>> {
  const which = { applicationId: scope.application_id, scopes: [scope.id] };
  const points = new Map<number, MetricPoint[]>();
  for (const { deploymentId, value, at } of await clusterUsage(context, which, metric)) {
    points.set(deploymentId, [{ value, at }]);
  }
  const deployments = await context.parts.storage.read((reader) => observedDeployments(reader, which));
  for (const { id } of deployments) {
    const samples = await context.parts.engine.instances.usage([poolOf(id)], { after: from, before: to });
    const own = systemMetric(metric, samples, periodSeconds);
    if (own.length > 0) points.set(id, own);
  }
  return points;
}

/**
 * `GET /telemetry/instance`: the instances of an application's scopes that run or are wanted. While the cluster is away,
 * those on hosts are told, and `messages` (in the form of contract nullplatform 3.4) says that the others are not known;
 * 503 where all that is asked for is in the cluster.
 */
export const listInstances: Handler = async (context, call) => {
  const [applicationId] = idValues(call, 'application_id') ?? [];
  if (applicationId === undefined) throw missingParameter('application_id');
  const which = await observed(context, call, applicationId, ['scope_id']);
  const deployments = await context.parts.storage.read((reader) => observedDeployments(reader, which));
  const byPool = new Map(deployments.map((deployment) => [poolOf(deployment.id), deployment]));
  const instances = await context.parts.engine.instances.list({ pools: [...byPool.keys()] });
  const ofCluster = await instancesOrWhyNot(context, which);
  const ofHosts = instances
    .filter(({ wanted, state }) => wanted || (state !== 'stopped' && state !== 'lost'))
    .map((instance) => {
      const deployment = byPool.get(instance.pool);
      return {
        id: instance.id,
        instance_id: instance.id,
        application_id: which.applicationId,
        scope_id: deployment?.scopeId ?? null,
        deployment_id: deployment?.id ?? null,
        state: instance.state,
        healthy: instance.healthy,
        host: instance.host,
        port: instance.port,
        restarts: instance.restarts,
        message: instance.trouble?.text ?? null,
        launch_time: instance.startedAt === null ? null : timestamp(instance.startedAt),
      };
    });
  const isAway = isCoreError(ofCluster);
  const ofPods = isAway ? [] : ofCluster.map((pod) => podWire(pod, which.applicationId));
  const results = [...ofHosts, ...ofPods];
  return {
    paging: { total: results.length, offset: 0, limit: results.length },
    results,
    messages: isAway ? [unknownInstances(ofCluster, context.parts.clock.now())] : [],
  };
};

/** Throws `unavailable`, too, when nothing else than the cluster is asked about. */
async function instancesOrWhyNot(
  context: Context,
  which: Parameters<typeof clusterInstances>[1],
): Promise<readonly ClusterInstance[] | CoreError> {
  try {
    return await clusterInstances(context, which);
  } catch (error) {
    if (isCoreError(error, 'unavailable') && (await hasScopesElsewhere(context, which))) return error;
    throw error;
  }
}

/** Of an application the scopes that are asked for; of one that the caller has only scopes of, no others than these. */
async function observed(
  context: Context,
  call: Call,
  applicationId: number,
  names: readonly string[],
): Promise<{ readonly applicationId: number; readonly scopes: readonly number[] | undefined }> {
  const application = await sharedApplicationFor(context, call, applicationId);
  const asked = names.map((name) => idValues(call, name)).find((ids) => ids !== undefined);
  if (await mayOn(context, call.caller, 'nullplatform.read', applicationPlace(application))) {
    return { applicationId, scopes: asked };
  }
  const { scopes } = await visibilityOf(context, call.caller);
  if (scopes.length === 0 || asked?.some((id) => !scopes.includes(id))) throw forbidden();
  return { applicationId, scopes: asked ?? scopes };
}

function unknownInstances({ message }: CoreError, timestamp: number): object {
  const text = `The instances of scopes in the cluster are not known now: ${message}`;
  return { level: 'WARNING', message: text, timestamp };
}

function podWire(pod: ClusterInstance, applicationId: number) {
  return {
    id: pod.name,
    instance_id: pod.name,
    application_id: applicationId,
    scope_id: pod.scopeId,
    deployment_id: pod.deploymentId,
    state: pod.state,
    healthy: pod.isReady,
    host: pod.node,
    port: pod.port,
    restarts: pod.restarts,
    message: pod.trouble,
    launch_time: pod.startedAt === null ? null : timestamp(pod.startedAt),
  };
}

function wholeNumber(call: Pick<Call, 'query'>, name: string, standard: number, most: number): number {
  const text = call.query[name];
  if (text === undefined || text === '') return standard;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalidParameter(name);
  return Math.min(Number(text), most);
}
