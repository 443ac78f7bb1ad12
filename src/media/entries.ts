import type { Coordinate, ImageFormat } from './formats/index.ts';

/** A folder of a library. The root has the path `/` and the name `/`. */
export interface Folder {
  /** A UUID that stays the same for the folder's life. */
  readonly id: string;
  readonly library: string;
  readonly name: string;
  /** Absolute, in NFC, without trailing slash. */
  readonly path: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

/** What lies below a folder at any depth; the folder itself is not counted. */
export interface Totals {
  readonly folders: number;
  readonly files: number;
  readonly bytes: number;
}

/** The bytes of a picture and what is known of them. */
export interface Content {
  /** The blob; it is kept before a unit refers to it. */
  readonly sha256: string;
  /** Lower-case hex, for validators (contract nhn-image-manager 3.17). */
  readonly md5: string;
  readonly bytes: number;
  /** The real one, whatever the name says. */
  readonly format: ImageFormat;
  /** Pixels as stored, orientation not applied. */
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Epoch milliseconds; null where the picture does not say it. */
  readonly takenAt: number | null;
  /** Kept to a ten-millionth of a degree. */
  readonly coordinate: Coordinate | null;
}

/** A file of a library: one that somebody uploaded (`user`), or one that a recipe made (`derived`). */
export interface StoredFile extends Content {
  /** A UUID; it stays the same when the content is replaced. */
  readonly id: string;
  readonly library: string;
  readonly name: string;
  readonly path: string;
  readonly origin: 'user' | 'derived';
  /** Counts the contents that this file had, from 1. */
  readonly version: number;
  /** Of what it was made, for a derived file; the source may be gone. */
  readonly source: { readonly id: string; readonly version: number } | null;
  /** The name of the recipe that made it; null for a user's file. */
  readonly recipe: string | null;
  /** Its number among the pieces of a split; null for whole pictures and user's files. */
  readonly piece: number | null;
  readonly createdAt: number;
  /** When its content was written last. */
  readonly updatedAt: number;
}
