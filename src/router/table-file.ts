import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { StoredTable } from './routing/routing-table.ts';

/** Keeps the table on disk: whole or not at all, and there before anybody is told that it is in use. */
export class TableFile {
  readonly #file: string;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: string) {
    this.#file = file;
  }

  /** The table of the last run; undefined where there is none that can be read. */
  async load(): Promise<StoredTable | undefined> {
    try {
      const table = JSON.parse(await readFile(this.#file, 'utf8')) as StoredTable;
      return isTable(table) ? table : undefined;
    } catch {
      return undefined;
    }
  }

  /** Resolves when it is on the disk. One write after another: the last one stays. */
  save(table: StoredTable): Promise<void> {
    const text = JSON.stringify(table);
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write(text));
    return this.#writing;
  }

  async #write(text: string): Promise<void> {
    const beside = `${this.#file}.new`;
    const handle = await open(beside, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, this.#file);
    // The new name is on the disk only when the folder is.
    const folder = await open(dirname(this.#file), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }
}

/** What another version of this program wrote, or a damaged disk gave, must not keep the router from starting. */
function isTable({ version, routes }: StoredTable): boolean {
  return (
    Number.isSafeInteger(version) &&
    routes.every(
      ({ host, whenEmpty, pools }) =>
        typeof host === 'string' &&
        typeof whenEmpty === 'string' &&
        pools.every(
          ({ pool, weight, backends }) =>
            typeof pool === 'string' &&
            Number.isInteger(weight) &&
            weight >= 0 &&
            weight <= 100 &&
            backends.every(
              ({ instance, address, port }) =>
                typeof instance === 'string' &&
                typeof address === 'string' &&
                Number.isInteger(port) &&
                port > 0 &&
                port < 65_536,
            ),
        ),
    )
  );
}
