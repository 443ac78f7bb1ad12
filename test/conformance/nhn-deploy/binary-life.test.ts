import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releaseBinaries, useBinaries } from '../../../src/dialects/nhn-deploy/store/binary-use.ts';
import { ManualClock } from '../../../src/storage/index.ts';
import type { Answer, TestServer } from '../../harness/server.ts';
import {
  form,
  keys,
  listed,
  type Parts,
  serverUpload,
  startInstallation,
  upload,
  uploadPath,
} from './binaries-setup.ts';

const clock = new ManualClock();
const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/1';
/** Where the artifact's hook posts to. */
const hook = createServer();
let server: TestServer;

beforeAll(async () => {
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  server = await startInstallation({ clock, outboundAllow: ['127.0.0.0/8'] });
});

afterAll(async () => {
  await server.close();
  hook.close();
});

async function call(
  method: string,
  path: string,
  json?: unknown,
  key: typeof keys.admin | typeof keys.viewer = keys.admin,
): Promise<Answer> {
  return await server.call(`${native}${path}`, { method, key, ...(json === undefined ? {} : { json }) });
}

async function uploaded(parts: Parts = serverUpload()): Promise<number> {
  return Number((await upload(server, parts)).json.body.binaryKey);
}

async function blobFiles(): Promise<string[]> {
  const entries = await readdir(join(server.data, 'blobs'), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

describe('a binary', () => {
  it('is edited, and its new version is normalised and unique', async () => {
    const key = await uploaded(serverUpload({ version: 'first' }));
    await uploaded(serverUpload({ version: 'second' }));
    const edited = await call('PATCH', `/binaries/${key}`, { version: 'a b/c', description: 'why' });
    expect(edited.json).toMatchObject({ version: 'a_bc', description: 'why' });
    const taken = await call('PATCH', `/binaries/${key}`, { version: 'second' });
    expect([taken.status, taken.json.code]).toEqual([409, 'conflict']);
  });

  it('is not deleted while a running deployment needs it', async () => {
    const key = await uploaded();
    const { storage } = server.server.parts;
    await storage.write((unit) => useBinaries(unit, 1_000_000, [key, key]));
    const refused = await call('DELETE', `/binaries/${key}`);
    expect([refused.status, refused.json.code]).toEqual([409, 'conflict']);
    await storage.write((unit) => releaseBinaries(unit, 1_000_000));
    expect((await call('DELETE', `/binaries/${key}`)).status).toBe(204);
    expect((await call('DELETE', `/binaries/${key}`)).status).toBe(404);
  });

  it('takes its bytes with it when it is deleted, and frees its version', async () => {
    const parts: Parts = [
      ['binaryFile', 'bytes of this one only', 'a.jar'],
      ['applicationType', 'server'],
      ['version', 'freed'],
    ];
    const key = await uploaded(parts);
    const { sha256 } = (await call('GET', `/binaries/${key}`)).json;
    expect(await blobFiles()).toContain(sha256);
    await call('DELETE', `/binaries/${key}`);
    // Real files are older than the grace time only when the clock says so.
    clock.advance(30 * 86_400_000);
    await server.server.parts.blobs.sweep();
    expect(await blobFiles()).not.toContain(sha256);
    expect((await listed(server, { query: '?keyword=freed' })).totalCount).toBe(0);
    expect(await uploaded(parts)).toBeGreaterThan(key);
  });

  it('whose bytes are lost is told from one that is there, by status and envelope', async () => {
    const key = await uploaded([
      ['binaryFile', 'bytes that get lost', 'a.jar'],
      ['applicationType', 'server'],
    ]);
    const { sha256 } = (await call('GET', `/binaries/${key}`)).json;
    const entries = await readdir(join(server.data, 'blobs'), { recursive: true, withFileTypes: true });
    for (const entry of entries) if (entry.name === sha256) await rm(join(entry.parentPath, entry.name));
    const lost = await server.call(`${uploadPath()}/binaries/${key}`);
    expect([lost.status, lost.json.header.resultCode]).toEqual([404, 'GENERAL_EXCEPTION']);
    expect(lost.headers.get('etag')).toBeNull();
  });

  it('survives a crash of the server right after the answer', async () => {
    const key = await uploaded(serverUpload({ version: 'durable' }));
    await server.crash();
    expect((await listed(server, { query: '?keyword=durable' })).binaries[0].binaryKey).toBe(key);
    expect(existsSync(join(server.data, 'spool')) ? await readdir(join(server.data, 'spool')) : []).toEqual(
      [],
    );
  });

  it('is uploaded by the native API with the rights of its caller', async () => {
    const path = `${native}/binary-groups/8/binaries`;
    const made = await server.call(path, {
      method: 'POST',
      key: keys.admin,
      body: form(serverUpload({ version: 'native' })),
    });
    expect(made.status).toBe(201);
    expect(made.json).toMatchObject({ version: 'native', group: 8, uploader: 'dev@example.com' });
    const viewer = await server.call(path, { method: 'POST', key: keys.viewer, body: form(serverUpload()) });
    expect(viewer.status).toBe(403);
    const wrong = await server.call(path, {
      method: 'POST',
      key: keys.admin,
      body: form([['applicationType', 'server']]),
    });
    expect([wrong.status, wrong.json.message]).toEqual([400, 'the part binaryFile is missing']);
  });

  it('is told to the hook of its artifact, when the group wants it', async () => {
    const { port } = hook.address() as AddressInfo;
    await call('PATCH', '', { notification: true, hookUrl: `http://127.0.0.1:${port}/services/token` });
    await call('PATCH', '/binary-groups/4', { uploadAlert: true });
    const told = once(hook, 'request');
    await uploaded(serverUpload({ version: 'told' }));
    const [request, response] = await told;
    expect(await json(request)).toMatchObject({
      botName: 'Deploy',
      text: 'shop-api: version told was uploaded',
      attachments: [{ color: 'green' }],
    });
    response.end();
  });
});

describe('the native API of projects', () => {
  it('hides projects from those who have no role in them', async () => {
    const names = async (key: typeof keys.admin | typeof keys.stranger) =>
      (await server.call('/api/slipway/v1/nhn-deploy/projects', { key })).json.items.map(
        ({ name }: { name: string }) => name,
      );
    expect(await names(keys.admin)).toEqual(['demo']);
    expect(await names(keys.stranger)).toEqual([]);
  });

  it('lets members with the role VIEWER look, and nothing else', async () => {
    const asViewer = (method: string, path: string, json?: unknown) => call(method, path, json, keys.viewer);
    expect((await asViewer('GET', '')).status).toBe(200);
    expect((await asViewer('GET', '/binary-groups')).status).toBe(200);
    expect((await asViewer('PATCH', '', { description: 'x' })).status).toBe(403);
    expect((await asViewer('POST', '/binary-groups', { name: 'x' })).status).toBe(403);
    expect((await asViewer('DELETE', '')).status).toBe(403);
  });

  it('replaces the app key: the old one is unknown at once', async () => {
    const project = '/api/slipway/v1/nhn-deploy/projects/2';
    const admin = { id: 'ADMINKEY000000000001', secret: 'adminsecret00001' };
    const { appKey: before } = (await server.call(project, { key: admin })).json;
    const { appKey: after } = (await server.call(`${project}/app-key`, { method: 'POST', key: admin })).json;
    expect(after).toMatch(/^[A-Za-z0-9]{16}$/);
    const codeOf = async (key: string) =>
      (await server.call(`/api/v1.0/projects/${key}/artifacts/7/binary-group/1/binaries/1`)).json.header
        .resultCode;
    expect(await codeOf(before)).toBe('ERROR_INVALID_APP_KEY');
    expect(await codeOf(after)).not.toBe('ERROR_INVALID_APP_KEY');
  });

  it('deletes an artifact with everything in it', async () => {
    const made = await server.call('/api/slipway/v1/nhn-deploy/projects/1/artifacts', {
      key: keys.admin,
      json: { name: 'short-lived', type: 'server' },
    });
    expect(made.status).toBe(201);
    const path = `/api/slipway/v1/nhn-deploy/projects/1/artifacts/${made.json.id}`;
    expect((await server.call(path, { method: 'DELETE', key: keys.admin })).status).toBe(204);
    expect((await server.call(path, { key: keys.admin })).status).toBe(404);
    const again = await server.call('/api/slipway/v1/nhn-deploy/projects/1/artifacts', {
      key: keys.admin,
      json: { name: 'short-lived', type: 'server' },
    });
    expect(again.json.id).toBeGreaterThan(made.json.id);
  });
});
