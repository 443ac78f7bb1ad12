import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import {
  appKey,
  form,
  keys,
  listed,
  type Parts,
  serverUpload,
  startInstallation,
  tokenOf,
  upload,
  uploadPath,
  withKey,
} from './binaries-setup.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startInstallation();
});

afterAll(async () => {
  await server.close();
});

/** What the header of an envelope says. */
const resultOf = (answer: { json: { header: { resultCode: string } } }) => answer.json.header.resultCode;
const success = { isSuccessful: true, resultCode: 'SUCCESS', resultMessage: 'success' };

describe('upload v2.1', () => {
  const path = uploadPath({ version: 'v2.1' });

  it('needs a token of an ADMIN and answers the v2.1 download URL', async () => {
    const call = (token: string | undefined) =>
      server.call(path, {
        method: 'POST',
        body: form(serverUpload()),
        headers: token === undefined ? {} : { 'x-nhn-authorization': `Bearer ${token}` },
      });
    const missing = await call(undefined);
    expect([missing.status, resultOf(missing)]).toEqual([401, 'ERROR_FAILED_UUID_API']);
    const viewer = await call(await tokenOf(server, keys.viewer));
    expect([viewer.status, resultOf(viewer)]).toEqual([403, 'PERMISSION_DENIED']);
    const token = await tokenOf(server);
    const done = await call(token);
    expect(done.json.header).toMatchObject(success);
    const download = new URL(done.json.body.downloadUrl).pathname;
    expect(download).toBe(`${path}/binaries/${done.json.body.binaryKey}`);
    expect((await server.call(download)).status).toBe(401);
    const bytes = await server.call(download, { headers: { authorization: `Bearer ${token}` } });
    expect([bytes.status, bytes.text]).toEqual([200, 'the bytes of the jar']);
  });

  it('notes whose token it was as the uploader, and API where no key came', async () => {
    const named = await server.call(uploadPath(), {
      method: 'POST',
      body: form(serverUpload({ version: 'by-a-key' })),
      ...withKey(keys.viewer),
    });
    expect(named.json.header).toMatchObject(success);
    await upload(server, serverUpload({ version: 'by-nobody' }));
    const uploaders = await Promise.all(
      ['by-a-key', 'by-nobody'].map(async (version) => {
        return (await listed(server, { query: `?keyword=${version}` })).binaries[0].uploader;
      }),
    );
    expect(uploaders).toEqual(['viewer@example.com', 'API']);
  });
});

describe('texts of an upload', () => {
  it('are read in the charset that their part names, and a description may have several lines', async () => {
    const boundary = 'b';
    const part = (header: string, content: Buffer) =>
      Buffer.concat([Buffer.from(`--${boundary}\r\n${header}\r\n\r\n`), content, Buffer.from('\r\n')]);
    const body = Buffer.concat([
      part(
        'Content-Disposition: form-data; name="binaryFile"; filename="C:\\build\\r\u00e9.jar"',
        Buffer.from('x'),
      ),
      part(
        'Content-Disposition: form-data; name="description"\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Transfer-Encoding: 8bit',
        Buffer.from('caf\u00e9\nline two', 'latin1'),
      ),
      part('Content-Disposition: form-data; name="version"', Buffer.from('charset-1')),
      part('Content-Disposition: form-data; name="applicationType"', Buffer.from(' server ')),
      Buffer.from(`--${boundary}--\r\n`),
    ]);
    const answer = await server.call(uploadPath(), {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body,
    });
    expect(answer.json.header).toMatchObject(success);
    const [binary] = (await listed(server, { query: '?keyword=charset-1' })).binaries;
    expect(binary).toMatchObject({
      description: 'caf\u00e9\nline two',
      binaryName: 'r\u00e9.jar',
      binarySize: 1,
    });
  });

  it('that nobody asked for are ignored, however large', async () => {
    const parts: Parts = [...serverUpload(), ['surplus', 'y'.repeat(50_000)], ['appKey', 'ignored']];
    expect(resultOf(await upload(server, parts))).toBe('SUCCESS');
  });
});

describe('paths of the original', () => {
  it('that no operation serves answer 404 with the envelope', async () => {
    const unknown = await server.call(`/api/v1.0/projects/${appKey}/artifact`);
    expect([unknown.status, resultOf(unknown)]).toEqual([404, 'BAD_REQUEST']);
    expect(resultOf(await server.call('/api/v9.9'))).toBe('BAD_REQUEST');
    expect((await server.call('/api/binary/download')).status).toBe(404);
  });

  it('answer 405 with the same body to a wrong method', async () => {
    const wrong = await server.call(uploadPath(), { method: 'PUT' });
    expect([wrong.status, resultOf(wrong)]).toEqual([405, 'BAD_REQUEST']);
    expect(wrong.headers.get('allow')).toBe('POST');
  });
});
