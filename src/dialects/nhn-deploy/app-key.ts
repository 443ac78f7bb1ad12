import { randomInt } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A text of `length` random letters and digits. */
export function randomWord(length: number): string {
  return Array.from({ length }, () => letters[randomInt(letters.length)]).join('');
}

/**
 * What is wrong with an app key that somebody chose. The text `false` is refused because clients take a successful
 * upload answer that holds it for a failure, and the answer holds the app key (contract nhn-deploy 3.2).
 */
export function appKeyProblem(appKey: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(appKey)) {
    return 'an app key has 1 to 64 letters, digits, _ and -';
  }
  return /false/i.test(appKey) ? 'an app key must not hold the text "false"' : undefined;
}

/** A new app key: 16 letters and digits (contract nhn-deploy 2.2). */
export function newAppKey(): string {
  for (;;) {
    const appKey = randomWord(16);
    if (appKeyProblem(appKey) === undefined) return appKey;
  }
}
