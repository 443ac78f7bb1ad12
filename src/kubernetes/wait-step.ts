import type { ServerStepHandler } from '../engine/index.ts';
import { CoreError } from '../errors/index.ts';
import type { Clock } from '../storage/index.ts';
import type { Cluster } from './cluster.ts';
import type { ObserveWorkload } from './observe-workload.ts';
import { pause } from './pause.ts';
import { routeState } from './route-state.ts';
import {
  type RouteWaitInput,
  readInput,
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

/** Waits for a Deployment or an HTTPRoute; fails with what is wrong when it takes too long. */
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
      if (typeof step.input === 'object' && step.input !== null && 'route' in step.input) {
        const input = readInput(routeWaitInput, step.input, kubernetesWaitKind);
        const patience = stepPatience(step, context, tell, input.drainSeconds);
        await telling(context, tell, () =>
          waitForRoute({ ...context, cluster: cluster.with(patience) }, input),
        );
      } else {
        const input = readInput(workloadWaitInput, step.input, kubernetesWaitKind);
        await waitForWorkload(context, input, observe);
      }
    },
  };
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

async function waitForRoute(
  { cluster, clock, signal, log }: WaitContext,
  { route, maxWaitSeconds, drainSeconds }: RouteWaitInput,
): Promise<void> {
  const reference = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: route },
  };
  const giveUpAt = clock.now() + maxWaitSeconds * 1000;
  for (;;) {
    const { isApplied, troubles } = routeState(await cluster.find(reference, signal));
    if (isApplied) break;
    if (clock.now() >= giveUpAt) {
      throw new CoreError(
        'unavailable',
        `HTTPRoute ${route} was not applied after ${maxWaitSeconds} s: ${troubles.join('; ')}`,
      );
    }
    await pause(clock, pollMilliseconds, signal);
  }
  log(`Every gateway has taken HTTPRoute ${route}.\n`);
  if (drainSeconds === 0) return;
  await pause(clock, drainSeconds * 1000, signal);
  log(`Requests in flight had ${drainSeconds} s to end.\n`);
}
