import type { Reader, Unit } from '../storage/index.ts';
import type { Content, Folder, StoredFile, Totals } from './entries.ts';

/** What happens when the path of a new file is taken by a file: refuse, replace its content, or take a free name. */
export type Collision = 'refuse' | 'replace' | 'rename';

/** A file that comes in. */
export interface NewFile {
  readonly library: string;
  /** Absolute; folders that are missing are made. Normalised to NFC. */
  readonly path: string;
  readonly content: Content;
  readonly collision: Collision;
}

/** How a listing is ordered. `newest` is the exact reverse of `oldest`, and `name-down` of `name-up`, ties included. */
export type ListOrder = 'name-up' | 'name-down' | 'oldest' | 'newest';

/** Which page of which folder. */
export interface ListRequest {
  readonly library: string;
  readonly path: string;
  readonly order: ListOrder;
  /** Only names that contain it, byte for byte; counts are then counted by looking at every name of the folder. */
  readonly nameContains?: string;
  /** Only files of this origin; folders are listed all the same. */
  readonly origin?: 'user' | 'derived';
  /** Position of the first entry in the sequence folders, then files; from 0. */
  readonly offset: number;
  readonly limit: number;
}

/** One page of a folder's direct entries, and how many match in all; of one snapshot. */
export interface Listing {
  readonly folders: readonly Folder[];
  readonly files: readonly StoredFile[];
  readonly totalFolders: number;
  readonly totalFiles: number;
}

/**
 * The tree of folders and files of each library. Paths are absolute and become NFC; a folder and a file never share
 * one. Verbs take the unit that they belong to and throw `TreeError`s. Entries that are being removed are in no answer.
 */
export interface Tree {
  /** Makes an empty library with its root; throws `conflict` when the id (at most 64 characters) is taken. */
  createLibrary(unit: Unit, id: string): Promise<void>;
  /** Removes an empty library with its tasks and counters; throws `not-empty` while it has files or folders, hidden ones included. */
  removeLibrary(unit: Unit, id: string): Promise<void>;
  /** Makes a folder and its missing ancestors; throws `folder-there`, `file-there`, `parent-being-removed`, `bad-path`. */
  createFolder(unit: Unit, library: string, path: string): Promise<Folder>;
  /**
   * Stores a user's file. Whether the path is free is decided here; an existing file keeps its id and gets a new
   * version, a derived one becomes the user's. Throws `file-there` (refuse), `folder-there`, `being-removed`,
   * `parent-being-removed`, `bad-path`.
   */
  putFile(unit: Unit, file: NewFile): Promise<{ file: StoredFile; replaced: boolean }>;
  /** Removes one file with its blob's reference; for many use `Removals`. */
  removeFile(unit: Unit, library: string, id: string): Promise<void>;

  folderByPath(reader: Reader, library: string, path: string): Promise<Folder | undefined>;
  folderById(reader: Reader, library: string, id: string): Promise<Folder | undefined>;
  /** Whether a folder of this path, or one above it, is being removed: nothing can be put there now. */
  isBeingRemoved(reader: Reader, library: string, folder: string): Promise<boolean>;
  fileByPath(reader: Reader, library: string, path: string): Promise<StoredFile | undefined>;
  /** The files of these names in one folder, in any order; none where there is no such folder. */
  filesByName(
    reader: Reader,
    library: string,
    folder: string,
    names: readonly string[],
  ): Promise<StoredFile[]>;
  fileById(reader: Reader, library: string, id: string): Promise<StoredFile | undefined>;
  /** What lies below a folder, from counters; throws `unknown`. */
  totals(reader: Reader, library: string, path: string): Promise<Totals>;
  /** The files below a folder at any depth, by folder and name, at most `limit`; throws `unknown`. */
  filesBelow(
    reader: Reader,
    request: { library: string; path: string; origin?: 'user' | 'derived'; limit: number },
  ): Promise<StoredFile[]>;
  /** A page of a folder in one snapshot; throws `unknown`. */
  list(request: ListRequest): Promise<Listing>;
}
