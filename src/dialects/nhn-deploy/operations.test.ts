import { describe, expect, it } from 'vitest';
import { operations } from './operations.ts';

const versionOf = (path: string) =>
  /^\/api\/(v\d\.\d)\//.exec(path)?.[1] ?? (path.startsWith('/oauth2/') ? 'v2.1' : 'previous');

describe('the table of operations', () => {
  it('is sorted by letter and version, and names each method and path once', () => {
    const keys = operations.map(({ letter, version }) => `${letter} ${version}`);
    expect(keys).toEqual([...keys].sort());
    const calls = operations.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(calls).size).toBe(calls.length);
  });

  it('has every letter of the contract, A to O', () => {
    expect([...new Set(operations.map(({ letter }) => letter))].join('')).toBe('ABCDEFGHIJKLMNO');
  });

  it.each(operations)(
    '$letter $method $path is served or says by whom, and fits its version',
    (operation) => {
      const handlers = [operation.handle, operation.handleUnadmitted, operation.instead].filter(Boolean);
      expect(handlers).toHaveLength(1);
      expect(versionOf(operation.path)).toBe(operation.version);
    },
  );

  it.each(operations)('$letter $method $path asks for what its version needs', (operation) => {
    const { version, credential, permission } = operation;
    if (version === 'v2.0') expect(credential).toBe('access-key');
    if (version === 'v2.1' && !operation.instead) expect(credential).toBe('token');
    const isKeyed = credential === 'access-key' || credential === 'token' || credential === 'either';
    expect(permission !== undefined).toBe(isKeyed);
  });
});
