import { randomInt } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function randomWord(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

/** A new app key: 16 letters and digits (contract nhn-image-manager 2.2). */
export const newAppKey = (): string => randomWord(16);

/** A new secret key: 32 letters and digits (contract nhn-image-manager 2.2). */
export const newSecretKey = (): string => randomWord(32);
