import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import type { Parts } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';

const row = Type.Object({
  id: Type.Integer(),
  at: Type.Integer({ description: 'Epoch milliseconds' }),
  who: Type.String(),
  dialect: Type.String(),
  action: Type.String(),
  resource: Type.String(),
  subject: Type.String(),
  outcome: Type.Union([Type.Literal('done'), Type.Literal('refused'), Type.Literal('failed')]),
  detail: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const filter = Type.Object(
  {
    dialect: Type.Optional(Type.String({ maxLength: 100 })),
    who: Type.Optional(Type.String({ maxLength: 200 })),
    action: Type.Optional(Type.String({ maxLength: 100 })),
    from: Type.Optional(Type.Integer({ minimum: 0 })),
    to: Type.Optional(Type.Integer({ minimum: 0 })),
    before: Type.Optional(Type.Integer({ minimum: 0, description: '`next` of the page before' })),
    limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
  },
  { additionalProperties: false },
);

/** Everything that changed, by whom, through which dialect. */
export function ledgerRoutes(app: FastifyInstance, { identity, ledger }: Parts): void {
  nativeRoute(app, {
    method: 'GET',
    url: '/ledger',
    tag: 'ledger',
    summary: 'List what changed, newest first',
    access: { permission: 'ledger.read', checkedBy: 'handler' },
    query: filter,
    answer: Type.Object({ items: Type.Array(row), next: Type.Union([Type.Integer(), Type.Null()]) }),
    async handle({ query, principal }) {
      const resources = await identity.resources(principal, 'ledger.read');
      const items = resources.length === 0 ? [] : await ledger.list({ ...query, resources });
      return { items, next: items.length < query.limit ? null : (items.at(-1)?.id ?? null) };
    },
  });
}
