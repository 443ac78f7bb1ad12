import type { Unit } from './database/storage.ts';

/** Secrets that are needed again later, sealed with AES-256-GCM under the installation's key. */
export interface SecretBox {
  /** Text that carries key version, nonce, ciphertext and tag; safe to store. */
  seal(plain: string, context: string): string;
  /** Throws `internal` when the text was changed, or sealed under another key or context. */
  open(sealed: string, context: string): string;
}

/** Secrets in the database: sealed, found by number, so that plans and journals hold only the number. */
export interface SecretVault {
  store(unit: Unit, plain: string): Promise<number>;
  replace(unit: Unit, id: number, plain: string): Promise<void>;
  /** The values of the ids that exist. */
  reveal(ids: readonly number[]): Promise<ReadonlyMap<number, string>>;
  remove(unit: Unit, id: number): Promise<void>;
}
