import type { Reader } from '../../../storage/index.ts';
import { poolOf } from '../deployments/executor.ts';
import { invalidParameter, missingParameter } from '../errors.ts';
import { pathId } from '../input.ts';
import { applicationFor, scopeFor } from '../lookup.ts';
import type { Call, Handler } from '../operation.ts';
import { idValues, textValues } from '../paging.ts';
import { metricValue } from '../strategies/metric-rules.ts';
import type { NullplatformTables } from '../tables.ts';
import { timestamp } from '../timestamps.ts';

const mostLines = 500;
const mostDeployments = 20;

/** `GET /telemetry/application/:id/log`: what the instances wrote, oldest first; `next_page_token` continues. */
export const readLog: Handler = async (context, call) => {
  const application = await applicationFor(context, call, 'nullplatform.read', pathId(call));
  const scopes = idValues(call, 'scope') ?? idValues(call, 'scope_id');
  const deployments = await context.parts.storage.read((reader) =>
    newestDeployments(reader, { applicationId: application.id, scopes }),
  );
  const token = textValues(call, 'next_page_token')?.[0];
  if (token !== undefined && !/^\d{1,15}$/.test(token)) throw invalidParameter('next_page_token');
  const after = token === undefined ? {} : { after: Number(token) };
  const lines = await context.parts.engine.instances.lines(
    deployments.map(({ id }) => poolOf(id)),
    { ...after, limit: wholeNumber(call, 'limit', 100, mostLines) },
  );
  const last = lines.at(-1);
  return {
    results: lines.map(({ instance, at, stream, text }, index) => ({
      id: `${instance}-${at}-${index}`,
      message: text,
      date: timestamp(at),
      instance_id: instance,
      stream,
    })),
    next_page_token: last === undefined ? (token ?? null) : String(last.at),
  };
};

const routeMetrics = ['http.rpm', 'http.error_rate', 'http.response_time'];
const systemMetrics = ['system.cpu_usage_percentage', 'system.memory_usage_percentage'];

/** `GET /telemetry/application/:id/metric/:metric`: what the routers measured; of processors and memory nothing is. */
export const readMetric: Handler = async (context, call) => {
  const metric = call.path.metric ?? '';
  if (!routeMetrics.includes(metric) && !systemMetrics.includes(metric)) throw invalidParameter('metric');
  const application = await applicationFor(context, call, 'nullplatform.read', pathId(call));
  const [scopeId] = idValues(call, 'scope_id') ?? idValues(call, 'scope') ?? [];
  if (scopeId === undefined) throw missingParameter('scope_id');
  const { scope } = await scopeFor(context, call, 'nullplatform.read', scopeId);
  if (scope.application_id !== application.id) throw invalidParameter('scope_id');
  if (systemMetrics.includes(metric)) return { results: [] };
  const to = context.parts.clock.now();
  const periodSeconds = Math.ceil(wholeNumber(call, 'period', 60, 86_400) / 10) * 10;
  const measures = await context.parts.engine.routes.measures({
    hosts: [scope.domain],
    from: to - wholeNumber(call, 'minutes', 60, 2880) * 60_000,
    to,
    periodSeconds,
  });
  const byPool = new Map<string, { value: number; timestamp: string }[]>();
  for (const measure of measures) {
    const numbers = { ...measure, windowSeconds: periodSeconds, healthy: 0, wanted: 0 };
    const value = metricValue(metric, numbers);
    if (value === undefined) continue;
    const data = byPool.get(measure.pool) ?? [];
    data.push({ value, timestamp: timestamp(measure.at) });
    byPool.set(measure.pool, data);
  }
  const results = [...byPool].map(([pool, data]) => ({
    dimensions: { scope_id: String(scope.id), deployment_id: pool.split('/').at(-1) ?? '' },
    data,
  }));
  return { metric, results };
};

/** `GET /telemetry/instance`: the instances of an application's scope that run or are wanted. */
export const listInstances: Handler = async (context, call) => {
  const [applicationId] = idValues(call, 'application_id') ?? [];
  const scopes = idValues(call, 'scope_id');
  if (applicationId === undefined) throw missingParameter('application_id');
  const application = await applicationFor(context, call, 'nullplatform.read', applicationId);
  const deployments = await context.parts.storage.read((reader) =>
    newestDeployments(reader, { applicationId: application.id, scopes }),
  );
  const byPool = new Map(deployments.map((deployment) => [poolOf(deployment.id), deployment]));
  const instances = await context.parts.engine.instances.list({ pools: [...byPool.keys()] });
  const results = instances
    .filter(({ wanted, state }) => wanted || (state !== 'stopped' && state !== 'lost'))
    .map((instance) => {
      const deployment = byPool.get(instance.pool);
      return {
        id: instance.id,
        instance_id: instance.id,
        application_id: application.id,
        scope_id: deployment?.scope_id ?? null,
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
  return { paging: { total: results.length, offset: 0, limit: results.length }, results };
};

async function newestDeployments(
  reader: Pick<Reader, 'tables'>,
  { applicationId, scopes }: { applicationId: number; scopes: readonly number[] | undefined },
): Promise<{ id: number; scope_id: number }[]> {
  return await reader
    .tables<NullplatformTables>()
    .selectFrom('np_deployment')
    .select(['id', 'scope_id'])
    .where('application_id', '=', applicationId)
    .$if(scopes !== undefined, (query) => query.where('scope_id', 'in', [...(scopes ?? [])]))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(mostDeployments)
    .execute();
}

function wholeNumber(call: Pick<Call, 'query'>, name: string, standard: number, most: number): number {
  const text = call.query[name];
  if (text === undefined || text === '') return standard;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalidParameter(name);
  return Math.min(Number(text), most);
}
