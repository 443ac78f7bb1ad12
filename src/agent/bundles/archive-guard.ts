import { posix } from 'node:path';

/** Thrown for a bundle that must not, or cannot, be run; the message says what is wrong with it. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

/** What an archive may hold at most. */
export const archiveBounds = {
  bytes: 4 * 1024 ** 3,
  entries: 100_000,
  /** Unpacked to packed; counts above `ratioFromBytes` only, as small files of blanks pack very well. */
  ratio: 200,
  ratioFromBytes: 64 * 1_048_576,
} as const;

/** One entry of an archive, whatever its format. */
export interface ArchiveEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** As the archive says, in bytes. */
  readonly size: number;
  /** What a link points to. */
  readonly target?: string;
}

/**
 * Looks at every entry before it is written. Nothing may leave the folder: no path and no link that leads out of it,
 * nothing that lies behind a link, no device; and the whole must stay within `archiveBounds`.
 */
export class ArchiveGuard {
  readonly #packedBytes: number;
  readonly #kinds = new Map<string, ArchiveEntry['kind']>();
  #entries = 0;
  #bytes = 0;

  /** `packedBytes` is the size of the archive itself. */
  constructor(packedBytes: number) {
    this.#packedBytes = packedBytes;
  }

  /** The entry's path below the folder, `''` for the folder itself. Throws a BundleError for what must not be written. */
  admit(entry: ArchiveEntry): string {
    this.#entries += 1;
    if (this.#entries > archiveBounds.entries) {
      throw new BundleError(`The bundle holds more than ${archiveBounds.entries} entries`);
    }
    const path = pathInside(entry.name);
    const depth = path.split('/').length;
    if (depth > 100) throw new BundleError(`${shown(entry.name)} lies more than 100 folders deep`);
    this.#checkParents(path, entry.name);
    const before = this.#kinds.get(path);
    if (before !== undefined && (before === 'symlink' || before === 'hardlink' || before !== entry.kind)) {
      throw new BundleError(`The bundle names ${shown(entry.name)} twice`);
    }
    if (entry.kind === 'other') {
      throw new BundleError(`${shown(entry.name)} is neither a file nor a folder nor a link`);
    }
    if (entry.kind === 'symlink') checkSymlink(path, entry.target ?? '');
    if (entry.kind === 'hardlink' && this.#kinds.get(pathInside(entry.target ?? '')) !== 'file') {
      throw new BundleError(`The link ${shown(entry.name)} does not lead to a file of the bundle`);
    }
    this.#kinds.set(path, entry.kind);
    this.count(entry.size);
    return path;
  }

  /** Counts bytes that were announced, or found. Throws a BundleError above the bounds. */
  count(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > archiveBounds.bytes) {
      throw new BundleError('The bundle is larger than 4 GiB when it is unpacked');
    }
    if (this.#bytes > archiveBounds.ratioFromBytes && this.#bytes > this.#packedBytes * archiveBounds.ratio) {
      throw new BundleError(
        `The bundle grows to more than ${archiveBounds.ratio} times its size when it is unpacked`,
      );
    }
  }

  #checkParents(path: string, name: string): void {
    for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent)) {
      const kind = this.#kinds.get(parent);
      if (kind !== undefined && kind !== 'directory') {
        throw new BundleError(`${shown(name)} lies behind ${shown(parent)}, which is a ${kind}`);
      }
      this.#kinds.set(parent, 'directory');
    }
  }
}

/** The normal form of a path below the folder. Throws a BundleError when it leads out of it. */
export function pathInside(name: string): string {
  if (name.length > 4096 || name.includes('\0')) {
    throw new BundleError(`${shown(name)} is no path of at most 4096 characters`);
  }
  if (name.startsWith('/') || /^[A-Za-z]:[\\/]/.test(name)) {
    throw new BundleError(`${shown(name)} is an absolute path; it must be relative`);
  }
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) throw new BundleError(`${shown(name)} leads out of its folder`);
  return segments.join('/');
}

/**
 * A target may go up only at its beginning: as nothing lies behind a link, the folders above are real ones then, and no
 * chain of links leads out.
 */
function checkSymlink(path: string, target: string): void {
  const segments = target.split('/').filter((segment) => segment !== '' && segment !== '.');
  const down = segments.findIndex((segment) => segment !== '..');
  const climbsLater = down >= 0 && segments.slice(down).includes('..');
  const climbs = down < 0 ? segments.length : down;
  const isOutside = climbs > path.split('/').length - 1;
  if (target === '' || target.startsWith('/') || target.includes('\0') || climbsLater || isOutside) {
    throw new BundleError(`The link ${shown(path)} leads out of its folder: ${shown(target)}`);
  }
}

function shown(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
