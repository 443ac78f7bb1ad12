import type { Context } from '../context.ts';
import type { Binary } from '../store/binary.ts';
import type { BinaryGroup } from '../store/binary-group.ts';

/** The prefix of everything that install pages consist of. */
export const pagesPrefix = '/-/nhn-deploy';

/** Addresses of bytes work this long after their page was shown: long enough for a slow download to start again. */
const downloadLifetimeMilliseconds = 24 * 60 * 60 * 1000;

/** The path of the page that shows all versions of a group; the others lie below it. */
export function groupPath(group: Pick<BinaryGroup, 'page_token'>): string {
  return `${pagesPrefix}/groups/${group.page_token}`;
}

/** The path of the page of one sent binary. */
export function sentPath(token: string): string {
  return `${pagesPrefix}/sent/${token}`;
}

/** The signed paths under which a binary's bytes and manifest are served without headers (contract nhn-deploy 5.6). */
export async function signedPaths(
  context: Context,
  binary: Pick<Binary, 'id' | 'name'>,
): Promise<{ file: string; manifest: string }> {
  const expires = context.parts.clock.now() + downloadLifetimeMilliseconds;
  const signature = (await context.signer()).sign('binary', binary.id, expires);
  const base = `${pagesPrefix}/binaries/${binary.id}/${expires}/${signature}`;
  return { file: `${base}/file/${encodeURIComponent(binary.name)}`, manifest: `${base}/manifest.plist` };
}

/** Whether a signed path is ours and has not run out. */
export async function isSignedPathGood(
  context: Context,
  path: { key: string; expires: string; signature: string },
): Promise<boolean> {
  if (!(Number(path.expires) > context.parts.clock.now())) return false;
  return (await context.signer()).verify(path.signature, 'binary', path.key, path.expires);
}
