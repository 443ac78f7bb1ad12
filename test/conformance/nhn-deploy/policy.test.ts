import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/storage/index.ts';
import type { TestServer } from '../../harness/server.ts';
import {
  clientUpload,
  keys,
  listed,
  serverUpload,
  startInstallation,
  upload,
  uploadPath,
} from './binaries-setup.ts';

const clock = new ManualClock();
const day = 86_400_000;
const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts';
let server: TestServer;

beforeAll(async () => {
  server = await startInstallation({ clock });
});

afterAll(async () => {
  await server.close();
});

async function createGroup(artifact: string, name: string, autoDelete: object): Promise<string> {
  const { json } = await server.call(`${native}/${artifact}/binary-groups`, {
    key: keys.admin,
    json: { name, autoDelete },
  });
  return String(json.key);
}

const versions = async (place: { artifact?: string; group: string }) =>
  (await listed(server, place)).binaries.map(({ version }) => version);

describe('policy', () => {
  it('59. keeps the newest maxCount of a group', async () => {
    const group = await createGroup('1', 'counted', { maxCount: 3, minKeep: 2 });
    for (const version of ['1', '2', '3', '4', '5']) {
      clock.advance(1000);
      await upload(server, serverUpload({ version }), uploadPath({ group }));
    }
    await expect.poll(() => versions({ group }), { interval: 5 }).toEqual(['5', '4', '3']);
  });

  it('59. never leaves fewer than minKeep, however old they are', async () => {
    const group = await createGroup('1', 'aged', { maxAgeDays: 1, maxCount: 10, minKeep: 2 });
    for (const version of ['1', '2', '3', '4']) {
      clock.advance(1000);
      await upload(server, serverUpload({ version }), uploadPath({ group }));
    }
    clock.advance(2 * day);
    await expect.poll(() => versions({ group }), { interval: 5 }).toEqual(['4', '3']);
    clock.advance(2 * day);
    expect(await versions({ group })).toEqual(['4', '3']);
  });

  it('59. spares the FIXED one', async () => {
    const group = await createGroup('5', 'fixed', { maxCount: 1, minKeep: 1 });
    const path = uploadPath({ artifact: '5', group });
    for (const [version, fix] of [
      ['1', 'true'],
      ['2', 'false'],
      ['3', 'false'],
    ] as const) {
      clock.advance(1000);
      await upload(server, clientUpload('a.apk', { osType: 'Android', version, fix }), path);
    }
    await expect.poll(() => versions({ artifact: '5', group }), { interval: 5 }).toEqual(['3', '1']);
  });

  it('59. refuses a policy that contradicts itself', async () => {
    const refused = await server.call(`${native}/1/binary-groups`, {
      key: keys.admin,
      json: { name: 'wrong', autoDelete: { maxCount: 1, minKeep: 2 } },
    });
    expect([refused.status, refused.json.path]).toEqual([400, 'autoDelete/minKeep']);
    const half = await server.call(`${native}/1/binary-groups`, {
      key: keys.admin,
      json: { name: 'wrong', autoDelete: { maxAgeDays: 1 } },
    });
    expect(half.status).toBe(400);
  });

  it('60. never deletes the group Default, and refuses uploads to a deleted group', async () => {
    const refused = await server.call(`${native}/1/binary-groups/4`, { method: 'DELETE', key: keys.admin });
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict']);
    const group = await createGroup('1', 'short-lived', {});
    const { body } = (await upload(server, serverUpload(), uploadPath({ group }))).json;
    const gone = await server.call(`${native}/1/binary-groups/${group}`, {
      method: 'DELETE',
      key: keys.admin,
    });
    expect(gone.status).toBe(204);
    const after = await upload(server, serverUpload(), uploadPath({ group }));
    expect(after.json.header).toMatchObject({
      isSuccessful: false,
      resultCode: 'NOT_FOUND_BINARY_GROUP',
      resultMessage: 'The binary group could not be found',
    });
    expect((await server.call(new URL(body.downloadUrl).pathname)).json.header.resultCode).toBe(
      'NOT_FOUND_BINARY_GROUP',
    );
  });
});
