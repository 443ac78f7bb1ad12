import { type Failure, failureOf, isOurFault, results, success } from './errors.ts';
import { nameOf } from './paths.ts';
import type { StoredImage } from './store-image.ts';
import { headerOf, type Wire, wireFile } from './wire.ts';

/** A file of a call that was not stored. */
export interface FailedUpload extends Failure {
  readonly path: string;
  /** Bytes as far as they are known. */
  readonly bytes: number;
}

/** What became of the files of one call, in their order. */
export interface UploadOutcomes {
  readonly stored: StoredImage[];
  readonly failed: FailedUpload[];
}

/**
 * Does the upload of one file and notes what became of it: one failure does not undo another file (contract
 * nhn-image-manager 3.6). What is our fault is told to `onFault`, and the file counts as failed.
 */
export async function note(
  outcomes: UploadOutcomes,
  { path, bytes }: { readonly path: string; readonly bytes: number },
  upload: () => Promise<StoredImage>,
  onFault: (error: unknown) => void,
): Promise<void> {
  try {
    outcomes.stored.push(await upload());
  } catch (error) {
    const failure = failureOf(error);
    if (isOurFault(error)) onFault(error);
    outcomes.failed.push({ path, bytes, ...failure });
  }
}

/** The header of the call: all stored, some, or none (contract nhn-image-manager 3.6). */
export function outcomeHeader({ stored, failed }: UploadOutcomes) {
  if (stored.length === 0) return headerOf(results.FAIL);
  return headerOf(failed.length > 0 ? results.PARTIAL_SUCCESS : success);
}

/** The answer of the call. */
export function outcomeAnswer(wire: Wire, outcomes: UploadOutcomes) {
  return {
    header: outcomeHeader(outcomes),
    errors: outcomes.failed.map(({ path, bytes, resultCode, resultMessage }) => ({
      path,
      bytes,
      error: { resultCode, resultMessage },
    })),
    successes: outcomes.stored.map(({ file, tasks }) => wireFile(wire, file, tasks)),
  };
}

/** What the call's callback says, but its id (contract nhn-image-manager 5.10). */
export function outcomeCallback(wire: Wire, outcomes: UploadOutcomes) {
  return {
    header: outcomeHeader(outcomes),
    successFiles: outcomes.stored.map(({ file, replaced }) => ({
      id: file.id,
      name: file.name,
      path: file.path,
      url: wire.url(file.path),
      width: file.width,
      height: file.height,
      sizeByte: file.bytes,
      overwritten: replaced,
      updatedAt: wire.date(file.updatedAt),
    })),
    failFiles: outcomes.failed.map(({ path, bytes, resultCode, resultMessage }) => ({
      name: nameOf(path),
      path,
      sizeByte: bytes,
      resultCode,
      resultMessage,
    })),
  };
}
