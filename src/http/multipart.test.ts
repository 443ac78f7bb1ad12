import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { multipartParts, type Part } from './multipart-parts.ts';

async function* inPieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer, void> {
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    if (cut > from && cut < bytes.length) {
      yield bytes.subarray(from, cut);
      from = cut;
    }
  }
  yield bytes.subarray(from);
}

async function bytesOf(part: Part): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of part.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function read(body: Buffer | string, cuts: readonly number[] = []) {
  const parts: { name: string; file: Part['file']; charset: string | undefined; bytes: Buffer }[] = [];
  for await (const part of multipartParts(inPieces(Buffer.from(body as string), cuts), 'B')) {
    parts.push({ name: part.name, file: part.file, charset: part.charset, bytes: await bytesOf(part) });
  }
  return parts;
}

const head = (name: string, more = '') =>
  `--B\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;

describe('the parts of a multipart body', () => {
  test('are the same however the stream is cut into pieces', async () => {
    const tricky = Buffer.concat([
      // Almost a boundary, which random bytes right behind the dashes could make a real one.
      Buffer.from('\r\n--b'),
      randomBytes(300),
      Buffer.from('\r\n--A\r\n\r\n--'),
      Buffer.from('\r'),
    ]);
    const body = Buffer.concat([
      Buffer.from(`preamble\r\n${head('f', '; filename="a.bin"')}`),
      tricky,
      Buffer.from(`\r\n${head('t')}text\r\n--B--\r\nepilogue`),
    ]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: body.length - 1 }), { maxLength: 60 }),
        async (cuts) => {
          const [file, text, ...rest] = await read(body, cuts);
          expect(file?.bytes.equals(tricky)).toBe(true);
          expect(text?.bytes.toString()).toBe('text');
          expect(rest).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a reader may leave a part in the middle and still gets the next one', async () => {
    const body = `${head('a')}${'x'.repeat(5000)}\r\n${head('b')}y\r\n--B--`;
    const names: string[] = [];
    for await (const part of multipartParts(inPieces(Buffer.from(body), [100, 900, 2000, 4000]), 'B')) {
      names.push(part.name);
      for await (const _chunk of part.body) break;
    }
    expect(names).toEqual(['a', 'b']);
  });

  test('an empty body between boundaries and an empty form are no mistakes', async () => {
    expect(await read(`${head('a', '; filename="x"')}\r\n--B--\r\n`)).toMatchObject([
      { name: 'a', bytes: Buffer.alloc(0) },
    ]);
    expect(await read('--B--\r\n')).toEqual([]);
  });

  test.each([
    ['ends early', `${head('a')}text`],
    ['has no boundary at all', 'just text'],
    ['ends in the headers', '--B\r\nContent-Disposition: form-data; na'],
    ['has a part without a name', '--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--'],
    ['has endless headers', `--B\r\nX: ${'y'.repeat(20_000)}\r\n\r\n\r\n--B--`],
    ['has something behind a boundary', '--Bxx\r\n\r\n\r\n--B--'],
    ['hides its first boundary', `${'z'.repeat(70_000)}\r\n${head('a')}x\r\n--B--`],
  ])('a body that %s is invalid', async (_what, body) => {
    await expect(read(body)).rejects.toMatchObject({ code: 'invalid' });
  });

  test('a large part passes through unchanged', async () => {
    const bytes = randomBytes(3_000_000);
    const body = Buffer.concat([
      Buffer.from(head('f', '; filename="a"')),
      bytes,
      Buffer.from('\r\n--B--\r\n'),
    ]);
    const cuts = Array.from({ length: 50 }, (_, index) => index * 65_536);
    const [part] = await read(body, cuts);
    expect(
      createHash('sha256')
        .update(part?.bytes ?? '')
        .digest('hex'),
    ).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});

describe('file names of parts', () => {
  test.each([
    ['filename="ojdbc14.jar"', 'ojdbc14.jar'],
    ['filename=plain.jar', 'plain.jar'],
    ['filename="C:\\\\dir\\\\a.jar"', 'a.jar'],
    ['filename="../../etc/passwd"', 'passwd'],
    ['filename="한글 이름.jar"', '한글 이름.jar'],
    ['filename="quo\\"te.jar"', 'quo"te.jar'],
    ['filename="x"; filename*=UTF-8\'\'%ED%95%9C.jar', '한.jar'],
    ["filename*=UTF-8''a%2Fb.jar", 'b.jar'],
    ['filename="semi;colon.jar"', 'semi;colon.jar'],
    ['filename="dir/"', undefined],
    ['filename=".."', undefined],
    ['filename=""', undefined],
  ])('%s is %s', async (parameter, name) => {
    const [part] = await read(`${head('f', `; ${parameter}`)}x\r\n--B--`);
    expect(part?.file).toEqual({ name });
  });

  test('a part without a file name is a text, and its charset is read', async () => {
    const [part] = await read(
      '--B\r\nContent-Disposition: form-data; name="t"\r\nContent-Type: text/plain; charset=ISO-8859-1\r\n\r\nx\r\n--B--',
    );
    expect(part).toMatchObject({ file: undefined, charset: 'iso-8859-1' });
  });
});
