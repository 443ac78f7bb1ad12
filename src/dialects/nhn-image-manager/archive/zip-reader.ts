import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import type { Entry, ZipFile } from 'yauzl';
import { CoreError } from '../../../errors/index.ts';
import { entryName } from './entry-name.ts';

/** One entry of an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes that it says it inflates to; reading more of them is an error. */
  readonly size: number;
  readonly checksum: number;
  readonly isEncrypted: boolean;
  /** Its bytes, inflated. */
  open(): Promise<Readable>;
}

/** An open archive. */
export interface ZipArchive {
  /** As its directory says; the entries that come are counted by the reader. */
  readonly entryCount: number;
  /** One entry after the other, in the order of the directory; `invalid` for a broken one. */
  entries(): AsyncGenerator<ZipEntry, void>;
  close(): void;
}

/** Opens a zip file; throws `invalid` for what is none. */
export async function openZip(file: string): Promise<ZipArchive> {
  const { open } = await import('yauzl');
  const options = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true };
  const archive = await new Promise<ZipFile>((resolve, reject) => {
    open(file, options, (error, opened) => (error ? reject(notReadable(error)) : resolve(opened)));
  });
  // An error that comes while nobody waits for an entry would end the process.
  archive.on('error', () => {});
  return {
    entryCount: archive.entryCount,
    async *entries() {
      for (;;) {
        const entry = await nextEntry(archive);
        if (!entry) return;
        yield entryOf(archive, entry);
      }
    },
    close: () => archive.close(),
  };
}

function entryOf(archive: ZipFile, entry: Entry): ZipEntry {
  // Without `decodeStrings` the name is bytes, whatever the types say.
  const bytes = entry.fileName as unknown as Buffer;
  const openStream = promisify<Entry, Readable>(archive.openReadStream.bind(archive));
  return {
    name: entryName(bytes, (entry.generalPurposeBitFlag & 0x800) !== 0),
    size: entry.uncompressedSize,
    checksum: entry.crc32,
    isEncrypted: (entry.generalPurposeBitFlag & 1) !== 0,
    open: async () => {
      try {
        const stream = await openStream(entry);
        // It may break before its reader begins, and an error that nobody listens to ends the process; the reader still
        // meets it.
        stream.on('error', () => {});
        return stream;
      } catch (error) {
        throw notReadable(error);
      }
    },
  };
}

/** The next entry, undefined behind the last one. */
function nextEntry(archive: ZipFile): Promise<Entry | undefined> {
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => {
      archive.removeListener('entry', onEntry);
      archive.removeListener('end', onEnd);
      archive.removeListener('error', onError);
      then();
    };
    const onEntry = (entry: Entry) => settle(() => resolve(entry));
    const onEnd = () => settle(() => resolve(undefined));
    const onError = (error: Error) => settle(() => reject(notReadable(error)));
    archive.once('entry', onEntry);
    archive.once('end', onEnd);
    archive.once('error', onError);
    archive.readEntry();
  });
}

function notReadable(cause: unknown): CoreError {
  return new CoreError('invalid', 'The archive cannot be read', { cause });
}
