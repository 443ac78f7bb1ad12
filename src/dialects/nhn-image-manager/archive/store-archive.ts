import { isCoreError } from '../../../errors/index.ts';
import type { SpooledBlob } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import { Refusal, refusal } from '../errors.ts';
import { limits } from '../limits.ts';
import { pathBelow } from '../paths.ts';
import { type StoredImage, storeImage, type Upload } from '../store-image.ts';
import { note, type UploadOutcomes } from '../upload-outcome.ts';
import { checkUploadPath } from '../upload-target.ts';
import { type Budget, checkedBytes } from './checked-bytes.ts';
import { isSkipped } from './entry-name.ts';
import { openZip, type ZipArchive, type ZipEntry } from './zip-reader.ts';

/** An archive that was sent: where its entries go, the path by which it is called itself, and what it may cost. */
export interface SentArchive {
  readonly folder: string;
  readonly path: string;
  readonly blob: SpooledBlob;
  readonly budget: Budget;
}

/** What the archives of one call may cost. */
export function callBudget(): Budget {
  return { entries: limits.entries, bytes: limits.inflated };
}

/**
 * Stores the entries of a zip file below the folder, one after the other; each is one result of the call. An archive
 * that cannot be read is one failure by its own path (contract nhn-image-manager 5.8).
 */
export async function storeArchive(
  context: Context,
  upload: Upload,
  { folder, path, blob, budget }: SentArchive,
  outcomes: UploadOutcomes,
  onFault: (error: unknown) => void,
): Promise<void> {
  const fail = (error: unknown) =>
    note(outcomes, { path, bytes: blob.size }, () => Promise.reject(error), onFault);
  let archive: ZipArchive | undefined;
  try {
    archive = await openZip(blob.file);
    if (archive.entryCount > budget.entries) throw refusal('TOO_MANY_REQUESTED');
    budget.entries -= archive.entryCount;
    for await (const entry of archive.entries()) {
      if (isSkipped(entry.name)) continue;
      const shown = { path: `${folder === '/' ? '' : folder}/${entry.name}`, bytes: entry.size };
      await note(outcomes, shown, () => storeEntry(context, upload, folder, entry, budget), onFault);
    }
  } catch (error) {
    await fail(
      isCoreError(error, 'invalid') && !(error instanceof Refusal) ? refusal('INVALID_FILE') : error,
    );
  } finally {
    archive?.close();
  }
}

async function storeEntry(
  context: Context,
  upload: Upload,
  folder: string,
  entry: ZipEntry,
  budget: Budget,
): Promise<StoredImage> {
  const path = pathBelow(folder, entry.name);
  await checkUploadPath(context, upload.service, path);
  if (entry.isEncrypted) throw refusal('INVALID_FILE');
  // What says that it is too large, and what would be inflated after the budget, is not even begun.
  if (entry.size > limits.file || budget.bytes <= 0) throw refusal('TOO_LARGE');
  const blob = await inflated(context, entry, budget);
  try {
    return await storeImage(context, upload, path, blob);
  } finally {
    await blob.discard();
  }
}

async function inflated({ parts }: Context, entry: ZipEntry, budget: Budget): Promise<SpooledBlob> {
  const source = await entry.open();
  try {
    return await parts.blobs.spool(checkedBytes(source, entry.checksum, budget), { limit: limits.file });
  } catch (error) {
    if (isCoreError(error, 'too-large')) throw refusal('TOO_LARGE');
    // Whatever is wrong with the bytes of an entry (its size, its deflation, its checksum) makes it no picture.
    if (isCoreError(error) && error.code !== 'invalid') throw error;
    throw refusal('INVALID_FILE');
  } finally {
    source.destroy();
  }
}
