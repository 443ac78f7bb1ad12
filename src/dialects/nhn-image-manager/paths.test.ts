import { describe, expect, it } from 'vitest';
import { Refusal } from './errors.ts';
import { filePath, folderPath, nameOf, pathBelow } from './paths.ts';

function codeOf(check: () => unknown): number | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return error instanceof Refusal ? error.resultCode : Number.NaN;
  }
}

describe('a path that was given', () => {
  it.each([
    ['', 11_060],
    [undefined, 11_060],
    ['x', 11_002],
    [`/${'가'.repeat(85)}`, 11_002],
    ['xx', 10_001],
    ['xx/yy', 10_001],
    ['/aa//bb', 11_050],
    ['/aa/../bb', 11_050],
    ['/aa/./bb', 11_050],
    ['/..', 11_050],
    ['/aa\u0000', 11_050],
    ['/aa\nbb', 11_050],
    ['/aa\u0085bb', 11_050],
    ['/aa\ud800', 11_050],
    ['/x', 11_002],
    ['/aa/b', 11_002],
    ['/a*b', 11_050],
    ['/a~b', 11_050],
    ['/a:b', 11_050],
    ['/a|b', 11_050],
    ['/a"b', 11_050],
    ['/a?b', 11_050],
    ['/a\\b', 11_050],
  ])('is refused: %j with %d', (path, code) => {
    expect(codeOf(() => folderPath(path))).toBe(code);
    expect(codeOf(() => filePath(path))).toBe(code);
  });

  it('may be the root of a listing, and loses the slash at the end of a folder', () => {
    expect(folderPath('/')).toBe('/');
    expect(folderPath('/aa/bb/')).toBe('/aa/bb');
    expect(codeOf(() => filePath('/aa/bb/'))).toBe(11_060);
    expect(codeOf(() => filePath('/'))).toBe(11_060);
  });

  it('becomes NFC, as macOS does not send it', () => {
    expect(folderPath('/한글'.normalize('NFD'))).toBe('/한글');
  });
});

describe('a path below a folder', () => {
  it('is checked segment by segment and as a whole', () => {
    expect(pathBelow('/', 'in/left.png')).toBe('/in/left.png');
    expect(pathBelow('/zip', 'left.png')).toBe('/zip/left.png');
    expect(codeOf(() => pathBelow('/zip', '../../evil.png'))).toBe(11_050);
    expect(codeOf(() => pathBelow('/zip', '/etc/passwd'))).toBe(11_050);
    expect(codeOf(() => pathBelow('/zip', 'C:/evil.png'))).toBe(11_050);
    expect(codeOf(() => pathBelow('/zip', 'a/left.png'))).toBe(11_002);
    expect(codeOf(() => pathBelow('/zip', `${'x'.repeat(253)}.png`))).toBe(11_002);
    expect(codeOf(() => pathBelow(`/${'x'.repeat(250)}`, `${`${'y'.repeat(200)}/`.repeat(4)}z.png`))).toBe(
      11_001,
    );
  });

  it('has a last name', () => {
    expect([nameOf('/'), nameOf('/aa'), nameOf('/aa/b.png')]).toEqual(['/', 'aa', 'b.png']);
  });
});
