import { expect, test } from 'vitest';
import { operations } from '../../src/dialects/nullplatform/operations.ts';
import { commands } from '../../src/np/commands.ts';

const call = (method = '', path = '') => `${method} ${path.replaceAll(/:[a-z_]+/g, ':')}`;

const served = operations
  .filter(({ handle, path }) => handle && !path.startsWith('/ci/') && !path.startsWith('/api-key'))
  .map(({ method, path }) => call(method, path));

test('every call of a command is one that the server serves', () => {
  const unknown = commands
    .filter(({ method, words }) => method && words !== 'token create')
    .filter(({ method, path }) => !served.includes(call(method, path)))
    .map(({ words }) => words);
  expect(unknown).toEqual([]);
});

test('every call that the server serves has its command', () => {
  const called = new Set(commands.map(({ method, path }) => call(method, path)));
  expect(served.filter((operation) => !called.has(operation))).toEqual([]);
});
