import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { plan as planShape } from '../../engine/index.ts';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';
import { findReadable } from '../readable-rollout.ts';
import { rolloutPage, rolloutShape, rolloutStates } from '../shapes/rollout.ts';

const one = Type.Object({ id: Type.String({ maxLength: 100 }) });

const filter = Type.Object(
  {
    dialect: Type.Optional(Type.String({ maxLength: 100 })),
    state: Type.Optional(
      Type.Array(Type.Union(rolloutStates.map((state) => Type.Literal(state))), {
        description: 'Repeat it for several',
      }),
    ),
    host: Type.Optional(Type.String({ maxLength: 200 })),
    requestedBy: Type.Optional(Type.String({ maxLength: 200 })),
    text: Type.Optional(
      Type.String({ maxLength: 200, description: 'Words in the title, letter case ignored' }),
    ),
    from: Type.Optional(
      Type.Integer({ minimum: 0, description: 'Accepted at this time or later (epoch milliseconds)' }),
    ),
    to: Type.Optional(Type.Integer({ minimum: 0, description: 'Accepted before this time' })),
    before: Type.Optional(Type.String({ maxLength: 100, description: '`next` of the page before' })),
    limit: Type.Integer({ minimum: 1, maximum: 200, default: 50 }),
  },
  { additionalProperties: false },
);

/** Rollouts of all dialects: list, one, plan, cancel. */
export function rolloutRoutes(app: FastifyInstance, parts: Parts): void {
  const { engine, identity, storage } = parts;

  nativeRoute(app, {
    method: 'GET',
    url: '/rollouts',
    tag: 'rollouts',
    summary: 'List rollouts, newest first',
    access: { permission: 'rollouts.read', checkedBy: 'handler' },
    query: filter,
    answer: rolloutPage,
    async handle({ query: { state, from, to, ...rest }, principal }) {
      const resources = await identity.resources(principal, 'rollouts.read');
      if (resources.length === 0) return { items: [], next: null };
      const items = await engine.list({
        ...rest,
        resources,
        ...(state ? { states: state } : {}),
        ...(from === undefined ? {} : { acceptedFrom: from }),
        ...(to === undefined ? {} : { acceptedTo: to }),
      });
      return { items, next: items.length < rest.limit ? null : (items.at(-1)?.id ?? null) };
    },
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/rollouts/:id',
    tag: 'rollouts',
    summary: 'One rollout with what every host did',
    access: { permission: 'rollouts.read', checkedBy: 'handler' },
    params: one,
    answer: rolloutShape,
    handle: ({ params, principal }) => findReadable(parts, principal, params.id),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/rollouts/:id/plan',
    tag: 'rollouts',
    summary: 'The plan as it was accepted; secrets stand as placeholders',
    access: { permission: 'rollouts.read', checkedBy: 'handler' },
    params: one,
    answer: planShape,
    async handle({ params, principal }) {
      await findReadable(parts, principal, params.id);
      return engine.plan(params.id);
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/rollouts/:id/cancel',
    tag: 'rollouts',
    summary: 'Ask a rollout to stop',
    access: { permission: 'rollouts.cancel', checkedBy: 'handler' },
    params: one,
    async handle({ params, principal }) {
      const rollout = await findReadable(parts, principal, params.id);
      await identity.require(principal, 'rollouts.cancel', rollout.resource);
      const asked = await storage.write((unit) => engine.cancel(unit, params.id, principal.name));
      if (!asked) {
        throw new CoreError('precondition', 'The rollout has ended, or is in a stage that cannot be stopped');
      }
    },
  });
}
