import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError, isCoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import type { Principal } from '../../identity/index.ts';
import { keepAnAdmin, requireSelfOr } from '../accounts.ts';
import type { Authentication } from '../authentication.ts';
import { nativeRoute } from '../native-route.ts';
import { recordedWrite } from '../record.ts';
import { password, principalKind, principalName } from '../shapes/account.ts';

const principalShape = Type.Object({ name: principalName, kind: principalKind, admin: Type.Boolean() });
const one = Type.Object({ name: principalName });
const managers = { permission: 'principals.manage' } as const;
const shown = ({ name, kind, admin }: Principal) => ({ name, kind, admin });

/** People and machine accounts: list, one, create, change, remove. */
export function principalRoutes(app: FastifyInstance, parts: Parts, authentication: Authentication): void {
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
      {
        admin: Type.Optional(Type.Boolean()),
        password: Type.Optional(password),
        currentPassword: Type.Optional(
          Type.String({
            maxLength: 1000,
            description: 'Needed to change one’s own without `principals.manage`',
          }),
        ),
      },
      { additionalProperties: false },
    ),
    answer: principalShape,
    async handle({ params, body: { currentPassword = '', ...change }, principal, request }) {
      const mayManage = await identity.allows(principal, 'principals.manage', '/');
      if (!mayManage) {
        if (change.admin !== undefined) await identity.require(principal, 'principals.manage', '/');
        await requireSelfOr(identity, principal, params.name);
        // A session left open, or a key that leaked, must not be enough to take the account over.
        await authentication.byPassword(request, principal.name, currentPassword).catch((error) => {
          // 401 would tell the console that its session is over.
          if (!isCoreError(error, 'unauthenticated')) throw error;
          throw new CoreError('forbidden', 'currentPassword is not the password', {
            path: 'currentPassword',
          });
        });
      }
      const { id, name } = await find(params.name);
      const told = { action: 'principal.update', subject: `${name}: ${Object.keys(change).join(', ')}` };
      await recordedWrite(parts, principal, told, async (unit) => {
        if (change.admin === false) await keepAnAdmin(identity, unit, id);
        await identity.updatePrincipal(unit, id, change);
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
