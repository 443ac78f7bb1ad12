import { isCoreError } from '../errors/index.ts';
import type { SecretVault } from '../storage/index.ts';
import { withSecrets } from './apply-step.ts';
import type { Cluster } from './cluster.ts';
import type { ApplyInput } from './filled-objects.ts';
import { isAsWanted } from './is-as-wanted.ts';
import { nameOf } from './object.ts';
import { isOwned } from './ownership.ts';

/**
 * Puts right what differs from what is wanted; answers the names of the objects. Each object is read first, then
 * `isStillWanted` is asked, and the write names the version that was read: a plan that changes the object in between
 * makes the write fail, and its own wish stands.
 */
export async function repairObjects(
  cluster: Cluster,
  secrets: Pick<SecretVault, 'reveal'>,
  input: ApplyInput,
  isStillWanted: () => Promise<boolean>,
  signal: AbortSignal,
): Promise<string[]> {
  const repaired: string[] = [];
  for (const object of await withSecrets(input, secrets)) {
    const live = await cluster.find(object, signal);
    // An object of that name that is somebody else's is not touched.
    if (live && (!isOwned(live) || isAsWanted(live, object))) continue;
    if (!(await isStillWanted())) return repaired;
    const { resourceVersion } = live?.metadata ?? {};
    const version = resourceVersion === undefined ? {} : { resourceVersion };
    try {
      const wanted = { ...object, metadata: { ...object.metadata, ...version } };
      const applied = await cluster.apply(wanted, signal);
      // The API server alone knows that 1024Mi is 1Gi and that a zero may be left out: then nothing has changed.
      if (applied.metadata.resourceVersion !== resourceVersion) repaired.push(nameOf(object));
    } catch (error) {
      if (!isCoreError(error, 'conflict')) throw error;
    }
  }
  return repaired;
}
