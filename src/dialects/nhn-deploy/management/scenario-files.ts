import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { contentDisposition } from '../../../http/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { declaredMapping } from '../declaration/scenarios.ts';
import { exportScenario, fitToArtifact, scenarioFile } from '../scenario-file.ts';
import { createScenario } from '../scenarios.ts';
import { artifactById, artifactResource } from '../store/artifact.ts';
import {
  artifactOfPath,
  artifactOnly,
  artifactUrl,
  onArtifact,
  paramsWith,
  present,
} from './artifact-scope.ts';
import { scenarioOfPath, scenarioShape, showScenario } from './scenarios.ts';

const url = `${artifactUrl}/scenarios`;
const tag = 'nhn-deploy scenarios';
const one = paramsWith('scenario');
const replaced = Type.Array(Type.Object({ path: Type.String(), message: Type.String() }), {
  description:
    'Tasks whose binary or group the artifact has not; they deploy the newest of its default group.',
});
const placed = Type.Object({ scenario: scenarioShape, replaced });

/** Scenarios as files: export, import, copy. */
export function scenarioFileRoutes(app: FastifyInstance, context: Context): void {
  const { identity, storage } = context.parts;

  nativeRoute(app, {
    method: 'GET',
    url: `${url}/:scenario/export`,
    alsoHead: true,
    tag,
    summary: 'The scenario as a file; secrets are not part of it',
    access: onArtifact('nhn-deploy.read'),
    params: one,
    answer: scenarioFile,
    async handle({ params, reply }) {
      const file = await storage.read(async (reader) => {
        const { artifact, scenario } = await scenarioOfPath(reader, params);
        return await exportScenario(reader, artifact, scenario);
      });
      reply.header('content-disposition', contentDisposition('attachment', `${file.name}.json`));
      return file;
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${url}/import`,
    tag,
    summary: 'Make a scenario of an exported file',
    access: onArtifact('nhn-deploy.manage'),
    params: artifactOnly,
    body: Type.Object({
      ...scenarioFile.properties,
      serverGroups: Type.Optional(Type.Array(declaredMapping)),
    }),
    answer: placed,
    status: 201,
    handle: ({ params, body, principal }) =>
      storage.write(async (unit) => {
        const artifact = await artifactOfPath(unit, params);
        const fitted = await fitToArtifact(unit, artifact, body);
        const { name, description, serverGroups } = body;
        const input = { name, description, serverGroups, ...fitted.input };
        const made = await createScenario(
          context,
          unit,
          nativeActor(principal.name),
          artifact,
          input,
          'imported',
        );
        return { scenario: await showScenario(unit, made), replaced: fitted.replaced };
      }),
  });

  nativeRoute(app, {
    method: 'POST',
    url: `${url}/:scenario/copy`,
    tag,
    summary: 'Copy a scenario, within its artifact or to another one of the project; secrets stay behind',
    access: onArtifact('nhn-deploy.manage'),
    params: one,
    body: Type.Object({
      name: Type.String(),
      artifact: Type.Optional(Type.Integer({ minimum: 1, description: 'Default: the same.' })),
      serverGroups: Type.Optional(Type.Array(declaredMapping)),
    }),
    answer: placed,
    status: 201,
    async handle({ params, body, principal }) {
      const resource = artifactResource(params.project, body.artifact ?? params.artifact);
      await identity.require(principal, 'nhn-deploy.manage', resource);
      return await storage.write(async (unit) => {
        const { artifact, scenario } = await scenarioOfPath(unit, params);
        const found =
          body.artifact === undefined ? artifact : await artifactById(unit, params.project, body.artifact);
        const target = present(found, `sibling ${body.artifact} in its project`);
        const fitted = await fitToArtifact(unit, target, await exportScenario(unit, artifact, scenario));
        const { name, serverGroups } = body;
        const input = { name, description: scenario.description, serverGroups, ...fitted.input };
        const made = await createScenario(
          context,
          unit,
          nativeActor(principal.name),
          target,
          input,
          'copied',
        );
        return { scenario: await showScenario(unit, made), replaced: fitted.replaced };
      });
    },
  });
}
