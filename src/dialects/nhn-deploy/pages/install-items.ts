import { buffer } from 'node:stream/consumers';
import type { FastifyRequest } from 'fastify';
import { zonedDateTime } from '../../../vendors/nhn-cloud/index.ts';
import type { Context } from '../context.ts';
import { type Manifest, readManifest } from '../manifest.ts';
import type { Binary } from '../store/binary.ts';
import { signedPaths } from './addresses.ts';
import type { InstallItem } from './install-page.ts';

/** The binaries as cards of an install page, with addresses that work for a day. */
export async function installItems(
  context: Context,
  request: FastifyRequest,
  binaries: readonly Binary[],
): Promise<InstallItem[]> {
  return await Promise.all(binaries.map((binary) => installItem(context, request, binary)));
}

async function installItem(context: Context, request: FastifyRequest, binary: Binary): Promise<InstallItem> {
  const paths = await signedPaths(context, binary);
  const manifest = await manifestSummary(context, binary);
  const uploaded = zonedDateTime(binary.uploaded_at, context.parts.settings.timeZone);
  const { title = '', bundleVersion = '' } = manifest?.app ?? {};
  return {
    version: binary.version,
    osType: binary.os_type,
    fixed: binary.fixed === 1,
    fileName: binary.name,
    size: binary.size,
    uploaded: { machine: uploaded, people: `${uploaded.slice(0, 10)} ${uploaded.slice(11, 16)}` },
    description: binary.description,
    app: [title, bundleVersion].filter((text) => text !== '').join(' '),
    download: paths.file,
    install: manifest?.installs
      ? installAddress(context.parts.publicUrl(request) + paths.manifest)
      : undefined,
  };
}

/** What an iOS device opens to install by the manifest at `url` (contract nhn-deploy 5.6). */
function installAddress(url: string): string {
  return `itms-services://?action=download-manifest&url=${encodeURIComponent(url)}`;
}

type Summary = Pick<Manifest, 'app' | 'installs'>;

/** Reading a large manifest takes 0.3 s of this thread, and a page shows twenty; by content, so nothing gets stale. */
const summaries = new Map<string, Summary | undefined>();
const rememberedSummaries = 1000;

async function manifestSummary(context: Context, binary: Binary): Promise<Summary | undefined> {
  const key = binary.meta_sha256;
  if (key === null) return undefined;
  if (!summaries.has(key)) {
    const manifest = await manifestOf(context, binary);
    if (summaries.size >= rememberedSummaries) summaries.clear();
    summaries.set(key, manifest && { app: manifest.app, installs: manifest.installs });
  }
  return summaries.get(key);
}

/** The manifest of an iOS binary; undefined when it was uploaded without one, or with one that is no longer readable. */
export async function manifestOf(context: Context, binary: Binary): Promise<Manifest | undefined> {
  if (binary.meta_sha256 === null) return undefined;
  try {
    return await readManifest(await buffer(await context.parts.blobs.open(binary.meta_sha256)));
  } catch (error) {
    context.parts.log.warn({ err: error, binary: binary.id }, 'a manifest cannot be read');
    return undefined;
  }
}
