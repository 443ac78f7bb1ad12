import type { Logger } from 'pino';
import type { Identity } from '../identity/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { BlobStore, Clock, SecretVault, Storage } from '../storage/index.ts';
import type { WorkQueue } from '../work/index.ts';

/** What the engine is built from. */
export interface EngineParts {
  readonly storage: Storage;
  readonly blobs: BlobStore;
  readonly secrets: SecretVault;
  readonly ledger: Ledger;
  readonly identity: Identity;
  readonly work: WorkQueue;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where the output of running steps is appended; replicas share it. */
  readonly outputFolder: string;
  /** The version that agents are told. Default `0.0.0`. */
  readonly version?: string;
  /** Tests shorten these. */
  readonly timing?: Partial<EngineTiming>;
}

/** How long things may take, in milliseconds. */
export interface EngineTiming {
  /** A lease runs out this long after the last poll or report that named it. */
  readonly lease: number;
  /** After its start a server calls nobody down and lets no lease run out for this long. */
  readonly grace: number;
  /** A host that was not heard for this long is down, unless its stage says otherwise. */
  readonly downAfter: number;
  /** How often a server looks for what is due. */
  readonly tick: number;
  /** How often renewed leases and the server's own sign of life are written. */
  readonly renewal: number;
  /** A server that gave no sign of life for this long is lost. */
  readonly serverLost: number;
  /** Waiters read again after this long without news. */
  readonly reread: number;
  /** A lease that its agent does not name is given again after this long without an event. */
  readonly redelivery: number;
  /** A router that was not heard for this long is not waited for any more. */
  readonly routerGone: number;
  /** The same for one whose call broke off: its system closes the connection of a process that has ended. */
  readonly routerBroken: number;
}

/** The times of a real installation; tests take shorter ones. */
export const defaultTiming: EngineTiming = {
  lease: 30_000,
  grace: 30_000,
  downAfter: 30_000,
  tick: 1_000,
  renewal: 5_000,
  serverLost: 30_000,
  reread: 15_000,
  redelivery: 5_000,
  routerGone: 15_000,
  // One that lives calls again within 2 s.
  routerBroken: 3_000,
};
