import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, TestServer } from '../../harness/server.ts';
import {
  appKey,
  clientUpload,
  form,
  listed,
  otherAppKey,
  type Parts,
  serverUpload,
  startInstallation,
} from './binaries-setup.ts';

const limit = 64 * 1024;
let server: TestServer;

beforeAll(async () => {
  server = await startInstallation({ uploadLimitBytes: limit });
});

afterAll(async () => {
  await server.close();
});

const path = (artifact: string) => `/api/binary/upload/artifact/${artifact}`;

async function uploadB(parts: Parts, artifact = '1'): Promise<Answer> {
  return await server.call(path(artifact), { method: 'POST', body: form(parts) });
}

const server1 = (fields: Readonly<Record<string, string>> = {}) => serverUpload({ appKey, ...fields });
const refused = (result: string) => ({ isSuccess: false, result });

describe('upload, previous version', () => {
  it('21. stores into the default group and answers a number', async () => {
    const answer = await uploadB(server1({ version: '21' }));
    expect(answer.status).toBe(200);
    expect(answer.text).toMatch(/^\{"isSuccess":true,"result":\d+\}$/);
    const { binaries } = await listed(server, { query: '?keyword=21' });
    expect(binaries.map(({ binaryKey }) => binaryKey)).toEqual([answer.json.result]);
  });

  it('22. takes an empty binaryGroupKey for the default group', async () => {
    const answer = await uploadB(server1({ binaryGroupKey: '', version: '22' }));
    expect(answer.json.isSuccess).toBe(true);
    expect((await listed(server, { query: '?keyword=22' })).totalCount).toBe(1);
  });

  it('22. stores into the group that is named', async () => {
    await uploadB(server1({ binaryGroupKey: '8', version: '22-staging' }));
    expect((await listed(server, { group: '8', query: '?keyword=22-staging' })).totalCount).toBe(1);
  });

  it.each([
    ['x', 'BINARY_GROUP_IS_NOT_NUMBER'],
    ['+4', 'BINARY_GROUP_IS_NOT_NUMBER'],
    ['99', 'BINARY_GROUP_NOT_FOUND'],
    ['-1', 'BINARY_GROUP_NOT_FOUND'],
    ['9223372036854775808', 'BINARY_GROUP_IS_NOT_NUMBER'],
    ['6', 'BINARY_GROUP_NOT_FOUND'],
  ])('22. answers binaryGroupKey=%s with %s', async (binaryGroupKey, code) => {
    expect((await uploadB(server1({ binaryGroupKey }))).json).toEqual(refused(code));
  });

  it.each(['abc', '+1', '%2B1', '1.0'])(
    '23. answers the path id %s, which is no number, with status 200',
    async (id) => {
      const answer = await uploadB(server1(), id);
      expect([answer.status, answer.text]).toEqual([
        200,
        '{"isSuccess":false,"result":"ARTIFACT_ID_IS_NOT_NUMBER"}',
      ]);
    },
  );

  it.each<[string, Parts, string?]>([
    ['a wrong appKey', serverUpload({ appKey: 'wrong' })],
    ['no appKey', serverUpload()],
    ['the appKey of another project', serverUpload({ appKey: otherAppKey })],
    ['an unknown artifact', server1(), '99'],
    [
      'no binaryFile',
      [
        ['appKey', appKey],
        ['applicationType', 'server'],
      ],
    ],
    [
      'no applicationType',
      [
        ['appKey', appKey],
        ['binaryFile', 'x', 'a.jar'],
      ],
    ],
    ['a version that is too long', server1({ version: 'a'.repeat(101) })],
    [
      'a name that a shell would read',
      [
        ['binaryFile', 'x', 'a$(b).jar'],
        ['appKey', appKey],
        ['applicationType', 'server'],
      ],
    ],
    ['a wrong extension', clientUpload('a.exe', { appKey, osType: 'iOS' }), '5'],
  ])('24. answers %s with INAVLID_INFORMATION', async (_what, parts, artifact) => {
    const answer = await uploadB(parts, artifact);
    expect([answer.status, answer.json]).toEqual([200, refused('INAVLID_INFORMATION')]);
  });

  it('24. answers a repeated version with ALREADY_UPLOADED_VERSION', async () => {
    await uploadB(server1({ version: '24' }));
    expect((await uploadB(server1({ version: '24' }))).json).toEqual(refused('ALREADY_UPLOADED_VERSION'));
  });

  it('24. has codes of its own for systems, manifests and sizes', async () => {
    const client = (fields: Readonly<Record<string, string>>) => clientUpload('a.ipa', { appKey, ...fields });
    expect((await uploadB(client({}), '5')).json).toEqual(refused('NOT_FOUND_OS'));
    const manifest: Parts = [...client({ osType: 'iOS' }), ['metaFile', '<html></html>', 'a.plist']];
    expect((await uploadB(manifest, '5')).json).toEqual(refused('METAFILE_MODIFY_FAILED'));
    const large: Parts = [
      ['binaryFile', 'x'.repeat(limit + 1), 'a.jar'],
      ['appKey', appKey],
    ];
    expect((await uploadB(large)).json).toEqual(refused('EXCEED_FILE_CAPACITY'));
  });

  it('25. lets curl --fail succeed on a failing call', async () => {
    const { stdout } = await promisify(execFile)('curl', [
      '--silent',
      '--fail',
      '-F',
      'binaryFile=@package.json',
      '-F',
      'applicationType=server',
      '-F',
      'appKey=wrong',
      server.url + path('1'),
    ]);
    expect(stdout).toBe('{"isSuccess":false,"result":"INAVLID_INFORMATION"}');
  });
});
