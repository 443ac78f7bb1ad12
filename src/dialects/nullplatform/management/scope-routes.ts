import type { FastifyInstance } from 'fastify';
import Type, { type Static } from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { callSignal, type StreamEvent, sendEvents } from '../../../http/index.ts';
import type { Principal } from '../../../identity/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import { executeApproval } from '../approvals/approval-effects.ts';
import type { Context } from '../context.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { onScopeChange } from '../deployments/news.ts';
import { type DeploymentPatch, patchDeployment } from '../deployments/patch-deployment.ts';
import { placedDeployment } from '../deployments/rows.ts';
import { resourceOf } from '../nrn.ts';
import { scopePlace } from '../wire.ts';
import { overview } from './overview.ts';
import { scopePage } from './scope-page.ts';
import { overviewShape, scopePageShape } from './scope-shapes.ts';
import { seenScope } from './seen.ts';

const tag = 'nullplatform scopes';
const read = { permission: 'nullplatform.read', checkedBy: 'handler' } as const;
const deploy = { permission: 'nullplatform.deployment.write', checkedBy: 'handler' } as const;
const oneId = Type.Object({ id: Type.Integer({ minimum: 1 }) });

/** Changes of measures are no news of a scope: the stream looks for them this often. */
const lookMilliseconds = 5000;

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
      return sendEvents(reply, scopeEvents(context, principal, params.id, callSignal(request, reply)));
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
      const placed = await storage.read((reader) => placedDeployment(reader, params.id));
      const resource = placed && resourceOf(scopePlace(placed.application, placed.scope));
      if (!resource || !(await identity.allows(principal, 'nullplatform.read', resource))) {
        throw new CoreError('not-found', `There is no deployment ${params.id}`);
      }
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

async function* scopeEvents(
  context: Context,
  principal: Principal,
  id: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  let changed = true;
  let wake = () => {};
  const tell = () => {
    changed = true;
    wake();
  };
  const stopListening = onScopeChange(context, (scopeId) => {
    if (scopeId === undefined || scopeId === id) tell();
  });
  signal.addEventListener('abort', tell, { once: true });
  let last = '';
  try {
    while (!signal.aborted) {
      changed = false;
      const page = await pageFor(context, principal, id);
      const text = JSON.stringify(page);
      if (text !== last) yield { event: 'scope', data: page };
      last = text;
      if (changed || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        const cancel = context.parts.clock.after(lookMilliseconds, resolve);
        wake = () => {
          cancel();
          resolve();
        };
      });
    }
  } finally {
    stopListening();
  }
}
