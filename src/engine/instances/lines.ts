import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceLine, InstanceLineRange } from './instance.ts';
import { TurningFiles } from './turning-files.ts';

/** Below the folder of the rollouts' output. */
export const linesFolder = 'instances';
/** Two files of this size are kept for each instance. */
const fileBytes = 512 * 1024;

/** So many instances' last offsets are remembered; those of others are read from their files. */
const mostRemembered = 10_000;

/** A line as an agent reports it; see `InstanceReport.lines`. */
interface ReportedLine extends Pick<InstanceLine, 'instance' | 'at' | 'stream' | 'text'> {
  readonly offset?: number;
}

/** How far the streams of an instance are stored, and its last line, when its newer file had this size. */
interface Stored {
  size: number;
  stdout: number;
  stderr: number;
  number: number;
  arrivedAt: number;
}

/**
 * What instances wrote: two files each that take turns, never the database. A line of a file is
 * `[at, "stdout" | "stderr", text, offset, number, arrivedAt]`; the last two are missing in files of older versions.
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

  /** Stores the lines that are not stored yet; they arrive at `now` of the server's clock. */
  async append(lines: readonly ReportedLine[], now: number): Promise<void> {
    const byInstance = new Map<string, ReportedLine[]>();
    for (const line of lines) {
      const own = byInstance.get(line.instance);
      if (own) own.push(line);
      else byInstance.set(line.instance, [line]);
    }
    await Promise.all(
      [...byInstance].map(([instance, own]) =>
        this.#files.append(instance, async () => textOf(await this.#storedOf(instance), own, now)),
      ),
    );
  }

  /** The last `limit` lines of these instances within the range, oldest first. */
  async read(instances: readonly string[], range: InstanceLineRange): Promise<InstanceLine[]> {
    const { after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY, limit } = range;
    const { arrivedAfter = Number.NEGATIVE_INFINITY } = range;
    let last: InstanceLine[] = [];
    for (const instance of instances) {
      const lines = await this.#linesOf(instance);
      const within = lines.filter(
        ({ at, arrivedAt }) => at > after && at < before && arrivedAt > arrivedAfter,
      );
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
    const stored = { size, stdout: -1, stderr: -1, number: 0, arrivedAt: 0 };
    this.#stored.set(instance, stored);
    if (size > 0) readLast(stored, await this.#files.newer(instance));
    if (stored.stdout < 0 || stored.stderr < 0) readLast(stored, await this.#files.older(instance));
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
  const [at, stream, text, , number = 0, arrivedAt = at] = fields;
  return [{ instance, at, stream, text, number, arrivedAt }];
}

type Fields = [number, 'stdout' | 'stderr', string, (number | null)?, number?, number?];

/** Undefined for a line that a crash or a full disk has cut, with the one that was written behind it. */
function fieldsOf(line: string): Fields | undefined {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** What is new of these lines, as a file holds it; `stored` says then that it is stored. */
function textOf(stored: Stored, lines: readonly ReportedLine[], now: number): string {
  let text = '';
  // Whoever follows stands behind a moment: none of the lines that come later may lie before it.
  stored.arrivedAt = Math.max(stored.arrivedAt, now);
  for (const { at, stream, text: said, offset } of lines) {
    if (offset !== undefined && offset <= stored[stream]) continue;
    if (offset !== undefined) stored[stream] = offset;
    stored.number += 1;
    const fields: Fields = [at, stream, said, offset ?? null, stored.number, stored.arrivedAt];
    text += `${JSON.stringify(fields)}\n`;
  }
  stored.size += Buffer.byteLength(text);
  return text;
}

function readLast(stored: Stored, text: string): void {
  for (const line of text.split('\n')) {
    const [, stream, , offset, number = 0, arrivedAt = 0] = fieldsOf(line) ?? [];
    if (stream && typeof offset === 'number') stored[stream] = Math.max(stored[stream], offset);
    stored.number = Math.max(stored.number, number);
    stored.arrivedAt = Math.max(stored.arrivedAt, arrivedAt);
  }
}
