import { expect, test } from 'vitest';
import { basicCredentials } from './basic-credentials.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('a key is read from Basic form, whatever case its name has, and its secret may hold colons', () => {
  expect(basicCredentials(basic('KEY:se:cret'))).toEqual({ id: 'KEY', secret: 'se:cret' });
  expect(basicCredentials(` basic   ${basic('KEY:').slice(6)} `)).toEqual({ id: 'KEY', secret: '' });
});

test.each([undefined, '', 'Bearer abc', 'Basic', 'Basic %%%', basic('nocolon'), basic(':secret')])(
  '%j is no key',
  (header) => {
    expect(basicCredentials(header)).toBeUndefined();
  },
);
