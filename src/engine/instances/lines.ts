import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceLine } from './instance.ts';
import { TurningFiles } from './turning-files.ts';

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
  readonly #files: TurningFiles;

  /** `outputFolder` is shared by all replicas. */
  constructor(outputFolder: string) {
    this.#folder = join(outputFolder, linesFolder);
    this.#files = new TurningFiles(this.#folder, '.log', fileBytes);
  }

  async append(lines: readonly InstanceLine[]): Promise<void> {
    const texts = new Map<string, string>();
    for (const { instance, at, stream, text } of lines) {
      texts.set(instance, `${texts.get(instance) ?? ''}${JSON.stringify([at, stream, text])}\n`);
    }
    await Promise.all([...texts].map(([instance, text]) => this.#files.append(instance, () => text)));
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

  /** Removes the files of instances that `stands` does not know, and what else is kept beside them. */
  async clear(stands: (instances: readonly string[]) => Promise<ReadonlySet<string>>): Promise<void> {
    const files = await readdir(this.#folder).catch(() => []);
    const instances = [...new Set(files.map((file) => file.slice(0, 36)))];
    const standing = await stands(instances);
    for (const file of files)
      if (!standing.has(file.slice(0, 36))) await rm(join(this.#folder, file), { force: true });
  }

  async #linesOf(instance: string): Promise<InstanceLine[]> {
    const older = await this.#files.older(instance);
    const newer = await this.#files.newer(instance);
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
