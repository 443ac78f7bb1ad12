import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signal } from '../../harness/gate.ts';
import type { Answer, TestServer } from '../../harness/server.ts';
import { api, codeOf, fetched, form, jpeg, listed, png, startInstallation, upload } from './setup.ts';
import { type TestEntry, zip } from './zip.ts';

let server: TestServer;
let hook: Server;
let hookUrl: string;
const received = signal<{ body: unknown; type: string | undefined }>();

beforeAll(async () => {
  hook = createServer((request, answer) => {
    let text = '';
    request.on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      received.come({ body: JSON.parse(text), type: request.headers['content-type'] });
      answer.end();
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
  const place = `127.0.0.1:${(hook.address() as AddressInfo).port}`;
  hookUrl = `http://${place}/hook?id=100`;
  server = await startInstallation({
    settings: { outboundAllow: [place], imageRequestLimitBytes: 56 * 1024 * 1024 },
  });
});
afterAll(async () => {
  await server.close();
  await new Promise((resolve) => hook.close(resolve));
});

type Parts = Parameters<typeof form>[0];
const send = (parts: Parts): Promise<Answer> => api(server, 'POST', '/images', { body: form(parts) });
const params = (values: object): readonly [string, string] => ['params', JSON.stringify(values)];
const file = (bytes: Buffer, name: string) => ['files', bytes, name] as const;
const codes = (answer: Answer): number[] =>
  answer.json.errors.map(({ error }: { error: { resultCode: number } }) => error.resultCode);
const paths = (answer: Answer): string[] => answer.json.successes.map(({ path }: { path: string }) => path);

describe('POST /images', () => {
  it('23. answers 0, 1 or 2 for all, some or none stored, each file on its own', async () => {
    const bytes = await png();
    const both = [params({ basepath: '/many' }), file(bytes, 'a1.png'), file(bytes, 'a2.png')];
    const all = await send(both);
    expect(all.json.header).toEqual({ isSuccessful: true, resultCode: 0, resultMessage: 'Success' });
    expect(all.json.errors).toEqual([]);
    expect(paths(all)).toEqual(['/many/a1.png', '/many/a2.png']);
    const some = await send([params({ basepath: '/many' }), file(bytes, 'a1.png'), file(bytes, 'a3.png')]);
    expect(some.json.header).toEqual({
      isSuccessful: false,
      resultCode: 1,
      resultMessage: 'Partial Success',
    });
    expect(some.json.errors).toEqual([
      {
        path: '/many/a1.png',
        bytes: bytes.length,
        error: { resultCode: 20_010, resultMessage: 'There is same file name.' },
      },
    ]);
    expect(paths(some)).toEqual(['/many/a3.png']);
    const none = await send(both);
    expect(none.json.header).toEqual({ isSuccessful: false, resultCode: 2, resultMessage: 'Fail' });
    expect(none.json.successes).toEqual([]);
    expect(codes(none)).toEqual([20_010, 20_010]);
  });

  it('24. takes files before params, a second params, single quotes, and booleans as texts', async () => {
    const bytes = await png();
    const forms: Parts[] = [
      [file(bytes, 'b1.png'), params({ basepath: '/lenient' })],
      [params({ basepath: '/lenient' }), file(bytes, 'b2.png'), params({ basepath: '/second' })],
      [['params', "\r\n{'basepath': '/lenient', 'overwrite': 'false'}\r\n"], file(bytes, 'b3.png')],
      [params({ basepath: '/lenient', overwrite: 'false', autorename: 'True' }), file(bytes, 'b4.png')],
      [['params', Buffer.from('{"basepath":"/lenient"}'), 'blob'], file(bytes, 'b5.png')],
      [params({ basepath: '/lenient/', operationIds: 'nope,none' }), file(bytes, 'b6.png')],
    ];
    for (const parts of forms) expect(codeOf(await send(parts))).toBe(0);
    expect((await listed(server, '/lenient')).json.paging.totalFileCount).toBe(forms.length);
    expect(codeOf(await listed(server, '/second'))).toBe(20_001);
  });

  it('24. takes a boundary with a caret, headers without blanks, and parts without types', async () => {
    const bytes = await png();
    const part = (head: string, content: Buffer | string) => [
      Buffer.from(`--^_^\r\n${head}\r\n\r\n`),
      Buffer.from(content as string),
      Buffer.from('\r\n'),
    ];
    const body = Buffer.concat([
      ...part('Content-Disposition:form-data;name="files";filename="dir/c1.png"', bytes),
      ...part('Content-Disposition:form-data;name="params"', '{"basepath":"/caret"}'),
      Buffer.from('--^_^--'),
    ]);
    const headers = { 'content-type': 'multipart/form-data; boundary=^_^' };
    const answer = await api(server, 'POST', '/images', { headers, body: new Uint8Array(body) });
    expect(paths(answer)).toEqual(['/caret/c1.png']);
  });

  it('25. without params answers 10001, without files 10002, as application/json 11006', async () => {
    const bytes = await png();
    expect(codeOf(await send([file(bytes, 'd1.png')]))).toBe(10_001);
    expect(codeOf(await send([['params', '{'], file(bytes, 'd1.png')]))).toBe(10_001);
    expect(codeOf(await send([params({ basepath: '/aa' })]))).toBe(10_002);
    expect(codeOf(await send([params({ basepath: '/aa' }), file(Buffer.alloc(0), '')]))).toBe(10_002);
    expect(codeOf(await api(server, 'POST', '/images', { json: { basepath: '/aa' } }))).toBe(11_006);
    expect(codeOf(await api(server, 'POST', '/images', {}))).toBe(11_006);
    expect(codeOf(await send([params({}), file(bytes, 'd1.png')]))).toBe(11_060);
    expect(codeOf(await send([params({ basepath: '/x' }), file(bytes, 'd1.png')]))).toBe(11_002);
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    expect(codeOf(await api(server, 'POST', '/images', { headers, body: 'no form' }))).toBe(400);
  });

  it('drops the directory of file names, and refuses names, extensions and contents file by file', async () => {
    const bytes = await png();
    const answer = await send([
      params({ basepath: '/' }),
      file(bytes, '../../up.png'),
      file(bytes, 'x*y.png'),
      file(bytes, 'page.html'),
      file(Buffer.from('<svg/>'), 'vector.png'),
      file(Buffer.alloc(0), 'empty.png'),
      file(Buffer.alloc(52_428_801), 'large.png'),
      file(bytes, 'behind.png'),
    ]);
    expect(codes(answer)).toEqual([11_050, 5005, 10_002, 10_002, 11_004]);
    expect(paths(answer)).toEqual(['/up.png', '/behind.png']);
    expect(answer.json.errors[4].bytes).toBe(52_428_801);
  });

  it('refuses more than 1,000 files, and more bytes than one request may have', async () => {
    const tiny = Buffer.from('x');
    const many: Parts = [
      params({ basepath: '/toomany' }),
      ...Array.from({ length: 1001 }, () => file(tiny, 'x1.png')),
    ];
    expect(codeOf(await send(many))).toBe(11_005);
    const half = Buffer.alloc(40 * 1024 * 1024);
    const large = [params({ basepath: '/toomany' }), file(half, 'h1.png'), file(half, 'h2.png')];
    expect(codeOf(await send(large))).toBe(11_004);
  });

  it('27. a callback goes to port 80 or 443, or to where the installation allows', async () => {
    const bytes = await png();
    for (const callbackUrl of ['http://example.com:8080/x', 'ftp://example.com/x', 'no url', 'http://']) {
      const answer = await send([params({ basepath: '/called', callbackUrl }), file(bytes, 'e1.png')]);
      expect(codeOf(answer), callbackUrl).toBe(11_051);
    }
    expect(
      codeOf(await send([params({ basepath: '/called', callbackUrl: '' }), file(bytes, 'e1.png')])),
    ).toBe(0);
  });

  it('28. the callback carries what was stored and what failed, and the id of its URL', async () => {
    const bytes = await jpeg(40, 30);
    await upload(server, '/called/f1.jpg', bytes);
    const answer = await send([
      params({ basepath: '/called', overwrite: true, callbackUrl: hookUrl }),
      file(bytes, 'f1.jpg'),
      file(Buffer.from('text'), 'f2.jpg'),
    ]);
    const { body, type } = await received.came;
    expect(type).toBe('application/json');
    expect(body).toEqual({
      header: { isSuccessful: false, resultCode: 1, resultMessage: 'Partial Success' },
      id: '100',
      successFiles: [
        {
          id: answer.json.successes[0].id,
          name: 'f1.jpg',
          path: '/called/f1.jpg',
          url: answer.json.successes[0].url,
          width: 40,
          height: 30,
          sizeByte: bytes.length,
          overwritten: true,
          updatedAt: answer.json.successes[0].updatedAt,
        },
      ],
      failFiles: [
        {
          name: 'f2.jpg',
          path: '/called/f2.jpg',
          sizeByte: 4,
          resultCode: 10_002,
          resultMessage: 'There is not exist upload file or it is an invalid file.',
        },
      ],
    });
  });
});

describe('an archive', () => {
  const sendZip = (entries: readonly TestEntry[], basepath = '/zip', bytes = zip(entries)) =>
    send([params({ basepath }), file(bytes, 'pictures.ZIP')]);

  it('26. stores its images below the folder, skips what desktops leave, and reports the rest', async () => {
    const bytes = await png();
    const answer = await sendZip([
      { name: 'in/', bytes: '' },
      { name: 'in/left.png', bytes },
      { name: 'in/right.png', bytes },
      { name: '__MACOSX/x', bytes: 'x' },
      { name: 'in/.DS_Store', bytes: 'x' },
      { name: 'in/Thumbs.db', bytes: 'x' },
      { name: 'in/readme.txt', bytes: 'text' },
    ]);
    expect(codeOf(answer)).toBe(1);
    expect(paths(answer)).toEqual(['/zip/in/left.png', '/zip/in/right.png']);
    expect(answer.json.errors).toMatchObject([{ path: '/zip/in/readme.txt', error: { resultCode: 5005 } }]);
    expect((await fetched(server, answer.json.successes[0].url)).bytes.equals(bytes)).toBe(true);
  });

  it.each([
    '../../evil.png',
    'in/../../evil.png',
    '/etc/evil.png',
    'C:/evil.png',
    '..\\..\\evil.png',
    'in//evil.png',
    'in/e\u0000vil.png',
  ])('26. refuses the entry %j and writes nothing outside', async (name) => {
    const answer = await sendZip([{ name, bytes: await png() }]);
    expect(codeOf(answer)).toBe(2);
    expect(codes(answer)).toEqual([11_050]);
    expect((await listed(server, '/', { name: 'evil' })).json.files).toEqual([]);
  });

  it('names its entries in UTF-8 or in CP949', async () => {
    const bytes = await png();
    // 한글.png and 똠방.png; the second has a letter that EUC-KR proper has not.
    const cp949 = [
      Buffer.from([0xc7, 0xd1, 0xb1, 0xdb, 0x2e, 0x70, 0x6e, 0x67]),
      Buffer.from([0x8c, 0x63, 0xb9, 0xe6, 0x2e, 0x70, 0x6e, 0x67]),
    ];
    const answer = await sendZip(
      [
        ...cp949.map((name) => ({ name, bytes })),
        { name: '표시.png', bytes, utf8: true },
        { name: '유효.png', bytes },
      ],
      '/korean',
    );
    expect(paths(answer)).toEqual([
      '/korean/한글.png',
      '/korean/똠방.png',
      '/korean/표시.png',
      '/korean/유효.png',
    ]);
  });

  it('with a short folder, an archive, an encrypted, a damaged or an untrue entry inside fails there only', async () => {
    const bytes = await png();
    const answer = await sendZip(
      [
        { name: 'a/short.png', bytes },
        { name: 'nested.zip', bytes: zip([{ name: 'x1.png', bytes }]) },
        { name: 'secret.png', bytes, encrypted: true },
        { name: 'damaged.png', bytes, claimedChecksum: 1 },
        { name: 'more.png', bytes, claimedSize: 1 },
        { name: 'less.png', bytes, claimedSize: 100_000 },
        { name: 'huge.png', bytes, claimedSize: 52_428_801 },
        { name: 'good.png', bytes },
      ],
      '/odd',
    );
    expect(codes(answer)).toEqual([11_002, 5005, 10_002, 10_002, 10_002, 10_002, 11_004]);
    expect(paths(answer)).toEqual(['/odd/good.png']);
  });

  it('that inflates to more than it may is stopped while it inflates', async () => {
    const bomb = zip([{ name: 'bomb.png', bytes: Buffer.alloc(52_428_801), claimedSize: 52_428_800 }]);
    expect(bomb.length).toBeLessThan(1_000_000);
    const answer = await sendZip([], '/bomb', bomb);
    expect(codes(answer)).toHaveLength(1);
    expect([10_002, 11_004]).toContain(codes(answer)[0]);
    const many = await sendZip(
      Array.from({ length: 10_001 }, (_, index) => ({ name: `n${index}.png`, bytes: '' })),
      '/bomb',
    );
    expect(codes(many)).toEqual([11_003]);
  });

  it('shares what it may cost with the other archives of its call', async () => {
    const desktop = zip(Array.from({ length: 10_000 }, () => ({ name: '__MACOSX/x', bytes: '' })));
    const one = zip([{ name: 'x1.png', bytes: await png() }]);
    const answer = await send([
      params({ basepath: '/shared' }),
      file(one, 'one.zip'),
      file(desktop, 'two.zip'),
    ]);
    expect(answer.json.errors).toMatchObject([{ path: '/shared/two.zip', error: { resultCode: 11_003 } }]);
    expect(paths(answer)).toEqual(['/shared/x1.png']);
  });

  it('that cannot be read is one error by its own path', async () => {
    const whole = zip([{ name: 'x1.png', bytes: await png() }]);
    for (const bytes of [Buffer.from('no archive'), Buffer.alloc(0), whole.subarray(0, whole.length - 9)]) {
      const answer = await sendZip([], '/broken', bytes);
      expect(answer.json.errors).toMatchObject([
        { path: '/broken/pictures.ZIP', bytes: bytes.length, error: { resultCode: 10_002 } },
      ]);
    }
  });
});
