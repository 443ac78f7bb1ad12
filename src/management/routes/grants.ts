import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import { nativeRoute } from '../native-route.ts';
import { recordedWrite } from '../record.ts';
import { principalName, resourcePath } from '../shapes/account.ts';

const grantShape = Type.Object(
  {
    principal: principalName,
    role: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Like `nhn-deploy:ADMIN`; GET /roles lists them',
    }),
    resource: resourcePath,
  },
  { additionalProperties: false },
);
const managers = { permission: 'principals.manage' } as const;

/** Roles on resource paths. */
export function grantRoutes(app: FastifyInstance, parts: Parts): void {
  const { identity } = parts;

  async function principalId(name: string): Promise<number> {
    const found = await identity.find(name);
    if (!found) throw new CoreError('not-found', `There is no principal ${name}`, { path: 'principal' });
    return found.id;
  }

  nativeRoute(app, {
    method: 'GET',
    url: '/grants',
    tag: 'principals',
    summary: 'List grants',
    access: managers,
    query: Type.Object({ principal: Type.Optional(principalName) }, { additionalProperties: false }),
    answer: Type.Object({ items: Type.Array(grantShape) }),
    async handle({ query }) {
      const [grants, principals] = await Promise.all([identity.grants(), identity.list()]);
      const names = new Map(principals.map(({ id, name }) => [id, name]));
      const items = grants.map(({ principalId: id, ...grant }) => ({
        principal: names.get(id) ?? '',
        ...grant,
      }));
      return {
        items: items.filter(
          ({ principal }) => query.principal === undefined || principal === query.principal,
        ),
      };
    },
  });

  nativeRoute(app, {
    method: 'PUT',
    url: '/grants',
    tag: 'principals',
    summary: 'Give a principal a role on a resource and everything below it',
    access: managers,
    body: grantShape,
    async handle({ body: { principal: name, role, resource }, principal }) {
      const id = await principalId(name);
      const change = { action: 'grant.create', subject: `${name}: ${role}`, resource };
      await recordedWrite(parts, principal, change, (unit) =>
        identity.grant(unit, { principalId: id, role, resource }),
      );
    },
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: '/grants',
    tag: 'principals',
    summary: 'Take a role on a resource away; the three fields stand in the query',
    access: managers,
    query: grantShape,
    async handle({ query: { principal: name, role, resource }, principal }) {
      const id = await principalId(name);
      const change = { action: 'grant.revoke', subject: `${name}: ${role}`, resource };
      await recordedWrite(parts, principal, change, (unit) =>
        identity.revokeGrant(unit, { principalId: id, role, resource }),
      );
    },
  });
}
