import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { requireOwnOrigin } from './authentication.ts';
import { endedSessionCookie, readSession, sessionCookie } from './session-cookie.ts';

describe('credentials in headers', () => {
  test('a session is found among other cookies', () => {
    expect(readSession('theme=dark; slipway_session=abc123; x=y')).toBe('abc123');
    expect(readSession('xslipway_session=abc')).toBeUndefined();
    expect(readSession(undefined)).toBeUndefined();
  });

  test('the cookie is for this origin and not for scripts, and secure under TLS', () => {
    expect(sessionCookie('abc', 60, true)).toBe(
      'slipway_session=abc; Path=/; HttpOnly; SameSite=Strict; Max-Age=60; Secure',
    );
    expect(endedSessionCookie(false)).toBe('slipway_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0');
  });
});

describe('the origin of a changing request', () => {
  const request = (method: string, origin?: string) =>
    ({
      method,
      headers: origin === undefined ? {} : { origin },
      protocol: 'http',
      host: '10.0.0.5:4600',
    }) as FastifyRequest;
  const publicUrl = 'https://deploy.example.com';

  test.each(['https://deploy.example.com', 'http://10.0.0.5:4600'])('%s is our own', (origin) => {
    expect(() => requireOwnOrigin(request('POST', origin), publicUrl)).not.toThrow();
  });

  test.each([
    'https://evil.example.com',
    'null',
    'http://deploy.example.com',
    'https://deploy.example.com:444',
  ])('%s is foreign', (origin) => {
    expect(() => requireOwnOrigin(request('POST', origin), publicUrl)).toThrow('may not use this session');
  });

  test('programs, which send none, and reading are let through', () => {
    expect(() => requireOwnOrigin(request('POST'), publicUrl)).not.toThrow();
    expect(() => requireOwnOrigin(request('GET', 'https://evil.example.com'), publicUrl)).not.toThrow();
  });
});
