import type { Unit } from '../storage/index.ts';

/** The notification channels of the engine; every server listens on all of them. */
export const channels = {
  /** Host runs that wait for their agent: `[host, hostRunId, rollout number]`. */
  offers: 'engine-offers',
  /** Hosts that hold something to cancel, as names. */
  cancels: 'engine-cancels',
  /** Running server steps to stop, as host run ids. */
  serverSteps: 'engine-server-steps',
  /** A rollout changed: its id, with ` ended` behind it when it has ended. */
  rollouts: 'engine-rollouts',
  /** A credential became worthless: a host's name. */
  hosts: 'engine-hosts',
  /** The routing table has a new version: its number. */
  routes: 'engine-routes',
  /** A router came, went, or applied or drained a version. */
  routers: 'engine-routers',
} as const;

/** An offer as it is told: the host's name, the host run, the rollout's number. */
export type Offer = readonly [host: string, hostRun: number, rollout: number];

/** A notification holds 4 KB; host names have at most 200 characters, four bytes each at worst. */
const limit = 4_000;

/** Tells a list in as few notifications as fit. */
export function notifyList(unit: Unit, channel: string, items: readonly unknown[]): void {
  let chunk: string[] = [];
  let length = 2;
  for (const item of items) {
    const text = JSON.stringify(item);
    const bytes = Buffer.byteLength(text) + 1;
    if (length + bytes > limit) {
      unit.notify(channel, `[${chunk.join(',')}]`);
      chunk = [];
      length = 2;
    }
    chunk.push(text);
    length += bytes;
  }
  if (chunk.length > 0) unit.notify(channel, `[${chunk.join(',')}]`);
}
