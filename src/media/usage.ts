import type { Reader } from '../storage/index.ts';

/** What a library has used. */
export interface LibraryUsage {
  /** Files, folders and bytes that are there now. */
  readonly files: number;
  readonly folders: number;
  readonly bytesStored: number;
  /** Recipes run since the library was made. */
  readonly recipesRun: number;
  /** Bytes served since then; a crash loses at most the last seconds. */
  readonly bytesServed: number;
}

/** The counters of libraries. */
export interface Usage {
  /** Throws `unknown`. */
  read(reader: Reader, library: string): Promise<LibraryUsage>;
  /** Counts bytes that went out; costs no write, they are added up and written every few seconds. */
  served(library: string, bytes: number): void;
  /** Writes what has been added up. */
  flush(): Promise<void>;
}
