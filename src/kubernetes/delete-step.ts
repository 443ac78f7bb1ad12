import type { ServerStepHandler } from '../engine/index.ts';
import type { Cluster } from './cluster.ts';
import { nameOf } from './object.ts';
import { ownedSelector } from './ownership.ts';
import { deleteInput, readInput } from './step-inputs.ts';
import { stepPatience } from './step-patience.ts';

/** The kind of steps that delete objects by their labels. */
export const kubernetesDeleteKind = 'kubernetes-delete';

/** Deletes the owned objects of some kinds whose labels match. */
export function deleteHandler(cluster: Cluster): ServerStepHandler {
  return {
    kind: kubernetesDeleteKind,
    idempotent: true,
    async run(step, { signal, log }) {
      const { kinds, selector } = readInput(deleteInput, step.input, kubernetesDeleteKind);
      const patient = cluster.with(stepPatience(step, log));
      for (const kind of kinds) {
        for (const object of await patient.list(kind, `${ownedSelector},${selector}`, signal)) {
          await patient.remove(object, signal);
          log(`${nameOf(object)} is deleted.\n`);
        }
      }
    },
  };
}
