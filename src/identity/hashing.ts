import {
  createHash,
  randomBytes,
  type ScryptOptions,
  scrypt,
  scryptSync,
  timingSafeEqual,
} from 'node:crypto';
import { CoreError } from '../errors/index.ts';

/**
 * Passwords cost about 180 ms and 32 MB (OWASP's figures for scrypt), secrets of keys a third: they are sent by
 * programs and have at least eight characters that nobody has to remember.
 */
const passes = { password: 3, key: 1 } as const;
/** scrypt's N of every server. Each hash says its own, so that another can be chosen later. */
export const usualHashCost: number = 2 ** 15;
const memory = { r: 8, maxmem: 64 * 1024 * 1024 };
const keyLength = 32;

/** Slow checks at once, and waiting; a flood of guesses is refused instead of taking the processor and the memory. */
const slowAtOnce = 2;
const slowWaiting = 64;

/** The lower-case hex of a text's SHA-256: for secrets that are random and long enough not to be guessed. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A hash of a secret of full randomness (`sha256:<hex>`). */
export function fastHash(secret: string): string {
  return `sha256:${sha256(secret)}`;
}

/**
 * A hash of a secret that a person chose (`scrypt:<cost>:<passes>:<salt>:<hash>`, base64). Blocks for its whole time,
 * because it runs inside units of writing, which wait for nothing but the database.
 */
export function slowHash(secret: string, kind: keyof typeof passes, cost: number = usualHashCost): string {
  const salt = randomBytes(16);
  const hash = scryptSync(secret, salt, keyLength, { ...memory, N: cost, p: passes[kind] });
  return written(cost, passes[kind], salt, hash);
}

/** A hash that no secret has, to be checked where there is none, so that the time does not tell. */
export function hashOfNothing(cost: number): string {
  return written(cost, passes.password, randomBytes(16), randomBytes(keyLength));
}

function written(cost: number, p: number, salt: Buffer, hash: Buffer): string {
  return `scrypt:${cost}:${p}:${salt.toString('base64')}:${hash.toString('base64')}`;
}

/** Whether `secret` has this hash, in a time that does not depend on where they differ. Throws `rate-limited` in a flood of slow checks. */
export async function verifyHash(secret: string, hash: string): Promise<boolean> {
  const [kind, ...parts] = hash.split(':');
  // The oldest hashes do not say their cost.
  const [expected = '', salt = '', p, cost = usualHashCost] = parts.reverse();
  if (kind === 'sha256') return equal(Buffer.from(expected, 'hex'), Buffer.from(sha256(secret), 'hex'));
  if (kind !== 'scrypt')
    throw new CoreError('internal', 'A stored secret has an unknown form', { internal: String(kind) });
  const options = { ...memory, N: Number(cost), p: Number(p) };
  const computed = await slowly(() => scryptAsync(secret, Buffer.from(salt, 'base64'), options));
  return equal(Buffer.from(expected, 'base64'), computed);
}

function equal(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function scryptAsync(secret: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, keyLength, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

let running = 0;
const waiting: (() => void)[] = [];

async function slowly<T>(check: () => Promise<T>): Promise<T> {
  if (running >= slowAtOnce) {
    if (waiting.length >= slowWaiting) {
      throw new CoreError('rate-limited', 'Too many passwords are being checked; try again in a few seconds');
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await check();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
