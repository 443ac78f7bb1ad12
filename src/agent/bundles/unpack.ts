import { open, stat } from 'node:fs/promises';
import { BundleError } from './archive-guard.ts';
import { unpackTar } from './unpack-tar.ts';
import { unpackZip } from './unpack-zip.ts';

/**
 * Unpacks a zip or a tar.gz, told by their first bytes, into a folder, which exists. Throws a BundleError for what is
 * neither, is damaged, or must not be written; what was written before is for the caller to remove.
 */
export async function unpack(file: string, folder: string, signal: AbortSignal): Promise<void> {
  const { size } = await stat(file);
  const unpacker = await unpackerOf(file);
  try {
    await unpacker(file, size, folder, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof BundleError || isOfTheHost(error)) throw error;
    throw new BundleError(`The bundle is damaged: ${(error as Error).message}`);
  }
}

async function unpackerOf(file: string): Promise<typeof unpackZip> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead === 4 && buffer.readUInt16BE() === 0x504b) return unpackZip;
    if (bytesRead >= 2 && buffer.readUInt16BE() === 0x1f8b) return unpackTar;
  } finally {
    await handle.close();
  }
  throw new BundleError('The bundle is neither a zip nor a tar.gz');
}

/** A full disk says nothing of the bundle. */
function isOfTheHost(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EACCES', 'EROFS', 'EIO', 'EMFILE'].includes(
    (error as NodeJS.ErrnoException).code ?? '',
  );
}
