import type { Unit } from '../storage/index.ts';

/** One change. No secrets, no raw URLs. */
export interface LedgerEntry {
  /** The principal's name, `agent:<host>` or `system`. */
  readonly who: string;
  /** The dialect that it came through, `core` for the native API, the console and the CLI. */
  readonly dialect: string;
  /** A verb with its noun: `binary.upload`, `rollout.accept`, `principal.create`. */
  readonly action: string;
  /** The resource path that grants are checked on. */
  readonly resource: string;
  /** What exactly, for people: `shop-api 1.4.2 (binary 17)`. */
  readonly subject: string;
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
}

/** An entry as it stands in the ledger. */
export interface LedgerRow extends LedgerEntry {
  readonly id: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Who changes something, and through which dialect (`core` for the native API). */
export interface Actor {
  readonly name: string;
  readonly through: string;
}

/** What was done: an entry without who did it. */
export type Deed = Pick<LedgerEntry, 'action' | 'resource' | 'subject' | 'detail'>;

/** The append-only list of everything that changed. */
export interface Ledger {
  /** A change that was done by `actor`, in the unit that makes it. */
  record(unit: Unit, actor: Actor, deed: Deed): Promise<void>;
  /** Part of the unit that makes the change: both or neither. */
  append(unit: Unit, entry: LedgerEntry): Promise<void>;
  /** Newest first; `before` continues after an id. */
  list(filter: {
    resources: readonly string[];
    dialect?: string;
    who?: string;
    action?: string;
    from?: number;
    to?: number;
    before?: number;
    limit: number;
  }): Promise<LedgerRow[]>;
}
