import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../../errors/index.ts';
import { callSignal, type StreamEvent, sendEvents } from '../../../http/index.ts';
import type { Principal } from '../../../identity/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import type { Context } from '../context.ts';
import { onScopeChange } from '../deployments/news.ts';
import { patchDeployment } from '../deployments/patch-deployment.ts';
import { placedDeployment, placedScope } from '../deployments/rows.ts';
import { resourceOf } from '../nrn.ts';
import type { Permission } from '../roles.ts';
import { scopePlace } from '../wire.ts';
import { overview } from './overview.ts';
import { scopePage } from './scope-page.ts';
import { overviewShape, scopePageShape } from './scope-shapes.ts';

const tag = 'nullplatform scopes';
const read = { permission: 'nullplatform.read', checkedBy: 'handler' } as const;
const deploy = { permission: 'nullplatform.deployment.write', checkedBy: 'handler' } as const;
const oneId = Type.Object({ id: Type.Integer({ minimum: 1 }) });

/** Changes of measures are no news of a scope: the stream looks for them this often. */
const lookMilliseconds = 5000;

const actionBody = Type.Union([
  Type.Object(
    { action: Type.Literal('switch'), traffic: Type.Integer({ minimum: 0, maximum: 100 }) },
    { additionalProperties: false },
  ),
  Type.Object(
    { action: Type.Union([Type.Literal('finalize'), Type.Literal('cancel')]) },
    { additionalProperties: false },
  ),
]);

/** The native API of scopes and their deployments, for the console. */
export function scopeRoutes(app: FastifyInstance, context: Context): void {
  nativeRoute(app, {
    method: 'GET',
    url: '/scopes',
    tag,
    summary: 'Organizations, applications and scopes that the caller may read, with what runs in them',
    access: read,
    answer: overviewShape,
    handle: async ({ principal }) =>
      overview(context, await context.parts.identity.resources(principal, 'nullplatform.read')),
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
    summary: 'Move the traffic of a deployment, finalise or cancel it; answers at once',
    access: deploy,
    params: oneId,
    body: actionBody,
    async handle({ principal, params, body }) {
      const { storage, identity } = context.parts;
      const placed = await storage.read((reader) => placedDeployment(reader, params.id));
      if (!placed) throw new CoreError('not-found', `There is no deployment ${params.id}`);
      await identity.require(
        principal,
        'nullplatform.deployment.write',
        resourceOf(scopePlace(placed.application, placed.scope)),
      );
      const by = { userId: principal.id, name: principal.name };
      const patch =
        body.action === 'switch'
          ? { desired: body.traffic }
          : { status: body.action === 'finalize' ? 'finalizing' : 'cancelling' };
      await storage.write((unit) => patchDeployment(context, unit, params.id, patch, by));
    },
  });
}

async function pageFor(context: Context, principal: Principal, id: number) {
  const { storage, identity } = context.parts;
  const placed = await storage.read((reader) => placedScope(reader, id));
  const resource = placed && resourceOf(scopePlace(placed.application, placed.scope));
  const may = async (permission: Permission) =>
    resource !== undefined && (await identity.allows(principal, permission, resource));
  // Who may not read it does not learn that it is there.
  const page = (await may('nullplatform.read'))
    ? await scopePage(context, id, await may('nullplatform.deployment.write'))
    : undefined;
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
