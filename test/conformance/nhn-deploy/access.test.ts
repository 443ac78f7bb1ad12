import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/dialects/nhn-deploy/operation.ts';
import { operations } from '../../../src/dialects/nhn-deploy/operations.ts';
import type { TestServer } from '../../harness/server.ts';
import { appKey, keys, startInstallation, tokenOf, withKey } from './binaries-setup.ts';

type Headers = Readonly<Record<string, string>>;

let server: TestServer;
const tokens = { admin: '', viewer: '', stranger: '', revoked: '' };
const revokedKey = { id: 'REVOKED0000000000001', secret: 'revokedsecret001' };

beforeAll(async () => {
  server = await startInstallation();
  const { identity, storage } = server.server.parts;
  const admin = await identity.find('dev@example.com');
  await storage.write(async (unit) => {
    await identity.createKey(unit, admin?.id ?? 0, revokedKey);
  });
  for (const name of ['admin', 'viewer', 'stranger'] as const)
    tokens[name] = await tokenOf(server, keys[name]);
  tokens.revoked = await tokenOf(server, revokedKey);
  await storage.write((unit) => identity.revokeKey(unit, revokedKey.id));
});

afterAll(async () => {
  await server.close();
});

const served = operations.filter(({ instead }) => instead === undefined);
const byKey = served.filter(({ credential }) => credential === 'access-key' || credential === 'either');
const byToken = served.filter(({ credential }) => credential === 'token');
const isForAdmins = ({ permission }: Operation) => permission !== 'nhn-deploy.read';

function pathOf({ path }: Operation, { key = appKey, artifact = '1' } = {}): string {
  const ids: Headers = {
    appKey: key,
    artifactId: artifact,
    binaryGroupKey: '4',
    binaryKey: '99',
    serverGroupId: '99',
    scenarioId: '99',
  };
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? '');
}

/** Status and code of a call with these headers; a body that is broken on purpose, because it must not be looked at. */
async function outcome(
  operation: Operation,
  headers: Headers,
  place?: { key?: string; artifact?: string },
): Promise<[number, string]> {
  const post = operation.method === 'POST' ? { body: '{broken' } : {};
  const { status, json } = await server.call(pathOf(operation, place), {
    method: operation.method,
    headers,
    ...post,
  });
  return [status, json.header.resultCode];
}

const keyHeaders = (key: { id: string; secret: string }) => withKey(key).headers as Headers;
const tokenHeaders = (token: string) => ({ 'X-NHN-AUTHORIZATION': `Bearer ${token}` });

describe.each(byKey)('$letter $method $path', (operation) => {
  it.each<[string, Headers, string]>([
    ['no header', {}, 'ERROR_NO_AUTHENTICATION_ID'],
    [
      'a blank id',
      { 'X-TC-AUTHENTICATION-ID': ' ', 'X-TC-AUTHENTICATION-SECRET': 'x' },
      'ERROR_NO_AUTHENTICATION_ID',
    ],
    ['no secret', { 'X-TC-AUTHENTICATION-ID': keys.admin.id }, 'ERROR_NO_AUTHENTICATION_SECRET'],
    ['a wrong secret', keyHeaders({ id: keys.admin.id, secret: 'wrong' }), 'ERROR_FAILED_UUID_API'],
    ['an unknown key', keyHeaders({ id: 'nobody', secret: 'x' }), 'ERROR_FAILED_UUID_API'],
    ['a revoked key', keyHeaders(revokedKey), 'ERROR_FAILED_UUID_API'],
    ['a key of somebody else', keyHeaders(keys.stranger), 'PERMISSION_DENIED'],
  ])('answers %s with status 200 and its code', async (_what, headers, code) => {
    expect(await outcome(operation, headers)).toEqual([200, code]);
  });

  it('checks the key, then the app key, then the role, then the ids of the path', async () => {
    const wrong = keyHeaders({ id: keys.admin.id, secret: 'wrong' });
    expect(await outcome(operation, wrong, { key: 'nothing' })).toEqual([200, 'ERROR_FAILED_UUID_API']);
    const stranger = keyHeaders(keys.stranger);
    expect(await outcome(operation, stranger, { key: 'nothing' })).toEqual([200, 'ERROR_INVALID_APP_KEY']);
    expect(await outcome(operation, stranger, { artifact: 'x' })).toEqual([200, 'PERMISSION_DENIED']);
  });

  it('lets in exactly the roles that it is for', async () => {
    const denied: [number, string] = [200, 'PERMISSION_DENIED'];
    const viewer = await outcome(operation, keyHeaders(keys.viewer));
    if (isForAdmins(operation)) expect(viewer).toEqual(denied);
    else expect(viewer).not.toEqual(denied);
    expect(await outcome(operation, keyHeaders(keys.admin))).not.toEqual(denied);
  });
});

describe.each(byToken)('$letter $method $path', (operation) => {
  it.each<[string, () => Headers, number, string]>([
    ['no token', () => ({}), 401, 'ERROR_FAILED_UUID_API'],
    ['an unknown token', () => tokenHeaders('nothing'), 401, 'ERROR_FAILED_UUID_API'],
    ['the keys of v2.0', () => keyHeaders(keys.admin), 401, 'ERROR_FAILED_UUID_API'],
    ['a token of a revoked key', () => tokenHeaders(tokens.revoked), 401, 'ERROR_FAILED_UUID_API'],
    ['a token of somebody else', () => tokenHeaders(tokens.stranger), 403, 'PERMISSION_DENIED'],
  ])('answers %s with its status and code', async (_what, headers, status, code) => {
    expect(await outcome(operation, headers())).toEqual([status, code]);
  });

  it('lets in exactly the roles that it is for', async () => {
    const denied: [number, string] = [403, 'PERMISSION_DENIED'];
    const viewer = await outcome(operation, tokenHeaders(tokens.viewer));
    if (isForAdmins(operation)) expect(viewer).toEqual(denied);
    else expect(viewer).not.toEqual(denied);
    expect(await outcome(operation, tokenHeaders(tokens.admin))).not.toEqual(denied);
  });
});
