import { describe, expect, it } from 'vitest';
import { decodeText, encodeText, largestText, resourceEncodings } from './resource-text.ts';

describe('resource files as text', () => {
  it.each(resourceEncodings)('%s text comes back as it was', (encoding) => {
    const text = 'key: 값 🙂\r\n';
    expect(decodeText(encodeText(text, encoding), encoding)).toBe(text);
  });

  it('the encodings differ', () => {
    expect(encodeText('a', 'UTF-16LE')).toEqual(Buffer.from([0x61, 0]));
    expect(encodeText('a', 'UTF-16BE')).toEqual(Buffer.from([0, 0x61]));
  });

  it('an empty text is refused', () => {
    expect(() => encodeText('', 'UTF-8')).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('half a character is refused', () => {
    expect(() => encodeText('a\uD800', 'UTF-8')).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('a text above 1 MiB is refused', () => {
    expect(encodeText('x'.repeat(largestText), 'UTF-8')).toHaveLength(largestText);
    expect(() => encodeText('x'.repeat(largestText + 1), 'UTF-8')).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  it('bytes that are no text are not shown as text', () => {
    expect(() => decodeText(Buffer.from([0xff, 0xfe, 0xfd]), 'UTF-8')).toThrow(
      expect.objectContaining({ code: 'precondition' }),
    );
  });
});
