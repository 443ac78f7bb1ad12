import { describe, expect, it } from 'vitest';
import { booleanField, integerField, listField, textField } from './fields.ts';

describe('fields', () => {
  it.each([null, '', undefined])('%j is absent', (value) => {
    const fields = { a: value };
    expect(textField(fields, 'a')).toBeUndefined();
    expect(booleanField(fields, 'a')).toBeUndefined();
    expect(integerField(fields, 'a')).toBeUndefined();
    expect(listField(fields, 'a')).toBeUndefined();
  });

  it('names of the language are absent like any other', () => {
    expect(textField({}, 'constructor')).toBeUndefined();
  });

  it.each(['true', 'True', 'TRUE', true])('%j is true', (value) => {
    expect(booleanField({ a: value }, 'a')).toBe(true);
  });

  it.each(['yes', 1, {}, []])('%j is no boolean', (value) => {
    expect(() => booleanField({ a: value }, 'a')).toThrow("'a' is invalid.");
  });

  it('numbers come as digits, too', () => {
    expect(integerField({ a: '100' }, 'a')).toBe(100);
    expect(integerField({ a: -3 }, 'a')).toBe(-3);
    for (const value of ['1.5', 1.5, 'x', '9'.repeat(30), [], {}]) {
      expect(() => integerField({ a: value }, 'a')).toThrow("'a' is invalid.");
    }
  });

  it('lists come as commas, too', () => {
    expect(listField({ a: ' x, y,,' }, 'a')).toEqual(['x', 'y']);
    expect(listField({ a: ['x', 7] }, 'a')).toEqual(['x', '7']);
    expect(() => listField({ a: [{}] }, 'a')).toThrow("'a' is invalid.");
  });
});
