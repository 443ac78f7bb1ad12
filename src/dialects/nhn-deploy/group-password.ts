import { randomBytes, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const keyBytes = 32;

/** `salt:hash` of a group's password. Takes about 50 ms of this thread: passwords are set seldom, and inside units. */
export function hashPassword(password: string): string {
  const salt = randomBytes(16);
  return `${salt.toString('hex')}:${scryptSync(password, salt, keyBytes).toString('hex')}`;
}

/** Whether `password` is the one behind `stored`. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [salt = '', hash = ''] = stored.split(':');
  const derived = await promisify<string, Buffer, number, Buffer>(scrypt)(
    password,
    Buffer.from(salt, 'hex'),
    keyBytes,
  );
  return timingSafeEqual(derived, Buffer.from(hash, 'hex'));
}
