import type { Unit } from '../storage/index.ts';

/** A machine with an agent. Times are epoch milliseconds. */
export interface Host {
  readonly name: string;
  /** Where routers reach its instances. */
  readonly address: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly agentVersion: string;
  readonly joinedAt: number;
  readonly lastHeardAt: number | null;
  readonly up: boolean;
}

/** What happened to a host, for those who subscribe. */
export type HostEvent = { readonly kind: 'joined' | 'down' | 'returned' | 'removed'; readonly host: string };

/** All hosts. Names are unique, case-sensitive, at most 200 characters, without control characters, slashes and commas. */
export interface HostDirectory {
  list(): Promise<Host[]>;
  /** Reads the committed state, or, `within` a unit, what the unit sees. */
  find(name: string, within?: Unit): Promise<Host | undefined>;
  /** Whether each of `names` is up now; unknown hosts are down. */
  up(names: readonly string[]): Promise<ReadonlyMap<string, boolean>>;
  /** Declares a host that need not have joined yet; merges labels. */
  declare(unit: Unit, host: { name: string; labels?: Readonly<Record<string, string>> }): Promise<void>;
  /** Forgets the host and its credential. */
  remove(unit: Unit, name: string): Promise<boolean>;
  subscribe(listener: (event: HostEvent) => void): () => void;
}
