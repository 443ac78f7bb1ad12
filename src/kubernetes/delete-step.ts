import type { ServerStepHandler } from '../engine/index.ts';
import type { Cluster } from './cluster.ts';
import { nameOf } from './object.ts';
import { ownedSelector } from './ownership.ts';
import { deleteInput, readInput } from './step-inputs.ts';
import { stepPatience, type TellRollout, telling } from './step-patience.ts';

/** The kind of steps that delete objects by their labels. */
export const kubernetesDeleteKind = 'kubernetes-delete';

/** Deletes the owned objects of some kinds whose labels match. */
export function deleteHandler(cluster: Cluster, tell: TellRollout): ServerStepHandler {
  return {
    kind: kubernetesDeleteKind,
    idempotent: true,
    async run(step, context) {
      const { kinds, selector } = readInput(deleteInput, step.input, kubernetesDeleteKind);
      const { signal, log } = context;
      const patient = cluster.with(stepPatience(step, context, tell));
      await telling(context, tell, async () => {
        for (const kind of kinds) {
          for (const object of await patient.list(kind, `${ownedSelector},${selector}`, signal)) {
            await patient.remove(object, signal);
            log(`${nameOf(object)} is deleted.\n`);
          }
        }
      });
    },
  };
}
