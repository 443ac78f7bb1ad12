import { CoreError } from '../errors/index.ts';
import type { Clock } from '../storage/index.ts';
import type { Cluster } from './cluster.ts';
import type { KubernetesObject } from './object.ts';
import { isOwned, ownedSelector } from './ownership.ts';
import { pause } from './pause.ts';
import { routeState } from './route-state.ts';
import type { RouteGoneInput, RouteWaitInput } from './step-inputs.ts';

const pollMilliseconds = 1000;

interface RouteWaiting {
  readonly cluster: Cluster;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  log(text: string): void;
}

/** Waits until every gateway has taken the route, and so long again for requests in flight. Throws `unavailable`. */
export async function waitForRoute(
  waiting: RouteWaiting,
  { route, maxWaitSeconds, drainSeconds }: RouteWaitInput,
): Promise<void> {
  const { cluster, clock, signal, log } = waiting;
  const giveUpAt = clock.now() + maxWaitSeconds * 1000;
  for (;;) {
    const { isApplied, troubles } = routeState(await cluster.find(routeNamed(route), signal));
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
  await drain(waiting, drainSeconds);
}

/**
 * Waits until a deleted route is gone, and then for requests in flight, if there are instances that may have any: read
 * from the cluster and not remembered, so that a restart in between keeps the time that they have.
 */
export async function waitForNoRoute(
  waiting: RouteWaiting,
  { goneRoute, selector, maxWaitSeconds, drainSeconds }: RouteGoneInput,
): Promise<void> {
  const { cluster, clock, signal, log } = waiting;
  const giveUpAt = clock.now() + maxWaitSeconds * 1000;
  let isGone = false;
  for (;;) {
    const found = await cluster.find(routeNamed(goneRoute), signal);
    // One of somebody else has the name, and stays.
    isGone = found === undefined || !isOwned(found);
    if (isGone || clock.now() >= giveUpAt) break;
    await pause(clock, pollMilliseconds, signal);
  }
  log(
    isGone ? `No gateway has HTTPRoute ${goneRoute}.\n` : `HTTPRoute ${goneRoute} is still being deleted.\n`,
  );
  const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
  const workloads = await cluster.list(kind, `${ownedSelector},${selector}`, signal);
  if (workloads.some(hasReadyPods)) await drain(waiting, drainSeconds);
}

async function drain({ clock, signal, log }: RouteWaiting, seconds: number): Promise<void> {
  if (seconds === 0) return;
  await pause(clock, seconds * 1000, signal);
  log(`Requests in flight had ${seconds} s to end.\n`);
}

function hasReadyPods(workload: KubernetesObject): boolean {
  const { status } = workload as { readonly status?: { readonly readyReplicas?: number } };
  return (status?.readyReplicas ?? 0) > 0;
}

function routeNamed(name: string) {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name } };
}
