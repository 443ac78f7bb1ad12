/**
 * What a hash of a password costs in tests, as scrypt's N: a hash at the usual cost takes a tenth of a second of the
 * processor, and the suite makes many hundreds. `src/identity/hashing.test.ts` holds the usual one.
 */
export const cheapHash = 16;
