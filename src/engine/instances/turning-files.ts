import { appendFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Two files a name that take turns: when the newer one would grow beyond `fileBytes` it becomes the older one, and what
 * was in that one goes. Appending to one name happens one after another.
 */
export class TurningFiles {
  readonly #folder: string;
  readonly #ending: string;
  readonly #fileBytes: number;
  readonly #turns = new Map<string, Promise<void>>();

  /** Files are called `<name><ending>` and `<name><ending>.1`. */
  constructor(folder: string, ending: string, fileBytes: number) {
    this.#folder = folder;
    this.#ending = ending;
    this.#fileBytes = fileBytes;
  }

  /** Appends what `text` makes when the turn comes; nothing when it makes nothing. */
  append(name: string, text: () => string | Promise<string>): Promise<void> {
    const turn = (this.#turns.get(name) ?? Promise.resolve())
      .catch(() => {})
      .then(async () => this.#append(name, await text()));
    this.#turns.set(name, turn);
    return turn.finally(() => {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    });
  }

  /** What the newer file holds; empty when there is none. */
  newer(name: string): Promise<string> {
    return readFile(this.#file(name), 'utf8').catch(() => '');
  }

  /** What the older file holds; empty when there is none. */
  older(name: string): Promise<string> {
    return readFile(this.#file(name, '.1'), 'utf8').catch(() => '');
  }

  /** The size of the newer file in bytes; 0 when there is none. */
  size(name: string): Promise<number> {
    return stat(this.#file(name)).then(
      (found) => found.size,
      () => 0,
    );
  }

  #file(name: string, more = ''): string {
    return join(this.#folder, `${name}${this.#ending}${more}`);
  }

  async #append(name: string, text: string): Promise<void> {
    if (text === '') return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const size = await this.size(name);
    if (size > 0 && size + Buffer.byteLength(text) > this.#fileBytes)
      await rename(this.#file(name), this.#file(name, '.1'));
    await appendFile(this.#file(name), text, { mode: 0o600 });
  }
}
