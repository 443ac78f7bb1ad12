import type { Generated } from 'kysely';

/** Rows of the media library as the database has them. */
export interface MediaTables {
  media_library: { id: string; recipes_run: number; bytes_served: number; created_at: number };
  media_folder: FolderRow & { number: Generated<number> };
  media_file: FileRow & { number: Generated<number> };
  media_page_mark: PageMarkRow;
  media_task: TaskRow;
}

/** A folder. The counts leave out what is hidden. */
export interface FolderRow {
  number: number;
  id: string;
  library: string;
  /** The number of the folder above; null for the root. */
  parent: number | null;
  name: string;
  /** Absolute. Folders do not move, so a path is one seek, and the folders above are its prefixes. */
  path: string;
  /** Direct entries. */
  folders: number;
  user_files: number;
  derived_files: number;
  /** Everything below. */
  tree_folders: number;
  tree_files: number;
  tree_bytes: number;
  /** 1 where the folder is so large that its listings are kept with marks. */
  has_page_marks: number;
  /** The removal that hides the folder and all below it; null for a folder that is there. */
  removal: string | null;
  created_at: number;
}

/** A file. */
export interface FileRow {
  number: number;
  id: string;
  library: string;
  folder: number;
  name: string;
  origin: 'user' | 'derived';
  version: number;
  sha256: string;
  md5: string;
  bytes: number;
  format: string;
  width: number;
  height: number;
  frames: number;
  taken_at: number | null;
  /** Ten-millionths of a degree. */
  latitude: number | null;
  longitude: number | null;
  source_id: string | null;
  source_version: number | null;
  recipe: string | null;
  piece: number | null;
  /** The removal that hides the file; null for a file that is there. */
  removal: string | null;
  created_at: number;
  updated_at: number;
}

/** How many files stand between this key and the next mark of a listing. */
export interface PageMarkRow {
  folder: number;
  sorting: 'name' | 'date';
  /** The lowest key of the stretch; `low_at` is 0 in listings by name. */
  low_at: number;
  low_name: string;
  user_files: number;
  derived_files: number;
}

/** A task; JSON in `recipe_json`, `results` and `note`. */
export interface TaskRow {
  id: string;
  library: string;
  kind: 'derive' | 'remove';
  state: 'waiting' | 'processing' | 'done' | 'failed';
  retries: number;
  recipe: string | null;
  recipe_json: string | null;
  source_id: string | null;
  source_path: string | null;
  target_path: string | null;
  reason: string | null;
  results: string;
  replaced: number;
  note: string;
  queued_at: number;
  ended_at: number | null;
}
