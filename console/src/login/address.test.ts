import { describe, expect, test } from 'vitest';
import { backAddress, loginAddress } from './address.ts';

describe('a login', () => {
  test('leads back to the page that asked for it, with what it was asked for', () => {
    const page = '/console/deployments/0190?run=3&step=1';
    const login = new URL(loginAddress(page), 'http://slipway');
    expect(login.pathname).toBe('/console/login');
    expect(backAddress(login.searchParams.get('to') ?? undefined)).toBe(page);
  });

  test.each([
    undefined,
    '',
    '/console',
    '/console/',
    'https://example.com/console/hosts',
    '//example.com/console/hosts',
    '/console//example.com',
    '/console/login?to=/console/hosts',
    '/api/slipway/v1/session',
  ])('leads to the deployments from %s', (wanted) => {
    expect(backAddress(wanted)).toBe('/console/deployments');
  });
});
