import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/storage/index.ts';
import type { TestServer } from '../../harness/server.ts';
import { appKey, keys, startInstallation, tokenOf } from './binaries-setup.ts';

const clock = new ManualClock();
let server: TestServer;

beforeAll(async () => {
  server = await startInstallation({ clock });
});

afterAll(async () => {
  await server.close();
});

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const list = `/api/v2.1/projects/${appKey}/artifacts`;

async function resultWith(headers: Readonly<Record<string, string>>): Promise<[number, string]> {
  const { status, json } = await server.call(list, { headers });
  return [status, json.header.resultCode];
}

describe('tokens', () => {
  it('28. are made of a key by Basic and client_credentials', async () => {
    const create = (secret: string, body: string) =>
      server.call('/oauth2/token/create', {
        method: 'POST',
        headers: form,
        key: { id: keys.admin.id, secret },
        body,
      });
    const made = await create(keys.admin.secret, 'grant_type=client_credentials&scope=x');
    expect(made.status).toBe(200);
    expect(made.json).toEqual({
      access_token: expect.stringMatching(/^[A-Za-z0-9]{128}$/),
      token_type: 'Bearer',
      expires_in: 86_400,
    });
    const wrong = await create('wrong', 'grant_type=client_credentials');
    expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client']);
    const other = await create(keys.admin.secret, 'grant_type=password');
    expect([other.status, other.json.error]).toEqual([400, 'unsupported_grant_type']);
  });

  it('cost ten guesses of a secret a minute, through whichever API they come', async () => {
    const wrong = { id: keys.viewer.id, secret: 'a-wrong-secret' };
    const headers = {
      'X-TC-AUTHENTICATION-ID': wrong.id,
      'X-TC-AUTHENTICATION-SECRET': wrong.secret,
    };
    const listed = async () =>
      (await server.call(`/api/v2.0/projects/${appKey}/artifacts`, { headers })).json.header.resultCode;
    for (let guess = 0; guess < 6; guess++) expect(await listed()).toBe('ERROR_FAILED_UUID_API');
    const create = () =>
      server.call('/oauth2/token/create', {
        method: 'POST',
        headers: form,
        key: wrong,
        body: 'grant_type=client_credentials',
      });
    for (let guess = 0; guess < 4; guess++) expect((await create()).status).toBe(401);
    expect((await create()).status).toBe(429);
    expect(await listed()).toBe('ERROR_FAILED_UUID_API');
    expect((await server.call('/api/slipway/v1/server', { key: wrong })).status).toBe(429);
    // What needs no key is not refused for one.
    const missing = await server.call(
      `/api/v1.0/projects/${appKey}/artifacts/1/binary-group/4/binaries/9999`,
      { headers },
    );
    expect(missing.json.header.resultCode).toBe('NOT_FOUND_BINARY_INFO');
    clock.advance(60_000);
  });

  it('29. open v2.1 until they are revoked, whatever the letter case of the header', async () => {
    const token = await tokenOf(server);
    expect(await resultWith({ 'X-NHN-AUTHORIZATION': `Bearer ${token}` })).toEqual([200, 'SUCCESS']);
    expect(await resultWith({ 'x-nhn-authorization': `bearer ${token}` })).toEqual([200, 'SUCCESS']);
    const revoked = await server.call('/oauth2/token/revoke', {
      method: 'POST',
      headers: form,
      key: keys.admin,
      body: `token=${token}`,
    });
    expect([revoked.status, revoked.text]).toEqual([200, '']);
    const gone = await server.call(list, { headers: { 'x-nhn-authorization': `Bearer ${token}` } });
    expect(gone.status).toBe(401);
    expect(gone.json).toMatchObject({
      header: {
        isSuccessful: false,
        resultCode: 'ERROR_FAILED_UUID_API',
        resultMessage: 'Failed to User-Access-Key-Authentication',
      },
      body: null,
    });
    expect(await resultWith({})).toEqual([401, 'ERROR_FAILED_UUID_API']);
    const stranger = await tokenOf(server, keys.stranger);
    expect(await resultWith({ authorization: `Bearer ${stranger}` })).toEqual([403, 'PERMISSION_DENIED']);
  });

  it('30. live as long as their key said when they were made', async () => {
    const { identity, storage } = server.server.parts;
    const live = (seconds: number) =>
      storage.write((unit) => identity.setTokenLifetime(unit, keys.viewer.id, seconds));
    const status = async (token: string) => (await resultWith({ authorization: `Bearer ${token}` }))[0];
    await live(60);
    const short = await tokenOf(server, keys.viewer);
    await live(3600);
    const long = await tokenOf(server, keys.viewer);
    clock.advance(59_000);
    expect([await status(short), await status(long)]).toEqual([200, 200]);
    clock.advance(2_000);
    expect([await status(short), await status(long)]).toEqual([401, 200]);
  });
});
