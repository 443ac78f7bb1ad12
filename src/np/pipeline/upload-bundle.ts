import type { Api } from '../api.ts';
import { failure } from '../np-error.ts';
import type { Runtime } from '../runtime.ts';
import { type BundleFile, readBundle } from './bundle-file.ts';

/** Where a pushed bundle is, and what it hashes to. */
export interface Pushed {
  readonly url: string;
  readonly sha256: string;
}

/** Streams the file to an address that the API gives, telling on standard error how far it is (contract nullplatform 3.9). */
export async function uploadBundle(
  api: Api,
  { stderr, now }: Pick<Runtime, 'stderr' | 'now'>,
  buildId: number,
  file: BundleFile,
): Promise<Pushed> {
  const address = (await api.call('POST', `/build/${buildId}/asset_url`, {})) as { url?: string } | undefined;
  if (typeof address?.url !== 'string') throw failure('The API gave no address to push the bundle to');
  let shownAt = 0;
  const progress = (total: number) => {
    if (!stderr.isTTY || (now() - shownAt < 100 && total < file.size)) return;
    shownAt = now();
    stderr.write(`\r\u001b[K${sizeText(total)} of ${sizeText(file.size)} pushed`);
  };
  let sent: ReturnType<typeof readBundle> | undefined;
  let stored: unknown;
  try {
    stored = await api.put(address.url, () => {
      if (sent) stderr.write(`${shownAt > 0 ? '\r\u001b[K' : ''}The push broke off; pushing again\n`);
      sent = readBundle(file, progress);
      return { stream: sent.stream, size: file.size };
    });
  } finally {
    if (shownAt > 0) stderr.write('\r\u001b[K');
  }
  const sha256 = sent?.hash.digest('hex') ?? '';
  const told = stored as { url?: string; sha256?: string } | undefined;
  if (told?.sha256 !== undefined && told.sha256 !== sha256) {
    throw failure(`The bundle arrived damaged: its SHA-256 is ${sha256}, what arrived has ${told.sha256}`);
  }
  stderr.write(`Pushed ${sizeText(file.size)}, SHA-256 ${sha256}\n`);
  return { url: told?.url ?? (address.url.split('?')[0] as string), sha256 };
}

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
