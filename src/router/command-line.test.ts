import { expect, test } from 'vitest';
import { readOptions } from './command-line.ts';
import { exitCodes } from './router-error.ts';

const told = (server: string, ...more: string[]) => [
  ...['--server', server, '--token-file', '/etc/slipway/token', '--state', '/var/lib/router', ...more],
];

test('a server is read without the slash at its end, and what is not said has its default', () => {
  expect(readOptions(told('https://deploy.example.com/base/'))).toEqual({
    ...{ server: 'https://deploy.example.com/base', tokenFile: '/etc/slipway/token' },
    ...{ state: '/var/lib/router', port: 4680, host: '127.0.0.1', address: undefined, trustProxy: [] },
  });
  expect(readOptions(told('http://127.0.0.1:8080')).server).toBe('http://127.0.0.1:8080');
  expect(readOptions(told('http://deploy.internal', '--insecure')).server).toBe('http://deploy.internal');
});

test.each([
  [told('deploy.example.com'), 'is not an http or https address'],
  [told('http://deploy.example.com'), 'in the clear'],
  [told('https://me:secret@deploy.example.com'), 'must not carry a user name'],
  [told('https://:secret@deploy.example.com'), 'must not carry a user name'],
  [told('https://deploy.example.com/?a=b'), 'must not carry a user name'],
  [told('https://deploy.example.com', '--port', '70000'), '--port 70000 should be'],
  [['--server', 'https://deploy.example.com'], '--token-file is missing'],
  [told('https://deploy.example.com', '--unknown'), '--unknown'],
])('%j is refused with what would be right', (args, message) => {
  expect(() => readOptions(args)).toThrow(
    expect.objectContaining({ exitCode: exitCodes.usage, message: expect.stringContaining(message) }),
  );
});
