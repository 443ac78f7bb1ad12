import type { TSchema } from 'typebox';
import type { Unit } from '../../storage/index.ts';

/** One difference between a declaration and what is there. Values never hold secrets. */
export interface DeclaredChange {
  readonly action: 'create' | 'update' | 'remove';
  /** Where in the declaration: `nhnDeploy/projects/demo/artifacts/shop-api`. */
  readonly path: string;
  /** What changes, field by field; absent for create and remove. */
  readonly fields?: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;
}

/** What a section tells while it reconciles. */
export interface DeclarationReport {
  change(change: DeclaredChange): void;
  /** Collected; when there is any, the whole unit is rolled back and all are answered at once. */
  error(path: string, message: string): void;
  /** Remembers that a declaration made this object, so that `--prune` may remove it. `key` finds it again, like `artifact:7`. */
  made(key: string, path: string): Promise<void>;
  /** With `--prune`: keys of this section that a declaration once made and that `made` was not called for in this run. Empty without. */
  pruned(): Promise<readonly { key: string; path: string }[]>;
  /** The principal's name, for the ledger. */
  readonly by: string;
}

/**
 * A top-level key of the declaration. `reconcile` writes what differs, in the one unit of the whole declaration;
 * the diff that people see first is the same run, rolled back. So diff and apply cannot disagree.
 */
export interface DeclarationSection {
  readonly key: string;
  readonly schema: TSchema;
  /** Lower first: `principals` 0, `joinTokens` 1, `hosts` 2, dialects 10. */
  readonly order: number;
  /** Keeps bytes that the unit will refer to (units await no blobs). Runs before every `reconcile`, dry ones too. */
  prepare?(value: unknown): Promise<void>;
  reconcile(unit: Unit, value: unknown, report: DeclarationReport): Promise<void>;
}
