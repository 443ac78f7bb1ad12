import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import type { Principal } from '../../identity/index.ts';
import { keepAnAdmin, requireSelfOr } from '../accounts.ts';
import { nativeRoute } from '../native-route.ts';
import { recordedWrite } from '../record.ts';
import { password, principalKind, principalName } from '../shapes/account.ts';

const principalShape = Type.Object({ name: principalName, kind: principalKind, admin: Type.Boolean() });
const one = Type.Object({ name: principalName });
const managers = { permission: 'principals.manage' } as const;
const shown = ({ name, kind, admin }: Principal) => ({ name, kind, admin });

/** People and machine accounts: list, one, create, change, remove. */
export function principalRoutes(app: FastifyInstance, parts: Parts): void {
  const { identity } = parts;
  const find = async (name: string): Promise<Principal> => {
    const principal = await identity.find(name);
    if (!principal) throw new CoreError('not-found', `There is no principal ${name}`);
    return principal;
  };

  nativeRoute(app, {
    method: 'GET',
    url: '/principals',
    tag: 'principals',
    summary: 'List principals',
    access: managers,
    answer: Type.Object({ items: Type.Array(principalShape) }),
    handle: async () => ({ items: (await identity.list()).map(shown) }),
  });

  nativeRoute(app, {
    method: 'GET',
    url: '/principals/:name',
    tag: 'principals',
    summary: 'One principal; everybody may read themselves',
    access: { ...managers, checkedBy: 'handler' },
    params: one,
    answer: principalShape,
    async handle({ params, principal }) {
      await requireSelfOr(identity, principal, params.name);
      return shown(await find(params.name));
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/principals',
    tag: 'principals',
    summary: 'Create a person or a machine account',
    access: managers,
    body: Type.Object(
      {
        name: principalName,
        kind: Type.Optional(principalKind),
        admin: Type.Optional(Type.Boolean()),
        password: Type.Optional(password),
      },
      { additionalProperties: false },
    ),
    status: 201,
    answer: principalShape,
    async handle({ body: { kind = 'person', admin = false, ...rest }, principal }) {
      const change = { action: 'principal.create', subject: rest.name };
      return shown(
        await recordedWrite(parts, principal, change, (unit) =>
          identity.createPrincipal(unit, { ...rest, kind, admin }),
        ),
      );
    },
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: '/principals/:name',
    tag: 'principals',
    summary: 'Change the password, or who is an admin; everybody may change their own password',
    access: { ...managers, checkedBy: 'handler' },
    params: one,
    body: Type.Object(
      { admin: Type.Optional(Type.Boolean()), password: Type.Optional(password) },
      { additionalProperties: false },
    ),
    answer: principalShape,
    async handle({ params, body, principal }) {
      if (body.admin === undefined) await requireSelfOr(identity, principal, params.name);
      else await identity.require(principal, 'principals.manage', '/');
      const { id, name } = await find(params.name);
      const change = { action: 'principal.update', subject: `${name}: ${Object.keys(body).join(', ')}` };
      await recordedWrite(parts, principal, change, async (unit) => {
        if (body.admin === false) await keepAnAdmin(identity, unit, id);
        await identity.updatePrincipal(unit, id, body);
      });
      return shown(await find(name));
    },
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: '/principals/:name',
    tag: 'principals',
    summary: 'Remove a principal with its keys, tokens and grants',
    access: managers,
    params: one,
    async handle({ params, principal }) {
      const { id, name } = await find(params.name);
      await recordedWrite(parts, principal, { action: 'principal.remove', subject: name }, async (unit) => {
        await keepAnAdmin(identity, unit, id);
        await identity.removePrincipal(unit, id);
      });
    },
  });
}
