import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { nativeRoute } from '../../../management/index.ts';
import type { Reader } from '../../../storage/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { scenarioDeclaration, scenarioFields } from '../declaration/scenarios.ts';
import { scenarioInput } from '../scenario-input.ts';
import { changeSecrets } from '../scenario-secrets.ts';
import {
  createScenario,
  deleteScenario,
  restoreScenario,
  scenarioAsInput,
  updateScenario,
} from '../scenarios.ts';
import {
  listScenarios,
  mappingsOf,
  type Scenario,
  scenarioById,
  scenarioRevisions,
  scenarioSecrets,
} from '../store/scenario.ts';
import {
  artifactOfPath,
  artifactOnly,
  artifactUrl,
  onArtifact,
  paramsWith,
  present,
} from './artifact-scope.ts';

const nullableText = Type.Union([Type.String(), Type.Null()]);

/** A scenario as the native API answers it; secrets by name only. */
export const scenarioShape = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  description: nullableText,
  createdAt: Type.Integer(),
  updatedAt: Type.Integer(),
  serverGroups: Type.Array(Type.Object({ group: Type.Integer(), priority: Type.Integer() })),
  secrets: Type.Array(Type.String()),
  ...scenarioInput.properties,
});

const revision = Type.Object({
  number: Type.Integer(),
  change: Type.String(),
  changedBy: Type.String(),
  changedAt: Type.Integer(),
  name: Type.String(),
  description: nullableText,
  ...scenarioInput.properties,
});

const url = `${artifactUrl}/scenarios`;
const tag = 'nhn-deploy scenarios';
const one = paramsWith('scenario');
const secretValues = Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), {
  description: 'By name; null removes one. Never answered.',
});

/** The scenario of a path; throws `not-found`. */
export async function scenarioOfPath(
  reader: Reader,
  params: { project: number; artifact: number; scenario: number },
) {
  const artifact = await artifactOfPath(reader, params);
  const scenario = await scenarioById(reader, artifact.id, params.scenario);
  return { artifact, scenario: present(scenario, `scenario ${params.scenario}`) };
}

/** The scenario in `scenarioShape`. */
export async function showScenario(reader: Reader, { id, name, description, content, ...row }: Scenario) {
  const serverGroups = (await mappingsOf(reader, id)).map(({ serverGroupId: group, priority }) => ({
    group,
    priority,
  }));
  return {
    id,
    name,
    description,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    serverGroups,
    secrets: (await scenarioSecrets(reader, id)).map((secret) => secret.name),
    ...scenarioAsInput(content),
  };
}

/** Scenarios: list, one, make, change, secrets, history, restore, delete. */
export function scenarioRoutes(app: FastifyInstance, context: Context): void {
  const { storage } = context.parts;
  const answer = (scenario: Scenario) => storage.read((reader) => showScenario(reader, scenario));

  nativeRoute(app, {
    method: 'GET',
    url,
    tag,
    summary: 'List the scenarios of an artifact',
    access: onArtifact('nhn-deploy.read'),
    params: artifactOnly,
    answer: Type.Object({ items: Type.Array(scenarioShape) }),
    handle: ({ params }) =>
      storage.read(async (reader) => {
        const items = [];
        const artifact = await artifactOfPath(reader, params);
        for (const scenario of await listScenarios(reader, artifact.id))
          items.push(await showScenario(reader, scenario));
        return { items };
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: `${url}/:scenario`,
    tag,
    summary: 'One scenario',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: scenarioShape,
    handle: ({ params }) =>
      storage.read(async (reader) => showScenario(reader, (await scenarioOfPath(reader, params)).scenario)),
  });

  nativeRoute(app, {
    method: 'POST',
    url,
    tag,
    summary: 'Make a scenario',
    access: onArtifact('nhn-deploy.manage'),
    params: artifactOnly,
    body: scenarioDeclaration,
    answer: scenarioShape,
    status: 201,
    handle: async ({ params, body, principal }) =>
      answer(
        await storage.write(async (unit) => {
          const actor = nativeActor(principal.name);
          const artifact = await artifactOfPath(unit, params);
          const scenario = await createScenario(context, unit, actor, artifact, body);
          await changeSecrets(context, unit, actor, artifact, scenario, body.secrets ?? {});
          return scenario;
        }),
      ),
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: `${url}/:scenario`,
    tag,
    summary: 'Change a scenario; preRun, tasks and serverGroups are replaced as lists',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    body: Type.Object({
      name: Type.Optional(Type.String()),
      ...scenarioFields,
      secrets: Type.Optional(secretValues),
    }),
    answer: scenarioShape,
    handle: async ({ params, body, principal }) =>
      answer(
        await storage.write(async (unit) => {
          const actor = nativeActor(principal.name);
          const { artifact, scenario } = await scenarioOfPath(unit, params);
          await changeSecrets(context, unit, actor, artifact, scenario, body.secrets ?? {});
          return await updateScenario(context, unit, actor, artifact, scenario, body);
        }),
      ),
  });

  nativeRoute(app, {
    method: 'GET',
    url: `${url}/:scenario/revisions`,
    tag,
    summary: 'The changes of a scenario, newest first',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: Type.Object({ items: Type.Array(revision) }),
    handle: ({ params }) =>
      storage.read(async (reader) => {
        const { scenario } = await scenarioOfPath(reader, params);
        const items = (await scenarioRevisions(reader, scenario.id)).map((each) => ({
          number: each.number,
          change: each.change,
          changedBy: each.changed_by,
          changedAt: each.changed_at,
          name: each.name,
          description: each.description,
          ...scenarioAsInput(each.content),
        }));
        return { items };
      }),
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${url}/:scenario/revisions/:revision/restore`,
    tag,
    summary: 'Make an old revision the newest',
    access: onArtifact('nhn-deploy.manage'),
    params: Type.Object({ ...one.properties, revision: Type.Integer({ minimum: 1 }) }),
    answer: scenarioShape,
    handle: async ({ params, principal }) =>
      answer(
        await storage.write(async (unit) => {
          const { artifact, scenario } = await scenarioOfPath(unit, params);
          const revisions = await scenarioRevisions(unit, scenario.id);
          const wanted = revisions.find((each) => each.number === params.revision);
          const old = present(wanted, `revision ${params.revision} of ${scenario.name}`);
          return await restoreScenario(context, unit, nativeActor(principal.name), artifact, scenario, old);
        }),
      ),
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: `${url}/:scenario`,
    tag,
    summary: 'Delete a scenario; its histories stay',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    handle: ({ params, principal }) =>
      storage.write(async (unit) => {
        const { artifact, scenario } = await scenarioOfPath(unit, params);
        await deleteScenario(context, unit, nativeActor(principal.name), artifact, scenario);
      }),
  });
}
