import type { Reader } from '../storage/index.ts';
import type { StoredFile } from './entries.ts';
import type { MadePicture } from './pipeline/index.ts';
import type { Recipe } from './recipe.ts';

/** A recipe for one file, to be run now. */
export interface Derivation {
  readonly source: StoredFile;
  /** The recipe's name, which is part of what it makes. */
  readonly name: string;
  readonly recipe: Recipe;
}

/** A recipe to be tried on a file. */
export type Trial = Pick<Derivation, 'source' | 'recipe'>;

/** What a recipe made, the pieces of a split in their order. */
export interface Derived {
  readonly files: readonly StoredFile[];
  /** Whether a derived file of that name was there before. */
  readonly replaced: boolean;
}

/** How a result is ensured. */
export interface EnsureOptions {
  /** Gets the bytes of a small result that this call made, before it resolves: they need not be read again to be sent. */
  readonly onMade?: (sha256: string, bytes: Buffer) => void;
  /** A result whose bytes are lost: it is not current, and it keeps its id when it is made again. */
  readonly lost?: StoredFile;
}

/**
 * Pictures made by recipes, stored beside their source as derived files. One target is made once at a time, across
 * all callers and replicas. Errors: `invalid`, `too-large`, `precondition`, `not-found`, `conflict` would come again;
 * `unavailable` may not.
 */
export interface Derivatives {
  /** The stored result of a recipe without a split, when it was made of the source's present content. */
  current(reader: Reader, derivation: Derivation): Promise<StoredFile | undefined>;
  /** The stored result when it is current, else makes it; however many ask at once, it is made once. */
  ensure(derivation: Derivation, options?: EnsureOptions): Promise<StoredFile>;
  /** Makes and stores it anew; the newest content of the source counts. */
  make(derivation: Derivation): Promise<Derived>;
  /** Runs a recipe and stores nothing; what it made is there for `look` to read until that resolves. */
  tryOut<Result>(trial: Trial, look: (pictures: readonly MadePicture[]) => Promise<Result>): Promise<Result>;
}
