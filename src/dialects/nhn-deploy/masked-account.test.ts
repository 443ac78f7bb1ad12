import { describe, expect, it } from 'vitest';
import { maskedAccount } from './masked-account.ts';

describe('the masked account', () => {
  it.each([
    ['hongjabc@nhn.com', 'hongj***@nhn.com'],
    ['ksj@nhn.com', 'ks*@nhn.com'],
    ['a@nhn.com', '*@nhn.com'],
    ['@nhn.com', '@nhn.com'],
    ['abcd', 'a***'],
    ['', ''],
  ])('%s is shown as %s', (account, masked) => {
    expect(maskedAccount(account)).toBe(masked);
  });
});
