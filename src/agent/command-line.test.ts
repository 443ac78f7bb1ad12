import { expect, test } from 'vitest';
import { AgentError } from './agent-error.ts';
import { readOptions } from './command-line.ts';
import { checkPlatform } from './platform-check.ts';

const needed = ['--server', 'https://deploy.example.com/', '--name', 's1', '--state', '/var/lib/slipway'];

test('what is not given has its default', () => {
  expect(readOptions(needed, {})).toEqual({
    server: 'https://deploy.example.com',
    token: undefined,
    name: 's1',
    state: '/var/lib/slipway',
    address: undefined,
    labels: {},
    replace: false,
    joinOnly: false,
    supervised: false,
    stopInstances: false,
    removeInstances: false,
    graceMilliseconds: 5000,
    cacheBytes: 2048 * 1_048_576,
  });
});

test('a server below a path keeps the path', () => {
  expect(readOptions([...needed, '--server', 'https://example.com/deploy/'], {}).server).toBe(
    'https://example.com/deploy',
  );
});

test('the token comes from the flag, else from SLIPWAY_TOKEN', () => {
  expect(readOptions([...needed, '--token', 'a'], { SLIPWAY_TOKEN: 'b' }).token).toBe('a');
  expect(readOptions(needed, { SLIPWAY_TOKEN: 'b' }).token).toBe('b');
});

test.each(['http://127.0.0.1:4600', 'http://localhost:4600', 'http://[::1]:4600'])(
  'plain http to %s is allowed',
  (server) => {
    expect(readOptions([...needed, '--server', server], {}).server).toBe(server);
  },
);

test.each([
  [['--server', 'http://10.0.0.1'], '--insecure'],
  [['--server', 'http://127.0.0.1.example.com'], '--insecure'],
  [['--server', 'deploy.example.com'], 'not an http or https address'],
  [['--server', 'https://me@example.com'], 'user name'],
  [['--server', 'https://:secret@example.com'], 'password'],
  [['--name', ''], '--name must be'],
  [['--name', 'a/b'], '--name must be'],
  [['--name', 'a\nb'], '--name must be'],
  [['--label', 'novalue'], 'key=value'],
  [['--token', 'a', '--token-file', 'b'], 'not both'],
  [['--token-file', '/nowhere/token'], 'cannot be read (ENOENT)'],
  [['--grace', 'soon'], '--grace soon'],
  [['--tokn', 'a'], '--tokn'],
  [['positional'], 'positional'],
])('%j is refused', (args, words) => {
  const refused = () => readOptions([...needed, ...args], {});
  expect(refused).toThrow(AgentError);
  expect(refused).toThrow(words);
});

test('Windows and an old Node.js are refused with what to do', () => {
  expect(() => checkPlatform('win32', 'v20.19.0')).toThrow('WSL');
  expect(() => checkPlatform('linux', 'v20.18.3')).toThrow('20.19 or newer; this is v20.18.3');
  expect(() => checkPlatform('linux', 'v20.19.0')).not.toThrow();
  expect(() => checkPlatform('darwin', 'v22.0.0')).not.toThrow();
});
