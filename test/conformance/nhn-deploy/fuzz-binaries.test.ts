import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyCharacter } from '../../harness/any-character.ts';
import type { Answer, TestServer } from '../../harness/server.ts';
import { adminKey } from '../../harness/server.ts';
import { appKey, keys, startInstallation, tokenOf, uploadPath, withKey } from './binaries-setup.ts';

let server: TestServer;
let token: string;

beforeAll(async () => {
  server = await startInstallation({ uploadLimitBytes: 256 * 1024 });
  token = await tokenOf(server);
});

afterAll(async () => {
  await server.close();
});

const runs = { numRuns: 40, seed: 20_260_301 };
const anyText = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 60 }),
  fc.constantFrom(
    '../../etc/passwd',
    '..',
    '.',
    '%00',
    '\0',
    '%',
    '%2F',
    '4;5',
    "' OR 1=1",
    '\u202e',
    '\ud800',
    '١',
  ),
);
const id = fc.oneof(
  fc.constantFrom(
    '1',
    '4',
    '5',
    '6',
    '01',
    '0',
    '-1',
    '1.0',
    '1e3',
    '0x1',
    '9223372036854775807',
    '9223372036854775808',
    '9'.repeat(400),
  ),
  fc.bigInt().map(String),
  anyText,
);

/** Never our fault, and always in the form of the original. */
function isRefusedInForm(answer: Answer): void {
  expect(answer.status).toBeLessThan(500);
  const code = answer.json?.header?.resultCode ?? answer.json?.result;
  expect(code, answer.text).toBeDefined();
  expect(code).not.toBe('GENERAL_EXCEPTION');
  expect(code).not.toBe('BINARY_UPLOAD_ERROR');
  expect(answer.text).not.toContain('\n');
}

function segment(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}

describe('operations on binaries take anything', () => {
  it('in the ids of their paths', async () => {
    const place = fc.record({
      key: fc.oneof(fc.constant(appKey), anyText),
      artifact: id,
      group: id,
      binary: id,
    });
    await fc.assert(
      fc.asyncProperty(place, async ({ key, artifact, group, binary }) => {
        const tree = (version: string, name: string) =>
          `/api/${version}/projects/${segment(key)}/artifacts/${segment(artifact)}/${name}/${segment(group)}`;
        for (const path of [
          `${tree('v1.0', 'binary-group')}/binaries/${segment(binary)}`,
          `${tree('v2.0', 'binary-groups')}/binaries`,
        ]) {
          const answer = await server.call(path, withKey(keys.viewer));
          if (answer.status !== 200) expect(answer.json.header.isSuccessful).toBe(false);
          isRefusedInForm(answer);
        }
        const headers = { authorization: `Bearer ${token}` };
        isRefusedInForm(await server.call(`${tree('v2.1', 'binary-groups')}/binaries`, { headers }));
      }),
      runs,
    );
  });

  it('in their queries', async () => {
    const query = fc.dictionary(
      fc.constantFrom(
        'pageNum',
        'pageSize',
        'sortKey',
        'sortDirection',
        'keyword',
        'artifactName',
        'x',
        '__proto__',
      ),
      fc.oneof(
        anyText,
        fc.constantFrom('1', '-1', '99999999999999999999', 'VERSION', 'constructor', '__proto__'),
      ),
    );
    await fc.assert(
      fc.asyncProperty(query, async (values) => {
        const text = Object.entries(values)
          .map(([name, value]) => `${name}=${segment(value)}`)
          .join('&');
        const root = `/api/v2.0/projects/${appKey}/artifacts`;
        isRefusedInForm(
          await server.call(`${root}/1/binary-groups/4/binaries?${text}&keyword=twice`, withKey(keys.viewer)),
        );
        isRefusedInForm(await server.call(`${root}?${text}`, withKey(keys.viewer)));
      }),
      runs,
    );
  });

  it('in the parts of an upload', async () => {
    const name = fc.oneof(
      fc.constantFrom(
        'binaryFile',
        'applicationType',
        'version',
        'description',
        'osType',
        'fix',
        'metaFile',
        'appKey',
        'binaryGroupKey',
        '__proto__',
      ),
      anyText,
    );
    const value = fc.oneof(
      anyText,
      fc.constantFrom('server', 'client', 'iOS', 'true', 'false', '4', appKey, '<plist><dict/></plist>'),
    );
    const part = fc.record({
      name,
      value,
      fileName: fc.option(
        fc.oneof(anyText, fc.constantFrom('a.ipa', 'a.apk', 'a.plist', 'C:\\x\\a.jar', '/etc/a.jar')),
      ),
      charset: fc.option(fc.constantFrom('utf-8', 'ISO-8859-1', 'nonsense', 'utf-16le')),
    });
    const target = fc.constantFrom(
      uploadPath(),
      uploadPath({ artifact: '5', group: '6' }),
      '/api/binary/upload/artifact/1',
      '/api/binary/upload/artifact/5',
    );
    await fc.assert(
      fc.asyncProperty(target, fc.array(part, { maxLength: 12 }), async (path, parts) => {
        const body = Buffer.concat([
          ...parts.map(({ name: called, value: text, fileName, charset }) => {
            const quoted = (given: string) => given.replace(/["\r\n]/g, '');
            const file = fileName === null ? '' : `; filename="${quoted(fileName)}"`;
            const type = charset === null ? '' : `Content-Type: text/plain; charset=${charset}\r\n`;
            return Buffer.from(
              `--edge\r\nContent-Disposition: form-data; name="${quoted(called)}"${file}\r\n${type}\r\n${text}\r\n`,
            );
          }),
          Buffer.from('--edge--\r\n'),
        ]);
        const headers = { 'content-type': 'multipart/form-data; boundary=edge' };
        isRefusedInForm(await server.call(path, { method: 'POST', headers, body }));
      }),
      runs,
    );
  });

  it('as the bytes of a form, broken or not', async () => {
    const sound =
      '--edge\r\nContent-Disposition: form-data; name="binaryFile"; filename="a.jar"\r\n\r\nbytes\r\n' +
      '--edge\r\nContent-Disposition: form-data; name="applicationType"\r\n\r\nserver\r\n--edge--\r\n';
    const mutated = fc
      .tuple(fc.nat(sound.length), fc.nat(sound.length), fc.string({ unit: anyCharacter, maxLength: 20 }))
      .map(([from, length, put]) => sound.slice(0, from) + put + sound.slice(from + (length % 20)));
    const type = fc.constantFrom(
      'multipart/form-data; boundary=edge',
      'multipart/form-data; boundary="edge"',
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'multipart/mixed; boundary=edge',
      'application/json',
      'text/plain',
      'nonsense',
      ';;;',
    );
    await fc.assert(
      fc.asyncProperty(type, mutated, async (contentType, text) => {
        const headers = { 'content-type': contentType };
        isRefusedInForm(
          await server.call(uploadPath(), { method: 'POST', headers, body: Buffer.from(text) }),
        );
      }),
      runs,
    );
  });

  it('as a flood of parts and of text, without keeping it', async () => {
    const headers = { 'content-type': 'multipart/form-data; boundary=edge' };
    const text = (name: string, value: string) =>
      `--edge\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    for (const body of [
      text('x', 'y').repeat(5000),
      text('description', 'y'.repeat(2 * 1024 * 1024)),
      `--edge\r\n${'X-Header: y\r\n'.repeat(20_000)}\r\n`,
      `--edge\r\nContent-Disposition: form-data; name="${'n'.repeat(100_000)}"\r\n\r\nx\r\n--edge--`,
    ]) {
      const answer = await server.call(uploadPath(), { method: 'POST', headers, body });
      expect(answer.json.header.resultCode).toBe('BAD_REQUEST');
    }
  });
});

describe('pages and native calls take anything', () => {
  it('in the addresses of pages', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, anyText, async (a, b, c) => {
        const prefix = '/-/nhn-deploy';
        for (const path of [
          `${prefix}/groups/${segment(a)}?page=${segment(b)}`,
          `${prefix}/groups/${segment(a)}/fixed/${segment(b)}`,
          `${prefix}/sent/${segment(a)}`,
          `${prefix}/binaries/${segment(a)}/${segment(b)}/${segment(c)}/file/x`,
          `${prefix}/binaries/${segment(a)}/9999999999999/${segment(c)}/manifest.plist`,
        ]) {
          const { status } = await server.call(path);
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        }
        const password = { method: 'POST', body: `password=${segment(a)}&next=${segment(b)}` };
        expect((await server.call(`${prefix}/groups/${segment(c)}/password`, password)).status).toBeLessThan(
          500,
        );
      }),
      { ...runs, numRuns: 25 },
    );
  });

  it('in the bodies of native calls', async () => {
    const base = '/api/slipway/v1/nhn-deploy/projects';
    const fields = fc.dictionary(
      fc.constantFrom(
        'name',
        'appKey',
        'members',
        'type',
        'description',
        'region',
        'autoDelete',
        'password',
        'version',
        'enabled',
        'hookUrl',
        'default',
      ),
      fc.oneof(fc.anything({ maxDepth: 2 }), anyText, fc.constantFrom('server', 'KR1', null, {})),
    );
    const call = fc.constantFrom(
      ['POST', base],
      ['PATCH', `${base}/1`],
      ['PUT', `${base}/1/members`],
      ['POST', `${base}/1/artifacts`],
      ['PATCH', `${base}/1/artifacts/1`],
      ['POST', `${base}/1/artifacts/1/binary-groups`],
      ['PATCH', `${base}/1/artifacts/1/binary-groups/8`],
      ['PATCH', `${base}/1/artifacts/1/binaries/1`],
      ['POST', `${base}/1/artifacts/5/binaries/1/links`],
    );
    await fc.assert(
      fc.asyncProperty(call, fc.oneof(fields, fc.anything()), async ([method = '', path = ''], body) => {
        const text =
          JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? String(value) : value)) ?? '';
        const headers = { 'content-type': 'application/json' };
        const answer = await server.call(path, { method, headers, key: adminKey, body: text });
        expect(answer.status, `${method} ${path} ${text}`).toBeLessThan(500);
      }),
      { ...runs, numRuns: 80 },
    );
  });
});
