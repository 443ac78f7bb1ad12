import type { ServerStepHandler } from '../engine/index.ts';
import { CoreError } from '../errors/index.ts';
import type { Clock } from '../storage/index.ts';
import type { Cluster } from './cluster.ts';
import type { ObserveWorkload } from './observe-workload.ts';
import { pause } from './pause.ts';
import { waitForNoRoute, waitForRoute } from './route-waiting.ts';
import {
  readInput,
  routeGoneInput,
  routeWaitInput,
  type WorkloadWaitInput,
  workloadWaitInput,
} from './step-inputs.ts';
import { type StepContext, stepPatience, type TellRollout, telling, troubleTeller } from './step-patience.ts';
import type { WorkloadState } from './workload.ts';
import { readWorkload } from './workload-reading.ts';

/** The kind of steps that wait until the cluster has done what it was told. */
export const kubernetesWaitKind = 'kubernetes-wait';

const pollMilliseconds = 1000;

interface WaitContext extends StepContext {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly tell: TellRollout;
}

/** Waits for a Deployment, or for an HTTPRoute to be in use or gone; fails with what is wrong when it takes too long. */
export function waitHandler(
  cluster: Cluster,
  clock: Clock,
  observe: ObserveWorkload,
  tell: TellRollout,
): ServerStepHandler {
  return {
    kind: kubernetesWaitKind,
    idempotent: true,
    async run(step, { rolloutId, signal, log }) {
      const context = { rolloutId, signal, log, cluster, clock, tell };
      const patient = (drainSeconds: number) => ({
        ...context,
        cluster: cluster.with(stepPatience(step, context, tell, drainSeconds)),
      });
      if (names(step.input, 'route')) {
        const input = readInput(routeWaitInput, step.input, kubernetesWaitKind);
        await telling(context, tell, () => waitForRoute(patient(input.drainSeconds), input));
      } else if (names(step.input, 'goneRoute')) {
        const input = readInput(routeGoneInput, step.input, kubernetesWaitKind);
        await telling(context, tell, () => waitForNoRoute(patient(input.drainSeconds), input));
      } else {
        const input = readInput(workloadWaitInput, step.input, kubernetesWaitKind);
        await waitForWorkload(context, input, observe);
      }
    },
  };
}

function names(input: unknown, what: string): boolean {
  return typeof input === 'object' && input !== null && what in input;
}

async function waitForWorkload(
  context: WaitContext,
  input: WorkloadWaitInput,
  observe: ObserveWorkload,
): Promise<void> {
  const { cluster, clock, signal, log, tell } = context;
  const onTrouble = troubleTeller(context, tell);
  const giveUpAt = clock.now() + input.maxWaitSeconds * 1000;
  const known = new Set<string>();
  let before = '';
  for (;;) {
    // What cannot be seen for a while may be well nevertheless.
    const patient = cluster.with({ milliseconds: Math.max(0, giveUpAt - clock.now()), onTrouble });
    const state = await telling(context, tell, () => readWorkload(patient, input, signal));
    const isOver = !state.isWell && clock.now() >= giveUpAt;
    const words = inWords(state);
    if (words !== before || isOver) {
      log(`${input.deployment}: ${words}\n`);
      const fresh = state.troubles.filter((trouble) => !known.has(trouble));
      for (const trouble of fresh) known.add(trouble);
      await observe(input.subject, isOver ? state : { ...state, troubles: fresh }, isOver);
    }
    before = words;
    if (state.isWell) return;
    if (isOver) {
      throw new CoreError(
        'unavailable',
        `Deployment ${input.deployment} was not well after ${input.maxWaitSeconds} s: ${words}`,
      );
    }
    await pause(clock, pollMilliseconds, signal);
  }
}

function inWords({ wanted, launched, healthy, troubles, notReady }: WorkloadState): string {
  return [`${launched} of ${wanted} launched, ${healthy} healthy`, ...troubles, ...notReady].join('; ');
}
