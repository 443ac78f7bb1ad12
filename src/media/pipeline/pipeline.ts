import type { ImageFacts, WritableFormat } from '../formats/index.ts';
import type { Recipe } from '../recipe.ts';

/** One picture that a recipe made. */
export interface MadePicture {
  /** The file it was written to, `<into>-<piece>` of the request. */
  readonly file: string;
  /** Its number among the pieces of a split, from 0; 0 without a split. */
  readonly piece: number;
  readonly format: WritableFormat;
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly bytes: number;
}

/** A recipe for one picture. */
export interface MakeRequest {
  readonly source: string;
  readonly recipe: Recipe;
  /** The file of each watermark by its path in the library (`watermarkPaths`). */
  readonly marks: Readonly<Record<string, string>>;
  /** What the paths that are written begin with. What was made before a request failed stays there. */
  readonly into: string;
}

/**
 * Decodes and encodes pictures in child processes, one picture per process at a time. Files go by their paths.
 * Both verbs throw `CoreError`s: `invalid` for what will fail again (no picture, a broken one, a cut outside of it, an
 * output too large), `too-large` for a header over the limit of pixels, `precondition` for a header without a size,
 * `unavailable` for what may work later (a process that crashed, hung or ran out of memory).
 */
export interface Pipeline {
  /** The facts of a picture that was proven to decode. */
  examine(file: string): Promise<ImageFacts>;
  /** Runs a recipe and answers with its pieces in order; one picture without a split. They are written in order. */
  make(request: MakeRequest): Promise<readonly MadePicture[]>;
  /** Ends the child processes; requests that still run fail as `unavailable`. */
  close(): Promise<void>;
}
