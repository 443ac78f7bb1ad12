import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { callSignal, sendEvents } from '../../../http/index.ts';
import type { Principal } from '../../../identity/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { executeApproval } from '../approvals/approval-effects.ts';
import type { Context } from '../context.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { type DeploymentPatch, patchDeployment } from '../deployments/patch-deployment.ts';
import { overview } from './overview.ts';
import { pageEvents } from './page-events.ts';
import { scopePage } from './scope-page.ts';
import { overviewShape, scopePageShape } from './scope-shapes.ts';
import { seenDeployment, seenScope } from './seen.ts';

const tag = 'nullplatform scopes';
const read = { permission: 'nullplatform.read', checkedBy: 'handler' } as const;
const deploy = { permission: 'nullplatform.deployment.write', checkedBy: 'handler' } as const;
const oneId = Type.Object({ id: Type.Integer({ minimum: 1 }) });

const mostScopes = 200;

const overviewQuery = Type.Object({
  text: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'Words in the names of scope, application, namespace, account and organization.',
    }),
  ),
  underWay: Type.Optional(Type.Boolean({ description: 'Only scopes in which a version is rolled out.' })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: mostScopes, default: mostScopes })),
});

const actionBody = Type.Union([
  Type.Object(
    { action: Type.Literal('switch'), traffic: Type.Integer({ minimum: 0, maximum: 100 }) },
    { additionalProperties: false },
  ),
  Type.Object(
    { action: Type.Union([Type.Literal('finalize'), Type.Literal('cancel'), Type.Literal('start')]) },
    { additionalProperties: false },
  ),
]);

/** The native API of scopes and their deployments, for the console. */
export function scopeRoutes(app: FastifyInstance, context: Context): void {
  nativeRoute(app, {
    method: 'GET',
    url: '/scopes',
    tag,
    summary:
      'Organizations, applications and scopes that the caller may read, with what runs in them, by name, in pages',
    access: read,
    query: overviewQuery,
    answer: overviewShape,
    handle: async ({ principal, query }) =>
      overview(context, await context.parts.identity.resources(principal, 'nullplatform.read'), {
        text: query.text ?? '',
        underWay: query.underWay ?? false,
        offset: query.offset ?? 0,
        limit: query.limit ?? mostScopes,
      }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/scopes/:id',
    tag,
    summary: 'A scope: its address, its deployments, traffic, instances, measures of 15 minutes, messages',
    access: read,
    params: oneId,
    answer: scopePageShape,
    handle: ({ principal, params }) => pageFor(context, principal, params.id),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/scopes/:id/events',
    tag,
    summary:
      'Follow a scope: an event `scope` with the whole page now, after every change and every 5 seconds',
    access: read,
    background: true,
    params: oneId,
    streams: 'text/event-stream',
    async handle({ principal, params, request, reply }) {
      await pageFor(context, principal, params.id);
      const load = () => pageFor(context, principal, params.id);
      const followed = { event: 'scope', scopeId: params.id, load };
      return sendEvents(reply, pageEvents(context, followed, callSignal(request, reply)));
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/deployments/:id/actions',
    tag,
    summary:
      'Move the traffic of a deployment, finalise or cancel it, start an approved one; answers at once',
    access: deploy,
    params: oneId,
    body: actionBody,
    async handle({ principal, params, body }) {
      const { storage, identity } = context.parts;
      const { resource } = await seenDeployment(context, principal, params.id);
      await identity.require(principal, 'nullplatform.deployment.write', resource);
      const by = { userId: principal.id, name: principal.name };
      await storage.write(async (unit) => {
        if (body.action === 'start') await executeApproval(context, unit, params.id, by, applyEvent);
        else await patchDeployment(context, unit, params.id, patchOf(body), by);
      });
    },
  });
}

function patchOf(body: Exclude<Static<typeof actionBody>, { action: 'start' }>): DeploymentPatch {
  if (body.action === 'switch') return { desired: body.traffic };
  return { status: body.action === 'finalize' ? 'finalizing' : 'cancelling' };
}

async function pageFor(context: Context, principal: Principal, id: number) {
  const { may } = await seenScope(context, principal, id);
  const page = await scopePage(context, id, {
    deploy: await may('nullplatform.deployment.write'),
    decide: await may('nullplatform.approval.decide'),
    release: await may('nullplatform.release.write'),
  });
  if (!page) throw new CoreError('not-found', `There is no scope ${id}`);
  return page;
}
