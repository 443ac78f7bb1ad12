import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashOfNothing, slowHash, usualHashCost, verifyHash } from './hashing.ts';

test('a password is hashed at the cost that OWASP asks for, and a given secret of a key at a third of it', () => {
  expect(slowHash('correct horse', 'password')).toMatch(/^scrypt:32768:3:/);
  expect(slowHash('correct horse', 'key')).toMatch(/^scrypt:32768:1:/);
});

test('a hash is verified at the cost that it says itself, whatever is usual', async () => {
  for (const cost of [16, 1024, usualHashCost]) {
    const hash = slowHash('correct horse', 'password', cost);
    expect(await verifyHash('correct horse', hash)).toBe(true);
    expect(await verifyHash('correct house', hash)).toBe(false);
  }
});

test('a hash that does not say its cost has the first one', async () => {
  const salt = Buffer.from('0123456789abcdef');
  const hash = scryptSync('correct horse', salt, 32, { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 });
  const stored = `scrypt:3:${salt.toString('base64')}:${hash.toString('base64')}`;
  expect(await verifyHash('correct horse', stored)).toBe(true);
  expect(await verifyHash('correct house', stored)).toBe(false);
});

test('no secret has the hash of nothing, which costs what a password does', async () => {
  expect(hashOfNothing(usualHashCost).split(':').slice(0, 3)).toEqual(
    slowHash('correct horse', 'password').split(':').slice(0, 3),
  );
  expect(await verifyHash('', hashOfNothing(16))).toBe(false);
});
