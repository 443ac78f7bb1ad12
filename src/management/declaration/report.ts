import type { Unit } from '../../storage/index.ts';
import type { Mistake } from '../explain.ts';
import type { ManagementTables } from '../migrations.ts';
import type { DeclarationReport, DeclaredChange } from './section.ts';

/** What one run of a declaration has found so far. */
export interface Findings {
  readonly changes: DeclaredChange[];
  readonly errors: Mistake[];
}

/** The report of one section in one run, with what the section made on record. */
export class SectionReport implements DeclarationReport {
  readonly by: string;
  readonly #unit: Unit;
  readonly #section: string;
  readonly #prune: boolean;
  readonly #findings: Findings;
  readonly #made = new Set<string>();

  constructor(unit: Unit, section: string, options: { by: string; prune: boolean }, findings: Findings) {
    this.by = options.by;
    this.#unit = unit;
    this.#section = section;
    this.#prune = options.prune;
    this.#findings = findings;
  }

  change(change: DeclaredChange): void {
    this.#findings.changes.push(change);
  }

  error(path: string, message: string): void {
    this.#findings.errors.push({ path, message });
  }

  async made(key: string, path: string): Promise<void> {
    // By id or by name, the same object: the second would only undo the first.
    if (this.#made.has(key)) this.error(path, 'is declared twice');
    this.#made.add(key);
    await this.#unit
      .tables<ManagementTables>()
      .insertInto('declared_object')
      .values({ section: this.#section, key, path, declared_at: this.#unit.now })
      .onConflict((conflict) => conflict.columns(['section', 'key']).doUpdateSet({ path }))
      .execute();
  }

  async pruned(): Promise<readonly { key: string; path: string }[]> {
    if (!this.#prune) return [];
    const rows = await this.#unit
      .tables<ManagementTables>()
      .selectFrom('declared_object')
      .select(['key', 'path'])
      .where('section', '=', this.#section)
      .orderBy('key')
      .execute();
    return rows.filter(({ key }) => !this.#made.has(key));
  }

  /** Forgets what the section has pruned. */
  async forgetPruned(): Promise<void> {
    for (const { key } of await this.pruned()) {
      await this.#unit
        .tables<ManagementTables>()
        .deleteFrom('declared_object')
        .where('section', '=', this.#section)
        .where('key', '=', key)
        .execute();
    }
  }
}
