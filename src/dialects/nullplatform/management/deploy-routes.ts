import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { nativeActor } from '../actor.ts';
import type { Context } from '../context.ts';
import { createDeployment } from '../deployments/create-deployment.ts';
import { badRequest } from '../errors.ts';
import { resourceOf } from '../nrn.ts';
import { createRelease } from '../releases.ts';
import { readSemver } from '../semver-order.ts';
import { rowById } from '../store/row.ts';
import { applicationPlace } from '../wire.ts';
import { deployChoices } from './deploy-choices.ts';
import { choicesShape, newDeploymentShape, newReleaseShape } from './deploy-shapes.ts';
import { seenScope } from './seen.ts';

const tag = 'nullplatform scopes';
const oneId = Type.Object({ id: Type.Integer({ minimum: 1 }) });

/** The native API by which releases are made and deployed, for the console. */
export function deployRoutes(app: FastifyInstance, context: Context): void {
  const { storage, identity } = context.parts;

  nativeRoute(app, {
    method: 'GET',
    url: '/scopes/:id/choices',
    tag,
    summary:
      'What can be deployed to a scope: releases, builds without one, strategies, and what a policy says to it',
    access: { permission: 'nullplatform.read', checkedBy: 'handler' },
    params: oneId,
    query: Type.Object({
      text: Type.Optional(
        Type.String({ maxLength: 200, description: 'Part of a version, branch, commit or description.' }),
      ),
    }),
    answer: choicesShape,
    handle: async ({ principal, params, query }) =>
      deployChoices(context, await seenScope(context, principal, params.id), query.text ?? ''),
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/scopes/:id/deployments',
    tag,
    summary: 'Deploy a release to a scope',
    access: { permission: 'nullplatform.deployment.write', checkedBy: 'handler' },
    params: oneId,
    body: newDeploymentShape,
    answer: Type.Object({ id: Type.Integer(), status: Type.String() }),
    async handle({ principal, params, body }) {
      const { scope, resource } = await seenScope(context, principal, params.id);
      await identity.require(principal, 'nullplatform.deployment.write', resource);
      const wish = {
        scopeId: scope.id,
        releaseId: body.releaseId,
        assetName: body.assetName,
        description: body.description?.trim() || null,
        externalStrategyId: body.strategyId ?? null,
        desiredTraffic: body.traffic,
        groupId: null,
        applicationId: undefined,
      };
      const by = { userId: principal.id, name: principal.name };
      const { deployment } = await storage.write((unit) => createDeployment(context, unit, wish, by));
      return { id: deployment.id, status: deployment.status };
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/builds/:id/releases',
    tag,
    summary: 'Make an active release of a successful build; without a version it gets the next one',
    access: { permission: 'nullplatform.release.write', checkedBy: 'handler' },
    params: oneId,
    body: newReleaseShape,
    answer: Type.Object({ id: Type.Integer(), semver: Type.String() }),
    async handle({ principal, params, body }) {
      const found = await storage.read(async (reader) => {
        const build = await rowById(reader, 'np_build', params.id);
        const application = build && (await rowById(reader, 'np_application', build.application_id));
        return build && application && { build, application };
      });
      const resource = found && resourceOf(applicationPlace(found.application));
      if (!found || !resource || !(await identity.allows(principal, 'nullplatform.read', resource))) {
        throw new CoreError('not-found', `There is no build ${params.id}`);
      }
      await identity.require(principal, 'nullplatform.release.write', resource);
      const semver = body.semver === undefined ? undefined : readSemver(body.semver);
      if (body.semver !== undefined && semver === undefined) {
        throw badRequest(`"${body.semver}" is no version: it has to be like 1.4.0 or 2.0.0-rc.1`);
      }
      const input = { semver, status: 'active', metadata: {} } as const;
      const actor = nativeActor(principal.name, principal.id);
      const release = await storage.write((unit) =>
        createRelease({ context, unit, actor }, found.application, found.build, input),
      );
      return { id: release.id, semver: release.semver };
    },
  });
}
