import type { FlagValues } from '../command-line.ts';
import type { Job, Work } from '../job.ts';
import { wrongUsage } from '../np-error.ts';
import { bundleFile } from './bundle-file.ts';
import { pushImage } from './container-engine.ts';
import { findBuild } from './find-build.ts';
import { SourceState } from './source-state.ts';
import { uploadBundle } from './upload-bundle.ts';

/** What is registered: where the asset is, and what is known of its bytes. */
interface Pushed {
  readonly url: string;
  readonly sha256?: string;
}

/** `np asset push`: first the bytes, then the asset that names them, so that no build shows an asset without any. */
export const pushAsset: Work = async (job) => {
  const { api, flags, runtime } = job;
  const push = await prepared(job);
  const source = new SourceState(flags, runtime);
  const buildId = await buildOf(flags, async () => (await findBuild(api, flags, source)).id);
  const { url, sha256 } = await push(buildId);
  const { type, name = 'main', platform } = flags;
  const metadata = sha256 === undefined ? {} : { metadata: { sha256 } };
  const asset = { build_id: buildId, type, name, url, platform, ...metadata };
  return { answer: await api.call('POST', '/asset', asset) };
};

/** Checks the flags and what is on this machine before anything is called. */
async function prepared({ api, flags, runtime }: Job): Promise<(buildId: number) => Promise<Pushed>> {
  const { type, source, url, 'no-push': noPush } = flags;
  const target = url ?? source;
  if (target === undefined)
    throw wrongUsage('np asset push needs --source, or --url where it is pushed already');
  if (type === 'bundle' && source !== undefined) {
    if (url !== undefined)
      throw wrongUsage('A bundle has either --source, a file to push, or --url, where it is');
    if (noPush !== undefined) throw wrongUsage('A bundle that is not pushed needs --url: where it is');
    const file = await bundleFile(runtime.folder, source);
    return (buildId) => uploadBundle(api, runtime, buildId, file);
  }
  if (type !== 'docker-image' && url === undefined) {
    throw wrongUsage(`An asset of type ${type} needs --url: where it is`);
  }
  if (type !== 'docker-image' || source === undefined || noPush !== undefined)
    return async () => ({ url: target });
  return async () => {
    const reason = await pushImage(runtime, source, target);
    runtime.stderr.write(
      reason === undefined
        ? `Pushed ${target}\n`
        : `Nothing was pushed, ${target} is registered only: ${reason}\n`,
    );
    return { url: target };
  };
}

async function buildOf({ build_id: given }: FlagValues, find: () => Promise<number>): Promise<number> {
  if (given === undefined) return await find();
  if (!/^\d+$/.test(given)) throw wrongUsage(`--build_id is a number, not “${given}”`);
  return Number(given);
}
