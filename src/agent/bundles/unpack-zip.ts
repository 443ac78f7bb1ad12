import { createWriteStream } from 'node:fs';
import { mkdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import yauzl from 'yauzl';
import { type ArchiveEntry, ArchiveGuard, BundleError } from './archive-guard.ts';

const fileTypeBits = 0o170000;
const symlinkType = 0o120000;
/** Entry kinds of the upper half of the external attributes: none (made on DOS), a file. */
const fileTypes = [0, 0o100000];

/** Unpacks a zip of `size` bytes into a folder, which exists. Links are made last. Throws a BundleError. */
export async function unpackZip(file: string, size: number, folder: string, signal: AbortSignal) {
  const guard = new ArchiveGuard(size);
  const zip = await yauzl.openPromise(file, { autoClose: false });
  const links: { path: string; target: string }[] = [];
  try {
    for await (const entry of zip.eachEntry()) {
      signal.throwIfAborted();
      if (entry.isEncrypted()) throw new BundleError(`${JSON.stringify(entry.fileName)} is encrypted`);
      const kind = kindOf(entry);
      const content = () => zip.openReadStreamPromise(entry);
      const target = kind === 'symlink' ? await readTarget(entry, await content()) : undefined;
      const path = guard.admit({
        name: entry.fileName,
        kind,
        size: entry.uncompressedSize,
        ...(target === undefined ? {} : { target }),
      });
      if (path === '') continue;
      const place = join(folder, path);
      if (kind === 'directory') await mkdir(place, { recursive: true });
      else {
        await mkdir(dirname(place), { recursive: true });
        if (target !== undefined) links.push({ path: place, target });
        else {
          const mode = modeOf(entry) & 0o100 ? 0o755 : 0o644;
          // The sizes were counted by what the directory says; the reader refuses content of another size.
          const checked = checkSum(entry);
          await pipeline(await content(), checked, createWriteStream(place, { mode }), { signal });
        }
      }
    }
    for (const link of links) await symlink(link.target, link.path);
  } finally {
    zip.close();
  }
}

function modeOf(entry: yauzl.Entry): number {
  return entry.externalFileAttributes >>> 16;
}

function kindOf(entry: yauzl.Entry): ArchiveEntry['kind'] {
  if (entry.fileName.endsWith('/')) return 'directory';
  const type = modeOf(entry) & fileTypeBits;
  if (type === symlinkType) return 'symlink';
  return fileTypes.includes(type) ? 'file' : 'other';
}

/** Passes bytes on, and fails at their end when they are not those that were packed. */
function checkSum(entry: yauzl.Entry): Transform {
  let sum = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush(done) {
      const isWhole = sum === entry.crc32;
      done(isWhole ? null : new BundleError(`The bundle is damaged: ${JSON.stringify(entry.fileName)}`));
    },
  });
}

async function readTarget(entry: yauzl.Entry, content: Readable): Promise<string> {
  if (entry.uncompressedSize > 4096) throw new BundleError(`The link ${entry.fileName} is too long`);
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
