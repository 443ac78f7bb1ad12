/** What stands in an API key: `base64(<id>).base64(<secret>)` (contract nullplatform 2.2). */
export interface KeyText {
  readonly id: number;
  readonly secret: string;
}

const visible = /^[\x21-\x7e]{8,200}$/;

/** Takes an API key apart; undefined for a text that is none. A secret that is no plain text counts as it was written. */
export function readKeyText(text: string): KeyText | undefined {
  if (text.length > 600) return undefined;
  const [first = '', second = '', ...rest] = text.trim().split('.');
  const digits = Buffer.from(first, 'base64').toString('utf8');
  if (rest.length > 0 || !/^[1-9]\d{0,15}$/.test(digits)) return undefined;
  const id = Number(digits);
  const decoded = Buffer.from(second, 'base64').toString('latin1');
  const secret = visible.test(decoded) ? decoded : second;
  return Number.isSafeInteger(id) && visible.test(secret) ? { id, secret } : undefined;
}

/** The text of a key. */
export function keyText({ id, secret }: KeyText): string {
  return `${Buffer.from(String(id)).toString('base64')}.${Buffer.from(secret).toString('base64')}`;
}

/** What is shown of a key afterwards: its first and last four characters. */
export function maskedKey(text: string): string {
  return `${text.slice(0, 4)}xxxxx${text.slice(-4)}`;
}

/** The name of the machine account that a key belongs to. */
export function keyAccount(id: number): string {
  return `nullplatform-key-${id}`;
}

/** The id of the core's access key behind an API key. */
export function accessKeyOf(id: number): string {
  return `np-${id}`;
}
