import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobCache } from '../blob-cache.ts';
import { BundleError, commandOf, download, pathInside, unpack } from '../bundles/index.ts';
import { pullImage } from './container-run.ts';
import type { InstanceSpec } from './record.ts';

/** The folder below an instance's that holds what it runs, and is its working directory. */
export const workFolder = 'work';

/**
 * Makes an instance's asset ready in its folder: fetched, verified, unpacked, with its files written. Whatever an
 * earlier try left is replaced. Throws a BundleError or a CannotRunError for what will not get better by itself.
 */
export async function prepare(
  spec: InstanceSpec,
  folder: string,
  blobs: BlobCache,
  signal: AbortSignal,
): Promise<void> {
  const { asset } = spec;
  if (asset.kind === 'docker-image') {
    await pullImage(asset.image, signal);
    await writeFiles(spec, join(folder, 'files'));
    return;
  }
  const fresh = join(folder, 'work.new');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o755 });
  if ('blob' in asset) await unpack(await blobs.fetch(asset.blob, signal), fresh, signal);
  else {
    const file = join(folder, 'bundle');
    await download(asset.url, file, asset.sha256, signal);
    await unpack(file, fresh, signal).finally(() => rm(file, { force: true }));
  }
  await commandOf(fresh, spec.process ?? 'web');
  for (const file of spec.files ?? []) {
    if (file.path.startsWith('/')) {
      throw new BundleError(`The file ${file.path} has an absolute path, which only containers can have`);
    }
  }
  await writeFiles(spec, fresh);
  await rm(join(folder, workFolder), { recursive: true, force: true });
  await rename(fresh, join(folder, workFolder));
}

/** Absolute paths are written below `folder` too, from where a container mounts them. */
async function writeFiles(spec: InstanceSpec, folder: string): Promise<void> {
  for (const { path, content, encoding } of spec.files ?? []) {
    const place = join(folder, pathInside(path.replace(/^\/+/, '')));
    await mkdir(dirname(place), { recursive: true });
    await rm(place, { force: true });
    await writeFile(place, Buffer.from(content, encoding), { mode: 0o600 });
  }
}
