import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceLine } from './instance.ts';
import { TurningFiles } from './turning-files.ts';

/** Below the folder of the rollouts' output. */
export const linesFolder = 'instances';
/** Two files of this size are kept for each instance. */
const fileBytes = 512 * 1024;

/** So many instances' last offsets are remembered; those of others are read from their files. */
const mostRemembered = 10_000;

/** A line as an agent reports it; see `InstanceReport.lines`. */
interface ReportedLine extends InstanceLine {
  readonly offset?: number;
}

/** How far the streams of an instance are stored, when its newer file had this size. */
interface Stored {
  size: number;
  stdout: number;
  stderr: number;
}

/**
 * What instances wrote: two files each that take turns, never the database. A line of a file is
 * `[at, "stdout" | "stderr", text, offset]`.
 */
export class InstanceLines {
  readonly #folder: string;
  readonly #files: TurningFiles;
  readonly #stored = new Map<string, Stored>();

  /** `outputFolder` is shared by all replicas. */
  constructor(outputFolder: string) {
    this.#folder = join(outputFolder, linesFolder);
    this.#files = new TurningFiles(this.#folder, '.log', fileBytes);
  }

  /** Stores the lines that are not stored yet. */
  async append(lines: readonly ReportedLine[]): Promise<void> {
    const byInstance = new Map<string, ReportedLine[]>();
    for (const line of lines) {
      const own = byInstance.get(line.instance);
      if (own) own.push(line);
      else byInstance.set(line.instance, [line]);
    }
    await Promise.all(
      [...byInstance].map(([instance, own]) =>
        this.#files.append(instance, async () => textOf(await this.#storedOf(instance), own)),
      ),
    );
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

  /** From memory while nobody else has written; another server may have, or this one before its start. */
  async #storedOf(instance: string): Promise<Stored> {
    const size = await this.#files.size(instance);
    const known = this.#stored.get(instance);
    if (known?.size === size) return known;
    if (this.#stored.size >= mostRemembered) this.#stored.clear();
    const stored = { size, stdout: -1, stderr: -1 };
    this.#stored.set(instance, stored);
    if (size > 0) readOffsets(stored, await this.#files.newer(instance));
    if (stored.stdout < 0 || stored.stderr < 0) readOffsets(stored, await this.#files.older(instance));
    return stored;
  }

  async #linesOf(instance: string): Promise<InstanceLine[]> {
    const older = await this.#files.older(instance);
    const newer = await this.#files.newer(instance);
    return `${older}${newer}`.split('\n').flatMap((line) => parse(instance, line));
  }
}

function parse(instance: string, line: string): InstanceLine[] {
  const fields = fieldsOf(line);
  if (!fields) return [];
  const [at, stream, text] = fields;
  return [{ instance, at, stream, text }];
}

/** Undefined for a line that a crash or a full disk has cut, with the one that was written behind it. */
function fieldsOf(line: string): [number, 'stdout' | 'stderr', string, number?] | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What is new of these lines, as a file holds it; `stored` says then that it is stored. */
function textOf(stored: Stored, lines: readonly ReportedLine[]): string {
  let text = '';
  for (const { at, stream, text: said, offset } of lines) {
    if (offset !== undefined && offset <= stored[stream]) continue;
    if (offset !== undefined) stored[stream] = offset;
    text += `${JSON.stringify([at, stream, said, ...(offset === undefined ? [] : [offset])])}\n`;
  }
  stored.size += Buffer.byteLength(text);
  return text;
}

function readOffsets(stored: Stored, text: string): void {
  for (const line of text.split('\n')) {
    const [, stream, , offset] = fieldsOf(line) ?? [];
    if (stream && offset !== undefined) stored[stream] = Math.max(stored[stream], offset);
  }
}
