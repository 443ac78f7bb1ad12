import type { ServerStepHandler } from '../engine/index.ts';
import type { Cluster } from './cluster.ts';
import { nameOf } from './object.ts';
import { ownedSelector } from './ownership.ts';
import { deleteInput, readInput } from './step-inputs.ts';

/** The kind of steps that delete objects by their labels. */
export const kubernetesDeleteKind = 'kubernetes-delete';

/** Deletes the owned objects of some kinds whose labels match. */
export function deleteHandler(cluster: Cluster): ServerStepHandler {
  return {
    kind: kubernetesDeleteKind,
    idempotent: true,
    async run(step, { signal, log }) {
      const { kinds, selector } = readInput(deleteInput, step.input, kubernetesDeleteKind);
      for (const kind of kinds) {
        for (const object of await cluster.list(kind, `${ownedSelector},${selector}`, signal)) {
          await cluster.remove(object, signal);
          log(`${nameOf(object)} is deleted.\n`);
        }
      }
    },
  };
}
