import type { FlagValues } from './command-line.ts';
import { wrongUsage } from './np-error.ts';
import type { Runtime } from './runtime.ts';

/** What proves who calls. */
export type Credential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'key'; readonly key: string };

const standard = 'http://127.0.0.1:4600';

/**
 * The API's address: `NP_API_BASE` (a whole URL), or `NULLPLATFORM_HOST` (host and port, or a URL); without a scheme it
 * is plain HTTP on this machine and HTTPS elsewhere. Ends without a slash. Throws wrong usage.
 */
export function apiBase({ NP_API_BASE, NULLPLATFORM_HOST }: Runtime['environment']): string {
  const text = NP_API_BASE || NULLPLATFORM_HOST || standard;
  const isLocal = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?(\/|$)/.test(text);
  const whole = /^[a-z]+:\/\//i.test(text) ? text : `${isLocal ? 'http' : 'https'}://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    const name = NP_API_BASE ? 'NP_API_BASE' : 'NULLPLATFORM_HOST';
    throw wrongUsage(`${name} is no address: ${text}`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/**
 * What the flags and, after them, the environment say; a token wins over a key (contract nullplatform 6.4). White space
 * around it is left out: secrets of CI often end with a line feed, which no header can carry. Throws wrong usage.
 */
export function credentialOf(flags: FlagValues, environment: Runtime['environment']): Credential | undefined {
  const token = (text: string | undefined): Credential | undefined =>
    text?.trim() ? { kind: 'token', token: withoutSpaces(text.trim()) } : undefined;
  const key = (text: string | undefined): Credential | undefined =>
    text?.trim() ? { kind: 'key', key: text.trim() } : undefined;
  return (
    token(flags['access-token']) ??
    key(flags['api-key']) ??
    token(environment.NP_TOKEN) ??
    key(environment.NULLPLATFORM_API_KEY) ??
    key(environment.NP_API_KEY)
  );
}

function withoutSpaces(token: string): string {
  if (/^[!-~]+$/.test(token)) return token;
  throw wrongUsage('The token has spaces or letters in it that no token has');
}
