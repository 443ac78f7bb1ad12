import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';
import { recordedWrite } from '../record.ts';

const managers = { permission: 'work.manage' } as const;

/** The durable queue: how much waits, what was given up, and taking that up again. */
export function workRoutes(app: FastifyInstance, parts: Parts): void {
  const { work } = parts;

  nativeRoute(app, {
    method: 'GET',
    url: '/work',
    tag: 'work',
    summary: 'How much work waits, runs and was given up',
    access: managers,
    answer: Type.Object({ waiting: Type.Integer(), running: Type.Integer(), dead: Type.Integer() }),
    handle: () => work.counts(),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/work/dead',
    tag: 'work',
    summary: 'List work that was given up, newest first',
    access: managers,
    query: Type.Object(
      {
        before: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
      },
      { additionalProperties: false },
    ),
    answer: Type.Object({
      items: Type.Array(
        Type.Object({
          id: Type.Integer(),
          kind: Type.String(),
          project: Type.String(),
          reason: Type.String(),
          tries: Type.Integer(),
          diedAt: Type.Integer({ description: 'Epoch milliseconds' }),
        }),
      ),
    }),
    handle: async ({ query }) => ({ items: await work.deadLetters(query) }),
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/work/dead/:id/retry',
    tag: 'work',
    summary: 'Take up work that was given up, with all its tries',
    access: managers,
    params: Type.Object({ id: Type.Integer({ minimum: 0 }) }),
    async handle({ params: { id }, principal }) {
      await recordedWrite(parts, principal, { action: 'work.retry', subject: `work ${id}` }, async (unit) => {
        if (!(await work.revive(unit, id))) throw new CoreError('not-found', `There is no dead letter ${id}`);
      });
    },
  });
}
