import { createReadStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { unpackTar as writeTar } from 'modern-tar/fs';
import { type ArchiveEntry, ArchiveGuard } from './archive-guard.ts';

type Header = Parameters<NonNullable<NonNullable<Parameters<typeof writeTar>[1]>['filter']>>[0];

/** Unpacks a tar.gz of `size` bytes into a folder, which exists. Links are made last. Throws a BundleError. */
export async function unpackTar(file: string, size: number, folder: string, signal: AbortSignal) {
  const guard = new ArchiveGuard(size);
  // What an entry says of its size and what the stream holds may differ: both are counted, each against the bounds.
  const stream = new ArchiveGuard(size);
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        stream.count(chunk.length);
        done(null, chunk);
      } catch (error) {
        done(error as Error);
      }
    },
  });
  const written = writeTar(folder, {
    filter: (header) => guard.admit(entryOf(header)) !== '',
    map: (header) => ({
      ...header,
      name: header.name.replace(/^(\.?\/)+/, ''),
      ...(header.linkname === undefined || header.type !== 'link'
        ? {}
        : { linkname: header.linkname.replace(/^(\.?\/)+/, '') }),
      mode: permissions(header),
    }),
  });
  await pipeline(createReadStream(file), createGunzip(), counted, written, { signal });
}

function entryOf(header: Header): ArchiveEntry {
  const kinds: Record<string, ArchiveEntry['kind']> = {
    file: 'file',
    directory: 'directory',
    symlink: 'symlink',
    link: 'hardlink',
  };
  return {
    name: header.name,
    kind: kinds[header.type ?? 'file'] ?? 'other',
    size: header.size,
    ...(header.linkname === undefined ? {} : { target: header.linkname }),
  };
}

/** The owner can always read and remove it; of the rest only what is executable counts. */
function permissions(header: Header): number {
  if (header.type === 'directory') return 0o755;
  return (header.mode ?? 0) & 0o100 ? 0o755 : 0o644;
}
