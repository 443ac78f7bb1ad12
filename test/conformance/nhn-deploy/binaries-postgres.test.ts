import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, postgresMissing, sharedPostgres } from '../../harness/postgres.ts';
import type { TestServer } from '../../harness/server.ts';
import { withTwins } from '../../harness/storage.ts';
import {
  appKey,
  clientUpload,
  keys,
  listed,
  serverUpload,
  startInstallation,
  upload,
  uploadPath,
  withKey,
} from './binaries-setup.ts';

let server: TestServer;

/** What differs between the engines: conflicts of writers, partial indexes, order of texts, sequences. */
describe.skipIf(postgresMissing || !withTwins)('binaries on PostgreSQL', () => {
  beforeAll(async () => {
    const { url } = await sharedPostgres();
    server = await startInstallation({ databaseUrl: await freshDatabase(url) });
  });

  afterAll(async () => {
    await server.close();
  });

  const codeOf = (answer: { json: { header: { resultCode: string } } }) => answer.json.header.resultCode;

  it('9. lets exactly one of ten parallel uploads of a version win', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => upload(server, serverUpload({ version: '9.0' }))),
    );
    expect(answers.map(codeOf).sort()).toEqual([...Array(9).fill('ALREADY_UPLOADED_VERSION'), 'SUCCESS']);
  });

  it('10. gives parallel uploads without version different ones', async () => {
    const path = uploadPath({ group: '8' });
    const answers = await Promise.all(Array.from({ length: 6 }, () => upload(server, serverUpload(), path)));
    expect(answers.map(codeOf)).toEqual(Array(6).fill('SUCCESS'));
    const { binaries } = await listed(server, { group: '8' });
    expect(new Set(binaries.map(({ version }) => version)).size).toBe(6);
  });

  it('17. leaves one FIXED binary of a system after parallel uploads that all want to be it', async () => {
    const path = uploadPath({ artifact: '5', group: '6' });
    const answers = await Promise.all(
      ['1', '2', '3', '4'].map((version) =>
        upload(server, clientUpload('a.apk', { osType: 'Android', version, fix: 'true' }), path),
      ),
    );
    expect(answers.map(codeOf)).toEqual(Array(4).fill('SUCCESS'));
    const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/5/binary-groups/6/binaries';
    const { items } = (await server.call(native, { key: keys.admin })).json;
    expect(items.filter(({ fixed }: { fixed: boolean }) => fixed)).toHaveLength(1);
  });

  it('54. sorts versions as text, capitals first', async () => {
    const path = uploadPath({ group: '8' });
    for (const version of ['zz-a', 'zz-B', 'zz-\u00e9', 'zz-1'])
      await upload(server, serverUpload({ version }), path);
    const { binaries, totalCount } = await listed(server, {
      group: '8',
      query: '?keyword=zz-&sortKey=VERSION&sortDirection=ASC',
    });
    expect(binaries.map(({ version }) => version)).toEqual(['zz-1', 'zz-B', 'zz-a', 'zz-\u00e9']);
    expect(totalCount).toBe(4);
  });

  it('53. finds artifacts whatever the letter case', async () => {
    const path = `/api/v2.0/projects/${appKey}/artifacts?artifactName=SHOP`;
    const { artifacts } = (await server.call(path, withKey(keys.viewer))).json.body;
    expect(artifacts.map(({ id }: { id: number }) => id)).toEqual([5, 1]);
  });

  it('59. keeps the newest maxCount of a group', async () => {
    const native = '/api/slipway/v1/nhn-deploy/projects/1/artifacts/1/binary-groups';
    const autoDelete = { maxCount: 2, minKeep: 1 };
    const { json } = await server.call(native, { key: keys.admin, json: { name: 'counted', autoDelete } });
    const group = String(json.key);
    for (const version of ['1', '2', '3', '4']) {
      await upload(server, serverUpload({ version }), uploadPath({ group }));
    }
    const versions = async () => (await listed(server, { group })).binaries.map(({ version }) => version);
    await expect.poll(versions, { interval: 10 }).toEqual(['4', '3']);
  });
});
