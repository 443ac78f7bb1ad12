import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestServer } from '../../harness/server.ts';
import {
  clientUpload,
  keys,
  listed,
  type Parts,
  serverUpload,
  startInstallation,
  upload,
  uploadPath,
} from './binaries-setup.ts';

const limit = 64 * 1024;
let server: TestServer;

beforeAll(async () => {
  server = await startInstallation({ uploadLimitBytes: limit });
});

afterAll(async () => {
  await server.close();
});

/** What the header of an envelope says. */
const resultOf = (answer: { json: { header: { resultCode: string } } }) => answer.json.header.resultCode;
const success = { isSuccessful: true, resultCode: 'SUCCESS', resultMessage: 'success' };
const badRequest = {
  isSuccessful: false,
  resultCode: 'BAD_REQUEST',
  resultMessage: 'The request is malformed or incorrect.',
};

/** The version of an upload by the key that it was answered. */
async function versionOf(key: string, place: { artifact?: string; group?: string } = {}): Promise<string> {
  const { binaries } = await listed(server, { ...place, query: '?pageSize=1000' });
  return binaries.find(({ binaryKey }) => binaryKey === Number(key))?.version;
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(server.data, folder), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

describe('upload v1.0', () => {
  it('1. takes the file first and applicationType after it, without any header', async () => {
    const answer = await upload(server, serverUpload());
    expect(answer.status).toBe(200);
    expect(answer.json.header).toMatchObject(success);
  });

  it('2. answers exactly downloadUrl and binaryKey, a string of digits', async () => {
    const { body } = (await upload(server, serverUpload())).json;
    expect(Object.keys(body).sort()).toEqual(['binaryKey', 'downloadUrl']);
    expect(body.binaryKey).toMatch(/^\d+$/);
    expect(body.downloadUrl).toBe(`${server.url}${uploadPath()}/binaries/${body.binaryKey}`);
  });

  it('3. answers one line of JSON without the text false', async () => {
    const { text, headers } = await upload(server, serverUpload());
    expect(text).not.toMatch(/false/i);
    expect(text).not.toContain('\n');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('4. downloads the same bytes by the answered URL, without headers', async () => {
    const { body } = (await upload(server, serverUpload())).json;
    const answer = await fetch(body.downloadUrl);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('the bytes of the jar');
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="ojdbc14.jar"; filename*=UTF-8\'\'ojdbc14.jar',
    );
  });

  it('5. tells its clock in milliseconds', async () => {
    const { serverTime } = (await upload(server, serverUpload())).json.header;
    expect(Math.abs(serverTime - Date.now())).toBeLessThan(60_000);
  });

  it('6. labels an upload without version by the Korean time of its begin', async () => {
    const { body } = (await upload(server, serverUpload(), uploadPath({ group: '8' }))).json;
    const version = await versionOf(body.binaryKey, { group: '8' });
    expect(version).toMatch(/^\d{14}$/);
    const [, ...fields] = /^(....)(..)(..)(..)(..)(..)$/.exec(version) ?? [];
    const [year = 0, month = 0, ...rest] = fields.map(Number);
    const epoch = Date.UTC(year, month - 1, ...(rest as [number, number, number, number])) - 9 * 3_600_000;
    expect(Math.abs(epoch - Date.now())).toBeLessThan(60_000);
  });

  it('7. refuses a version that its group has', async () => {
    await upload(server, serverUpload({ version: '7.0' }));
    const again = await upload(server, serverUpload({ version: '7.0' }));
    expect(again.status).toBe(200);
    expect(again.json).toMatchObject({
      header: {
        isSuccessful: false,
        resultCode: 'ALREADY_UPLOADED_VERSION',
        resultMessage: 'The requested binary version already exists',
      },
      body: null,
    });
    const { totalCount } = await listed(server, { query: '?keyword=7.0' });
    expect(totalCount).toBe(1);
  });

  it('8. takes the same version in another group', async () => {
    await upload(server, serverUpload({ version: '8.0' }));
    expect(resultOf(await upload(server, serverUpload({ version: '8.0' }), uploadPath({ group: '8' })))).toBe(
      'SUCCESS',
    );
  });

  it('9. lets exactly one of ten parallel uploads of a version win', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => upload(server, serverUpload({ version: '9.0' }))),
    );
    const codes = answers.map(resultOf).sort();
    expect(codes).toEqual([...Array(9).fill('ALREADY_UPLOADED_VERSION'), 'SUCCESS']);
  });

  it('10. gives uploads without version in one second different versions', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => upload(server, serverUpload())));
    const versions = await Promise.all(answers.map(({ json }) => versionOf(json.body.binaryKey)));
    expect(new Set(versions).size).toBe(3);
  });

  it('11. normalises versions', async () => {
    const { body } = (await upload(server, serverUpload({ version: ' feature/x 1+2 ' }))).json;
    expect(await versionOf(body.binaryKey)).toBe('featurex_12');
  });

  it('12. takes versions of up to 100 characters', async () => {
    const refused = await upload(server, serverUpload({ version: 'a'.repeat(101) }));
    expect(refused.json).toMatchObject({ header: badRequest, body: null });
    expect(resultOf(await upload(server, serverUpload({ version: 'a'.repeat(100) })))).toBe('SUCCESS');
  });

  it.each<[string, Parts]>([
    ['no binaryFile', [['applicationType', 'server']]],
    ['no applicationType', [['binaryFile', 'x', 'a.jar']]],
    [
      'applicationType=foo',
      [
        ['binaryFile', 'x', 'a.jar'],
        ['applicationType', 'foo'],
      ],
    ],
    [
      'applicationType=client on a server artifact',
      [
        ['binaryFile', 'x', 'a.jar'],
        ['applicationType', 'client'],
      ],
    ],
    [
      'a binaryFile without a file name',
      [
        ['binaryFile', 'x'],
        ['applicationType', 'server'],
      ],
    ],
    [
      'an empty binaryFile',
      [
        ['binaryFile', '', 'a.jar'],
        ['applicationType', 'server'],
      ],
    ],
    [
      'a file name that a shell would read',
      [
        ['binaryFile', 'x', 'a;reboot.jar'],
        ['applicationType', 'server'],
      ],
    ],
  ])('13. refuses %s', async (_what, parts) => {
    const answer = await upload(server, parts);
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ header: badRequest, body: null });
  });

  it('13. refuses a body that is no form', async () => {
    const answer = await server.call(uploadPath(), { method: 'POST', json: { applicationType: 'server' } });
    expect(answer.json.header).toMatchObject(badRequest);
  });

  it.each([
    [{ key: 'unknownunknown00' }, 'ERROR_INVALID_APP_KEY'],
    [{ artifact: '99' }, 'NOT_FOUND_ARTIFACT_INFO'],
    [{ artifact: '7', group: '4' }, 'NOT_FOUND_ARTIFACT_INFO'],
    [{ artifact: '9223372036854775807' }, 'NOT_FOUND_ARTIFACT_INFO'],
    [{ artifact: '9223372036854775808' }, 'BAD_REQUEST'],
    [{ artifact: 'abc' }, 'BAD_REQUEST'],
    [{ artifact: '0' }, 'BAD_REQUEST'],
    [{ group: '6' }, 'NOT_FOUND_BINARY_GROUP'],
    [{ group: '99' }, 'NOT_FOUND_BINARY_GROUP'],
  ])('14. answers %j with %s', async (place, code) => {
    const answer = await upload(server, serverUpload(), uploadPath(place));
    expect(answer.status).toBe(200);
    expect(resultOf(answer)).toBe(code);
  });

  it('14. says that a form is malformed before it says that its artifact is missing', async () => {
    const answer = await upload(server, [['applicationType', 'server']], uploadPath({ artifact: '99' }));
    expect(resultOf(answer)).toBe('BAD_REQUEST');
  });

  it.each([
    ['a.ipa', {}, 'NOT_FOUND_OS'],
    ['a.ipa', { osType: 'BeOS' }, 'NOT_FOUND_OS'],
    ['a.apk', { osType: 'iOS' }, 'INVALID_FILE_EXTENSION'],
    ['a.ipa', { osType: 'Android' }, 'INVALID_FILE_EXTENSION'],
    ['a.aab', { osType: 'Android' }, 'INVALID_FILE_EXTENSION'],
    ['a.anything', { osType: 'etc' }, 'SUCCESS'],
    ['A.IPA', { osType: 'ios' }, 'SUCCESS'],
  ])('15. answers the client upload of %s with %j by %s', async (fileName, fields, code) => {
    const path = uploadPath({ artifact: '5', group: '6' });
    expect(resultOf(await upload(server, clientUpload(fileName, fields), path))).toBe(code);
  });

  it('15. refuses a manifest that is no property list', async () => {
    const path = uploadPath({ artifact: '5', group: '6' });
    const parts: Parts = [...clientUpload('a.ipa', { osType: 'iOS' }), ['metaFile', 'garbage', 'a.plist']];
    expect(resultOf(await upload(server, parts, path))).toBe('BAD_REQUEST');
    const named: Parts = [...clientUpload('a.ipa', { osType: 'iOS' }), ['metaFile', '<plist/>', 'a.xml']];
    expect(resultOf(await upload(server, named, path))).toBe('INVALID_FILE_EXTENSION');
  });

  it('16. keeps versions of different systems apart', async () => {
    const path = uploadPath({ artifact: '5', group: '6' });
    const one = (file: string, osType: string) =>
      upload(server, clientUpload(file, { osType, version: '4.10.1' }), path);
    expect(resultOf(await one('a.apk', 'Android'))).toBe('SUCCESS');
    expect(resultOf(await one('a.ipa', 'iOS'))).toBe('SUCCESS');
    expect(resultOf(await one('b.apk', 'android'))).toBe('ALREADY_UPLOADED_VERSION');
  });

  it('17. moves the FIXED mark within one system', async () => {
    const path = uploadPath({ artifact: '5', group: '6' });
    const fixed = async (file: string, osType: string, fix: string) => {
      const { body } = (await upload(server, clientUpload(file, { osType, fix }), path)).json;
      return Number(body.binaryKey);
    };
    const ios = await fixed('f.ipa', 'iOS', 'TRUE');
    const first = await fixed('f.apk', 'Android', 'true');
    const second = await fixed('f.apk', 'Android', 'true');
    const marks = await server.server.parts.storage.read((reader) =>
      reader
        .tables<{ nhn_binary: { id: number; fixed: number } }>()
        .selectFrom('nhn_binary')
        .select(['id', 'fixed'])
        .where('id', 'in', [ios, first, second])
        .orderBy('id')
        .execute(),
    );
    expect(marks.map(({ fixed: mark }) => mark)).toEqual([1, 0, 1]);
    expect(resultOf(await upload(server, clientUpload('f.apk', { osType: 'etc', fix: 'maybe' }), path))).toBe(
      'BAD_REQUEST',
    );
  });

  it('18. refuses what is larger than the limit, whether its size is announced or not, and stores nothing', async () => {
    const before = await listed(server);
    const large = 'x'.repeat(limit + 1);
    const parts: Parts = [
      ['binaryFile', large, 'large.jar'],
      ['applicationType', 'server'],
    ];
    expect(resultOf(await upload(server, parts))).toBe('FILE_SIZE_CAPACITY_EXCEEDED');
    const exact: Parts = [
      ['binaryFile', 'x'.repeat(limit), 'exact.jar'],
      ['applicationType', 'server'],
    ];
    expect(resultOf(await upload(server, exact))).toBe('SUCCESS');

    const boundary = 'between-the-parts';
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="binaryFile"; filename="a.jar"\r\n\r\n`;
    const streamed: RequestInit & { duplex: 'half' } = {
      method: 'POST',
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      body: new Blob([head, large]).stream(),
      duplex: 'half',
    };
    const answer = await fetch(server.url + uploadPath(), streamed);
    const chunked = { json: (await answer.json()) as { header: { resultCode: string } } };
    expect(resultOf(chunked)).toBe('FILE_SIZE_CAPACITY_EXCEEDED');
    expect((await listed(server)).totalCount).toBe(before.totalCount + 1);
    expect(await filesBelow('spool')).toEqual([]);
  });

  it('19. leaves nothing of an upload that is cut off halfway', async () => {
    const before = await listed(server);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const head =
      `POST ${uploadPath()} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n` +
      'Content-Length: 60000\r\n\r\n' +
      '--b\r\nContent-Disposition: form-data; name="binaryFile"; filename="a.jar"\r\n\r\n';
    socket.write(head + 'x'.repeat(30_000));
    await expect.poll(() => filesBelow('spool'), { interval: 5 }).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => filesBelow('spool'), { interval: 5 }).toEqual([]);
    expect((await listed(server)).totalCount).toBe(before.totalCount);
  });

  it('20. tells deleted binaries from such as never were, by status 404', async () => {
    const { body } = (await upload(server, serverUpload())).json;
    const gone = await server.call(
      `/api/slipway/v1/nhn-deploy/projects/1/artifacts/1/binaries/${body.binaryKey}`,
      {
        method: 'DELETE',
        key: keys.admin,
      },
    );
    expect(gone.status).toBe(204);
    const deleted = await server.call(`${uploadPath()}/binaries/${body.binaryKey}`);
    expect(deleted.status).toBe(404);
    expect(deleted.json).toMatchObject({
      header: {
        isSuccessful: false,
        resultCode: 'NOT_FOUND_BINARY_INFO',
        resultMessage: 'The binary is already deleted',
      },
      body: null,
    });
    const never = await server.call(`${uploadPath()}/binaries/99999`);
    expect(never.status).toBe(404);
    expect(never.json.header).toMatchObject({
      resultCode: 'NOT_FOUND_BINARY_INFO',
      resultMessage: 'The binary info could not be found',
    });
  });
});
