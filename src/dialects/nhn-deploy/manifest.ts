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

/** The parser takes time that grows with the square of it: 1 MiB of `<` cost 12 s, 5,000 tags cost 50 ms. */
const mostTags = 5_000;

function dictionaryOf(bytes: Buffer, parse: (text: string) => PlistValue): PlistObject {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  // The binary form is not read: its objects may hold each other many times over and grow without bound.
  if (!text.trimStart().startsWith('<')) throw unreadable('it is no XML');
  if (tagsIn(text) > mostTags) throw unreadable(`it has more than ${mostTags} tags`);
  const [root] = objects([parsed(text, parse)]);
  if (!root) throw unreadable('it has no dictionary at its top');
  return root;
}

function parsed(text: string, parse: (text: string) => PlistValue): PlistValue {
  const { console: shared } = globalThis;
  const { error } = shared;
  // The parser also writes what it throws, strangers' text included, to the console: that is no place for it.
  shared.error = () => {};
  try {
    return parse(text);
  } catch (cause) {
    throw unreadable('its XML is broken', cause);
  } finally {
    shared.error = error;
  }
}

function tagsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) count += 1;
  return count;
}

function unreadable(why: string, cause?: unknown): CoreError {
  return new CoreError('invalid', `the manifest is not a readable property list: ${why}`, { cause });
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
