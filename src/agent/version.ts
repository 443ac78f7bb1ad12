import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { version as release } from '../../package.json';

/**
 * The release and the first 12 hex digits of the program file's sha-256, `0.1.0+4f1d…`: two bundles of one release
 * that differ are two versions, so that an agent under development updates itself too.
 */
export function versionOf(program: Uint8Array): string {
  return `${release}+${createHash('sha256').update(program).digest('hex').slice(0, 12)}`;
}

/** The version of the file that runs now. */
export function ownVersion(): string {
  return versionOf(readFileSync(fileURLToPath(import.meta.url)));
}
