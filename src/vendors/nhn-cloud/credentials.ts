import type { FastifyRequest } from 'fastify';

/** The two headers of a user access key as they came, trimmed; empty text where one is absent or blank. */
export interface AccessKeyHeaders {
  readonly id: string;
  readonly secret: string;
}

/** `X-TC-AUTHENTICATION-ID` and `-SECRET` (contract nhn-deploy 2.3). Which of them is missing matters to callers (2.5). */
export function accessKeyHeaders(request: FastifyRequest): AccessKeyHeaders {
  return {
    id: header(request, 'x-tc-authentication-id'),
    secret: header(request, 'x-tc-authentication-secret'),
  };
}

/** The token of `X-NHN-AUTHORIZATION: Bearer …`, or of `Authorization` (contract nhn-deploy 2.4); undefined without one. */
export function bearerToken(request: FastifyRequest): string | undefined {
  for (const name of ['x-nhn-authorization', 'authorization']) {
    const match = /^bearer\s+(\S+)$/i.exec(header(request, name));
    if (match?.[1] !== undefined) return match[1];
  }
  return undefined;
}

function header(request: FastifyRequest, name: string): string {
  const value = request.headers[name];
  return (Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).trim();
}
