import type { PlistValue } from 'plist';
import { CoreError } from '../../errors/index.ts';

/** The most bytes of a manifest (contract nhn-deploy 3.3). */
export const manifestLimit = 1024 * 1024;

type PlistObject = { [key: string]: PlistValue };

/** What an iOS manifest says of the app; absent fields are empty. */
export interface ManifestApp {
  readonly title: string;
  readonly bundleIdentifier: string;
  readonly bundleVersion: string;
}

/** An uploaded manifest that was understood. */
export interface Manifest {
  readonly app: ManifestApp;
  /** Whether it names a software package, so that a device can install by it. */
  readonly installs: boolean;
  /** The manifest with the URL of its software package replaced (contract nhn-deploy 5.6). Needs `installs`. */
  withPackage(url: string): string;
}

/** Reads an uploaded manifest. Throws `invalid` when it is not a property list with a dictionary at its top. */
export async function readManifest(bytes: Buffer): Promise<Manifest> {
  // Imported when the first manifest comes: few installations see one, and it costs 36 ms.
  const plist = await import('plist');
  const root = dictionaryOf(bytes, plist.parse);
  const items = objects(root.items);
  const metadata = objects([items[0]?.metadata ?? null])[0] ?? {};
  const packages = items.flatMap((item) => objects(item.assets)).filter(isSoftwarePackage);
  return {
    app: {
      title: textOf(metadata.title),
      bundleIdentifier: textOf(metadata['bundle-identifier']),
      bundleVersion: textOf(metadata['bundle-version']),
    },
    installs: packages.length > 0,
    withPackage(url) {
      // A copy, because `packages` are places inside the tree that was read.
      const copy = dictionaryOf(bytes, plist.parse);
      for (const item of objects(copy.items)) {
        for (const asset of objects(item.assets).filter(isSoftwarePackage)) asset.url = url;
      }
      return plist.build(copy);
    },
  };
}

function dictionaryOf(bytes: Buffer, parse: (text: string | Uint8Array) => PlistValue): PlistObject {
  let value: PlistValue;
  try {
    const isBinary = bytes.subarray(0, 6).toString('latin1') === 'bplist';
    value = parse(isBinary ? bytes : bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw new CoreError('invalid', 'the manifest is not a readable property list', { cause });
  }
  const [root] = objects([value]);
  if (!root) throw new CoreError('invalid', 'the manifest has no dictionary at its top');
  return root;
}

function objects(value: PlistValue | undefined): PlistObject[] {
  if (!Array.isArray(value)) return [];
  return value.filter((item): item is PlistObject => {
    return typeof item === 'object' && item !== null && Object.getPrototypeOf(item) === Object.prototype;
  });
}

function isSoftwarePackage(asset: PlistObject): boolean {
  return asset.kind === 'software-package';
}

function textOf(value: PlistValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
