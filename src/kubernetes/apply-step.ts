import type { ServerStepHandler } from '../engine/index.ts';
import { CoreError } from '../errors/index.ts';
import type { SecretVault } from '../storage/index.ts';
import type { Cluster } from './cluster.ts';
import { type ApplyInput, filledObjects } from './filled-objects.ts';
import { type KubernetesObject, nameOf } from './object.ts';
import { isOwned } from './ownership.ts';
import { applyInput, readInput } from './step-inputs.ts';
import { stepPatience, type TellRollout, telling } from './step-patience.ts';

/** The kind of steps that make objects as they are wanted. */
export const kubernetesApplyKind = 'kubernetes-apply';

/** Applies whole objects in their order. */
export function applyHandler(
  cluster: Cluster,
  secrets: Pick<SecretVault, 'reveal'>,
  tell: TellRollout,
): ServerStepHandler {
  return {
    kind: kubernetesApplyKind,
    idempotent: true,
    async run(step, context) {
      const input = readInput(applyInput, step.input, kubernetesApplyKind) as ApplyInput;
      const patient = cluster.with(stepPatience(step, context, tell));
      await telling(context, tell, async () => {
        for (const object of await withSecrets(input, secrets)) {
          await applyOwn(patient, object, context.signal);
          context.log(`${nameOf(object)} is applied.\n`);
        }
      });
    },
  };
}

/** Applies an object that is Slipway's or that is not there. Throws `conflict` where somebody else's has its name. */
async function applyOwn(cluster: Cluster, object: KubernetesObject, signal: AbortSignal): Promise<void> {
  const live = await cluster.find(object, signal);
  if (live && !isOwned(live)) {
    throw new CoreError(
      'conflict',
      `${nameOf(object)} stands in the cluster and is not Slipway's: rename or delete it, or give Slipway a namespace of its own.`,
    );
  }
  await cluster.apply(object, signal);
}

/** The objects with the vault's values in them. */
export async function withSecrets(input: ApplyInput, secrets: Pick<SecretVault, 'reveal'>) {
  return filledObjects(input, await secrets.reveal(input.secrets.map(({ secretId }) => secretId)));
}
