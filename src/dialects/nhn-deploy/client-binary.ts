import type { OsType } from './store/binary.ts';

/** The words for the systems of client binaries, as the wire writes them, and as addresses of pages do. */
export const osTypes: readonly OsType[] = ['Android', 'iOS', 'etc'];

/** The system that a word names in any letter case; undefined for an unknown one (contract nhn-deploy 3.3). */
export function readOsType(word: string | undefined): OsType | undefined {
  const folded = word?.trim().toLowerCase();
  return osTypes.find((osType) => osType.toLowerCase() === folded);
}

/** Whether a file of this name can be a binary of the system; `etc` takes any (contract nhn-deploy 3.3). */
export function fitsOsType(fileName: string, osType: OsType): boolean {
  const name = fileName.toLowerCase();
  if (osType === 'iOS') return name.endsWith('.ipa');
  return osType === 'etc' || name.endsWith('.apk');
}
