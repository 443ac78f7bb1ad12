import { refusal } from './errors.ts';

/**
 * Throws CALLBACK_PORT unless the URL is http or https on port 80 or 443, or at a place that the installation allows
 * (contract nhn-image-manager 5.10).
 */
export function checkCallbackUrl(text: string, rules: { allowsPort(url: URL): boolean }): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw refusal('CALLBACK_PORT');
  const hasUsualPort = url.port === '' || url.port === '80' || url.port === '443';
  if (!hasUsualPort && !rules.allowsPort(url)) throw refusal('CALLBACK_PORT');
}

/** The `id` that a callback repeats: the query parameter of that name, `''` without one. */
export function callbackId(text: string): string {
  return new URL(text).searchParams.get('id') ?? '';
}
