import { createHash } from 'node:crypto';

/** A name in lower case with single dashes for everything that is no letter or digit (contract nullplatform 3.10). */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  return slug.replaceAll(/^-|-$/g, '') || 'x';
}

/**
 * The host name of a scope: the slugs, cut to 57 characters, and five letters that tell cut names apart, below
 * `baseDomain` (contract nullplatform 3.10).
 */
export function domainOf(
  slugs: { readonly namespace: string; readonly application: string; readonly scope: string },
  baseDomain: string,
): string {
  const whole = `${slugs.namespace}-${slugs.application}-${slugs.scope}`;
  const digest = createHash('sha256').update(whole).digest();
  const letters = [...digest.subarray(0, 5)].map((byte) => String.fromCharCode(97 + (byte % 26)));
  const cut = whole.slice(0, 57).replace(/[-.]+$/, '');
  return `${cut}-${letters.join('')}.${baseDomain}`;
}
