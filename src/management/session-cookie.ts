/** The cookie of the console. `__Host-` names would need TLS, which a server on loopback does not have. */
const cookieName = 'slipway_session';

/** The session in a `Cookie` header. */
export function readSession(header: string | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName && value) return value;
  }
  return undefined;
}

/** The `Set-Cookie` header that gives a session; scripts cannot read it and other sites cannot send it. */
export function sessionCookie(session: string, secondsToLive: number, secure: boolean): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${secondsToLive}`];
  return [`${cookieName}=${session}`, ...attributes, ...(secure ? ['Secure'] : [])].join('; ');
}

/** The `Set-Cookie` header that takes it away. */
export function endedSessionCookie(secure: boolean): string {
  return sessionCookie('', 0, secure);
}
