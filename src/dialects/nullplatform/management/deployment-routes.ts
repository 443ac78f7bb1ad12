import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { callSignal, sendEvents, userBytesHeaders } from '../../../http/index.ts';
import type { Principal } from '../../../identity/index.ts';
import { nativeRoute } from '../../../management/index.ts';
import type { Context } from '../context.ts';
import { deploymentPage } from './deployment-page.ts';
import { deploymentPageShape } from './deployment-shapes.ts';
import { logEvents, shownLines } from './log-events.ts';
import { type LogLine, logLines, mostKept } from './log-lines.ts';
import { pageEvents } from './page-events.ts';
import { seenDeployment } from './seen.ts';
import { SharedReads } from './shared-reads.ts';

const tag = 'nullplatform scopes';
const read = { permission: 'nullplatform.read', checkedBy: 'handler' } as const;
const oneId = Type.Object({ id: Type.Integer({ minimum: 1 }) });
const logQuery = Type.Object({
  instance: Type.Optional(Type.String({ maxLength: 300, description: 'Of this instance only.' })),
  find: Type.Optional(Type.String({ maxLength: 200, description: 'Only lines in which this stands.' })),
});

/** The native API of what became of a deployment: its page, and what its instances wrote. */
export function deploymentRoutes(app: FastifyInstance, context: Context): void {
  const followed = new SharedReads<readonly LogLine[]>(context.parts.clock);

  nativeRoute(app, {
    method: 'GET',
    url: '/deployments/:id',
    tag,
    summary: 'A deployment of a scope, also a past one: its actions, instances and messages',
    access: read,
    params: oneId,
    answer: deploymentPageShape,
    handle: ({ principal, params }) => pageFor(context, principal, params.id),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/deployments/:id/events',
    tag,
    summary: 'Follow a deployment: an event `deployment` with the whole page now and after every change',
    access: read,
    background: true,
    params: oneId,
    streams: 'text/event-stream',
    async handle({ principal, params, request, reply }) {
      const { scope } = await seenDeployment(context, principal, params.id);
      const load = () => pageFor(context, principal, params.id);
      const page = { event: 'deployment', scopeId: scope.id, load };
      return sendEvents(reply, pageEvents(context, page, callSignal(request, reply)));
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/deployments/:id/log',
    tag,
    summary: 'What the instances of a deployment wrote, as far as it is kept, as text: time, instance, line',
    access: read,
    params: oneId,
    query: logQuery,
    streams: 'text/plain',
    async handle({ principal, params, query, reply }) {
      const placed = await seenDeployment(context, principal, params.id);
      const lines = await logLines(context, placed, query, mostKept);
      reply.headers({ ...userBytesHeaders, 'cache-control': 'no-store' });
      reply.type('text/plain; charset=utf-8');
      const texts = lines.map(
        ({ at, instance, text }) => `${new Date(at).toISOString()} ${instance} ${text}\n`,
      );
      return reply.send(Readable.from(texts));
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/deployments/:id/log/events',
    tag,
    summary:
      'Follow what the instances of a deployment write: events `log`, of which the first has the last 1,000 lines',
    access: read,
    background: true,
    params: oneId,
    query: logQuery,
    streams: 'text/event-stream',
    async handle({ principal, params, query, request, reply }) {
      const key = JSON.stringify([params.id, query.instance, query.find]);
      const load = async () => {
        // Who may see it is asked for everyone, each time.
        const placed = await seenDeployment(context, principal, params.id);
        return await followed.read(key, () => logLines(context, placed, query, shownLines));
      };
      // A cluster that is away is said in an answer, not by a stream that breaks.
      const first = await load();
      return sendEvents(reply, logEvents(context, first, load, callSignal(request, reply)));
    },
  });
}

async function pageFor(context: Context, principal: Principal, id: number) {
  const placed = await seenDeployment(context, principal, id);
  const may = (permission: string) => context.parts.identity.allows(principal, permission, placed.resource);
  return await deploymentPage(context, placed, {
    deploy: await may('nullplatform.deployment.write'),
    decide: await may('nullplatform.approval.decide'),
  });
}
