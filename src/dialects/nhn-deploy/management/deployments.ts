import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { plan } from '../../../engine/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { nativeActor } from '../actor.ts';
import { dayAt } from '../calendar.ts';
import type { Context } from '../context.ts';
import { findDeployment, orderAgain, stopDeployment } from '../deployments.ts';
import { deploymentRange, readDayRange } from '../history-range.ts';
import { readPage } from '../paging.ts';
import { prepareDeployment, type RunOrder } from '../prepare-deployment.ts';
import { startDeployment } from '../run-deployment.ts';
import { countDeployments, type Deployment, deploymentPage } from '../store/deployment.ts';
import { artifactOfPath, artifactOnly, artifactUrl, onArtifact, paramsWith } from './artifact-scope.ts';

const nullableText = Type.Union([Type.String(), Type.Null()]);

const deploymentShape = Type.Object({
  deployKey: Type.Integer(),
  rolloutId: Type.String({ description: 'Servers, tasks and output: GET /rollouts/{id}.' }),
  status: Type.Enum(['RUNNING', 'SUCCESS', 'FAIL']),
  scenario: Type.Integer(),
  scenarioName: Type.String(),
  serverGroup: Type.Integer(),
  serverGroupName: Type.String(),
  binaryVersion: nullableText,
  executor: Type.String(),
  executedAt: Type.Integer(),
  endedAt: Type.Union([Type.Integer(), Type.Null()]),
  note: nullableText,
});

/** What to run where; the fields of the original's body with ids beside them. */
const runBody = Type.Object(
  {
    scenario: Type.Integer({ minimum: 1 }),
    serverGroup: Type.Integer({ minimum: 1 }),
    servers: Type.Optional(
      Type.Array(Type.String(), { minItems: 1, description: 'Default: all of the group.' }),
    ),
    concurrentNum: Type.Optional(Type.Integer({ minimum: 0, description: '0 (default): all at once.' })),
    nextWhenFail: Type.Optional(Type.Boolean()),
    note: Type.Optional(Type.String({ maxLength: 65_535 })),
  },
  { additionalProperties: false },
);

const started = Type.Object({ deployKey: Type.Integer(), rolloutId: Type.String() });

const url = `${artifactUrl}/deployments`;
const tag = 'nhn-deploy deployments';
const one = paramsWith('deployment');

/** Deployments: list, one, run, plan without running, stop, again. */
export function deploymentRoutes(app: FastifyInstance, context: Context): void {
  const { clock, settings, storage } = context.parts;

  nativeRoute(app, {
    method: 'GET',
    url,
    tag,
    summary: 'The deployments of an artifact, newest first; by default those of the last month',
    access: onArtifact('nhn-deploy.read'),
    params: artifactOnly,
    query: Type.Object({
      from: Type.Optional(Type.String({ description: 'A day, yyyy-MM-dd.' })),
      to: Type.Optional(Type.String({ description: 'A day, yyyy-MM-dd, itself included.' })),
      serverGroup: Type.Optional(Type.Integer({ minimum: 1 })),
      pageNum: Type.Optional(Type.String()),
      pageSize: Type.Optional(Type.String()),
    }),
    answer: Type.Object({ total: Type.Integer(), items: Type.Array(deploymentShape) }),
    handle: ({ params, query: { from, to, serverGroup, pageNum = '', pageSize = '' } }) => {
      const days = readDayRange(from, to, dayAt(clock.now(), settings.timeZone));
      const page = readPage({ pageNum, pageSize });
      return storage.read(async (reader) => {
        const { id: artifactId } = await artifactOfPath(reader, params);
        const of = { artifactId, ...(serverGroup === undefined ? {} : { serverGroupId: serverGroup }) };
        const range = deploymentRange(days, settings.timeZone, of);
        const rows = await deploymentPage(reader, range, page);
        return { total: await countDeployments(reader, range), items: rows.map(showDeployment) };
      });
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: `${url}/:deployment`,
    tag,
    summary: 'One deployment',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: deploymentShape,
    async handle({ params }) {
      const { id } = await storage.read((reader) => artifactOfPath(reader, params));
      return showDeployment(await findDeployment(context, id, params.deployment));
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url,
    tag,
    summary: 'Run a scenario; answers at once',
    access: onArtifact('nhn-deploy.run'),
    params: artifactOnly,
    body: runBody,
    answer: started,
    status: 202,
    async handle({ params, body, principal }) {
      const { deployKey, rolloutId } = await startDeployment(context, orderOf(params, body, principal.name));
      return { deployKey, rolloutId };
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${artifactUrl}/plan`,
    tag,
    summary: 'What a run would do, without running it',
    access: onArtifact('nhn-deploy.read'),
    params: artifactOnly,
    body: runBody,
    answer: Type.Object({
      plan,
      binaries: Type.Array(Type.Object({ key: Type.Integer(), name: Type.String(), version: Type.String() })),
    }),
    async handle({ params, body, principal }) {
      const order = orderOf(params, body, principal.name);
      const prepared = await storage.read((reader) =>
        prepareDeployment(reader, order, clock.now(), settings.timeZone),
      );
      const binaries = prepared.binaries.map(({ id: key, name, version }) => ({ key, name, version }));
      return { plan: prepared.plan, binaries };
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${url}/:deployment/stop`,
    tag,
    summary: 'Stop a running deployment; for the one who started it and for Deploy ADMINs',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: Type.Object({ stopped: Type.Boolean({ description: 'False: it had ended already.' }) }),
    async handle({ params, principal }) {
      const { id } = await storage.read((reader) => artifactOfPath(reader, params));
      const deployment = await findDeployment(context, id, params.deployment);
      return { stopped: await stopDeployment(context, principal, nativeActor(principal.name), deployment) };
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${url}/:deployment/again`,
    tag,
    summary: 'Run a deployment again: the scenario as it was, with the same binaries',
    access: onArtifact('nhn-deploy.run'),
    params: one,
    answer: started,
    status: 202,
    async handle({ params, principal }) {
      const { id } = await storage.read((reader) => artifactOfPath(reader, params));
      const deployment = await findDeployment(context, id, params.deployment);
      const order = await orderAgain(context, deployment, principal.name);
      const { deployKey, rolloutId } = await startDeployment(context, order);
      return { deployKey, rolloutId };
    },
  });
}

function orderOf(
  params: { project: number; artifact: number },
  body: Static<typeof runBody>,
  executor: string,
): RunOrder {
  return {
    projectId: params.project,
    artifactId: params.artifact,
    serverGroupId: body.serverGroup,
    scenarioId: body.scenario,
    executor,
    request: {
      targets: body.servers,
      concurrentNum: body.concurrentNum ?? 0,
      nextWhenFail: body.nextWhenFail ?? false,
      deployNote: body.note ?? null,
    },
  };
}

function showDeployment(row: Deployment) {
  return {
    deployKey: row.id,
    rolloutId: row.rollout_id,
    status: row.status,
    scenario: row.scenario_id,
    scenarioName: row.scenario_name,
    serverGroup: row.server_group_id,
    serverGroupName: row.server_group_name,
    binaryVersion: row.binary_version,
    executor: row.executor,
    executedAt: row.executed_at,
    endedAt: row.ended_at,
    note: row.note,
  };
}
