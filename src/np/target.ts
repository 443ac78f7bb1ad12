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

/** What the flags and, after them, the environment say; a token wins over a key (contract nullplatform 6.4). */
export function credentialOf(flags: FlagValues, environment: Runtime['environment']): Credential | undefined {
  if (flags['access-token']) return { kind: 'token', token: flags['access-token'] };
  if (flags['api-key']) return { kind: 'key', key: flags['api-key'] };
  if (environment.NP_TOKEN) return { kind: 'token', token: environment.NP_TOKEN };
  const key = environment.NULLPLATFORM_API_KEY || environment.NP_API_KEY;
  return key ? { kind: 'key', key } : undefined;
}
