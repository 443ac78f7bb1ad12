import type { FastifyInstance } from 'fastify';
import Type from 'typebox';
import { CoreError } from '../../errors/index.ts';
import type { Parts } from '../../http/index.ts';
import type { AccessKey, Principal } from '../../identity/index.ts';
import { requireSelfOr } from '../accounts.ts';
import { nativeRoute } from '../native-route.ts';
import { recordedWrite } from '../record.ts';
import { principalName } from '../shapes/account.ts';

const keyShape = Type.Object({
  id: Type.String(),
  tokenLifetimeSeconds: Type.Integer({
    description: 'How long bearer tokens that are made with the key live',
  }),
  createdAt: Type.Integer(),
  revokedAt: Type.Union([Type.Integer(), Type.Null()]),
});

const owner = Type.Object({ name: principalName });
const oneKey = Type.Object({ name: principalName, keyId: Type.String({ maxLength: 200 }) });
const managers = { permission: 'principals.manage', checkedBy: 'handler' } as const;
const shown = ({ principalId: _, ...key }: AccessKey) => key;

/** Access keys of a principal; everybody manages their own. */
export function keyRoutes(app: FastifyInstance, parts: Parts): void {
  const { identity } = parts;

  async function ownerOf(asking: Principal, name: string): Promise<Principal> {
    await requireSelfOr(identity, asking, name);
    const found = await identity.find(name);
    if (!found) throw new CoreError('not-found', `There is no principal ${name}`);
    return found;
  }

  async function keyOf(
    asking: Principal,
    { name, keyId }: { name: string; keyId: string },
  ): Promise<AccessKey> {
    const { id } = await ownerOf(asking, name);
    const key = (await identity.keys(id)).find((other) => other.id === keyId);
    if (!key) throw new CoreError('not-found', `${name} has no key ${keyId}`);
    return key;
  }

  nativeRoute(app, {
    method: 'GET',
    url: '/principals/:name/keys',
    tag: 'principals',
    summary: 'List the access keys of a principal',
    access: managers,
    params: owner,
    answer: Type.Object({ items: Type.Array(keyShape) }),
    async handle({ params, principal }) {
      const { id } = await ownerOf(principal, params.name);
      return { items: (await identity.keys(id)).map(shown) };
    },
  });

  nativeRoute(app, {
    method: 'POST',
    url: '/principals/:name/keys',
    tag: 'principals',
    summary: 'Create an access key; its secret is answered only here',
    access: managers,
    params: owner,
    status: 201,
    answer: Type.Object({ key: keyShape, secret: Type.String() }),
    async handle({ params, principal }) {
      const { id, name } = await ownerOf(principal, params.name);
      const change = { action: 'key.create', subject: name };
      const { key, secret } = await recordedWrite(parts, principal, change, (unit) =>
        identity.createKey(unit, id),
      );
      return { key: shown(key), secret };
    },
  });

  nativeRoute(app, {
    method: 'PATCH',
    url: '/principals/:name/keys/:keyId',
    tag: 'principals',
    summary: 'Change how long tokens of a key live; it applies to tokens issued later',
    access: managers,
    params: oneKey,
    body: Type.Object(
      { tokenLifetimeSeconds: Type.Integer({ minimum: 60, maximum: 86_400 }) },
      { additionalProperties: false },
    ),
    answer: keyShape,
    async handle({ params, body, principal }) {
      const key = await keyOf(principal, params);
      const change = { action: 'key.update', subject: `${params.name}: ${key.id}` };
      await recordedWrite(parts, principal, change, (unit) =>
        identity.setTokenLifetime(unit, key.id, body.tokenLifetimeSeconds),
      );
      return shown({ ...key, ...body });
    },
  });

  nativeRoute(app, {
    method: 'DELETE',
    url: '/principals/:name/keys/:keyId',
    tag: 'principals',
    summary: 'Revoke an access key and its tokens',
    access: managers,
    params: oneKey,
    async handle({ params, principal }) {
      const key = await keyOf(principal, params);
      const change = { action: 'key.revoke', subject: `${params.name}: ${key.id}` };
      await recordedWrite(parts, principal, change, (unit) => identity.revokeKey(unit, key.id));
    },
  });
}
