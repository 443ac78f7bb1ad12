import { createHash, timingSafeEqual } from 'node:crypto';

/** What is stored of a secret key: the hex of its SHA-256. Generated keys have 190 bits, too many to guess. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

const nothing = secretHash('');

/** Whether `secret` has this hash; takes as long where there is none to compare with. */
export function isSecretKey(secret: string, hash: string | undefined): boolean {
  const fits = timingSafeEqual(Buffer.from(hash ?? nothing, 'hex'), Buffer.from(secretHash(secret), 'hex'));
  return fits && hash !== undefined;
}
