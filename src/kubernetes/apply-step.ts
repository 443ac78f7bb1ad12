import type { ServerStepHandler } from '../engine/index.ts';
import type { SecretVault } from '../storage/index.ts';
import type { Cluster } from './cluster.ts';
import { type ApplyInput, filledObjects } from './filled-objects.ts';
import { nameOf } from './object.ts';
import { applyInput, readInput } from './step-inputs.ts';

/** The kind of steps that make objects as they are wanted. */
export const kubernetesApplyKind = 'kubernetes-apply';

/** Applies whole objects in their order. */
export function applyHandler(cluster: Cluster, secrets: Pick<SecretVault, 'reveal'>): ServerStepHandler {
  return {
    kind: kubernetesApplyKind,
    idempotent: true,
    async run(step, { signal, log }) {
      const input = readInput(applyInput, step.input, kubernetesApplyKind) as ApplyInput;
      for (const object of await withSecrets(input, secrets)) {
        await cluster.apply(object, signal);
        log(`${nameOf(object)} is applied.\n`);
      }
    },
  };
}

/** The objects with the vault's values in them. */
export async function withSecrets(input: ApplyInput, secrets: Pick<SecretVault, 'reveal'>) {
  return filledObjects(input, await secrets.reveal(input.secrets.map(({ secretId }) => secretId)));
}
