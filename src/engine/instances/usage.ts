import { join } from 'node:path';
import type { InstanceUsage } from './instance.ts';
import { linesFolder } from './lines.ts';
import { TurningFiles } from './turning-files.ts';

/** Two files of this size for each instance: seven hours at least, at a sample every 10 s. */
const fileBytes = 128 * 1024;

/**
 * What instances use of their hosts, beside what they wrote and never in the database: a commit for every host every
 * 10 s would cost more than all that they deploy. A line of a file is `[at, milliseconds, cpuMilliseconds,
 * residentBytes, cores, memoryBytes]`.
 */
export class UsageBook {
  readonly #files: TurningFiles;

  /** `outputFolder` is shared by all replicas. */
  constructor(outputFolder: string) {
    this.#files = new TurningFiles(join(outputFolder, linesFolder), '.usage', fileBytes);
  }

  async append(samples: readonly InstanceUsage[]): Promise<void> {
    await Promise.all(samples.map((sample) => this.#files.append(sample.instance, () => lineOf(sample))));
  }

  /** The samples of these instances within the range, oldest first. */
  async read(
    instances: readonly string[],
    { after = Number.NEGATIVE_INFINITY, before = Number.POSITIVE_INFINITY },
  ): Promise<InstanceUsage[]> {
    const samples: InstanceUsage[] = [];
    for (const instance of instances) {
      let own = samplesOf(instance, await this.#files.newer(instance));
      if ((own[0]?.at ?? Number.POSITIVE_INFINITY) > after)
        own = [...samplesOf(instance, await this.#files.older(instance)), ...own];
      samples.push(...own.filter(({ at }) => at > after && at < before));
    }
    return samples.sort((one, other) => one.at - other.at);
  }
}

function lineOf({ at, milliseconds, cpuMilliseconds, residentBytes, cores, memoryBytes }: InstanceUsage) {
  return `${JSON.stringify([at, milliseconds, cpuMilliseconds, residentBytes, cores, memoryBytes])}\n`;
}

/** A line that a crash or a full disk has cut is left out, with the one that was written behind it. */
function samplesOf(instance: string, text: string): InstanceUsage[] {
  return text.split('\n').flatMap((line) => {
    try {
      const [at, milliseconds, cpuMilliseconds, residentBytes, cores, memoryBytes] = JSON.parse(line);
      return [{ instance, at, milliseconds, cpuMilliseconds, residentBytes, cores, memoryBytes }];
    } catch {
      return [];
    }
  });
}
