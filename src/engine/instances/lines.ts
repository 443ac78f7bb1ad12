import { appendFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceLine } from './instance.ts';

/** Below the folder of the rollouts' output. */
export const linesFolder = 'instances';
/** Two files of this size are kept for each instance. */
const fileBytes = 512 * 1024;

/**
 * What instances wrote: two files each that take turns, never the database. A line of a file is
 * `[at, "stdout" | "stderr", text]`.
 */
export class InstanceLines {
  readonly #folder: string;
  /** The appending to one instance's files, one after another. */
  readonly #turns = new Map<string, Promise<void>>();

  /** `outputFolder` is shared by all replicas. */
  constructor(outputFolder: string) {
    this.#folder = join(outputFolder, linesFolder);
  }

  async append(lines: readonly InstanceLine[]): Promise<void> {
    const texts = new Map<string, string>();
    for (const { instance, at, stream, text } of lines) {
      texts.set(instance, `${texts.get(instance) ?? ''}${JSON.stringify([at, stream, text])}\n`);
    }
    await Promise.all([...texts].map(([instance, text]) => this.#inTurn(instance, text)));
  }

  /** The last `limit` lines of these instances within the range, oldest first. */
  async read(
    instances: readonly string[],
    range: { after?: number; before?: number; limit: number },
  ): Promise<InstanceLine[]> {
    const { after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY, limit } = range;
    let last: InstanceLine[] = [];
    for (const instance of instances) {
      const lines = await this.#linesOf(instance);
      const within = lines.filter((line) => line.at > after && line.at < before);
      last = [...last, ...within].sort((one, other) => one.at - other.at).slice(-limit);
    }
    return limit > 0 ? last : [];
  }

  /** Removes the files of instances that `stands` does not know. */
  async clear(stands: (instances: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
    const files = await readdir(this.#folder).catch(() => []);
    const instances = [...new Set(files.map((file) => file.slice(0, 36)))];
    const standing = await stands(instances);
    for (const instance of instances) {
      if (standing.has(instance)) continue;
      await rm(this.#file(instance), { force: true });
      await rm(this.#file(instance, '.1'), { force: true });
    }
  }

  #file(instance: string, more = ''): string {
    return join(this.#folder, `${instance}.log${more}`);
  }

  #inTurn(instance: string, text: string): Promise<void> {
    const turn = (this.#turns.get(instance) ?? Promise.resolve())
      .catch(() => {})
      .then(() => this.#append(instance, text));
    this.#turns.set(instance, turn);
    return turn.finally(() => {
      if (this.#turns.get(instance) === turn) this.#turns.delete(instance);
    });
  }

  async #append(instance: string, text: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const size = await stat(this.#file(instance)).then(
      (found) => found.size,
      () => 0,
    );
    if (size > 0 && size + Buffer.byteLength(text) > fileBytes)
      await rename(this.#file(instance), this.#file(instance, '.1'));
    await appendFile(this.#file(instance), text, { mode: 0o600 });
  }

  async #linesOf(instance: string): Promise<InstanceLine[]> {
    const older = await readFile(this.#file(instance, '.1'), 'utf8').catch(() => '');
    const newer = await readFile(this.#file(instance), 'utf8').catch(() => '');
    return `${older}${newer}`.split('\n').flatMap((line) => parse(instance, line));
  }
}

/** The last line may be half written. */
function parse(instance: string, line: string): InstanceLine[] {
  if (!line.endsWith(']')) return [];
  try {
    const [at, stream, text] = JSON.parse(line);
    return [{ instance, at, stream, text }];
  } catch {
    return [];
  }
}
