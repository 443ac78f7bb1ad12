import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ServiceStartStep } from '../../engine/steps/index.ts';
import type { Life } from './life.ts';

/** What a `service-start` step asks for. */
export type InstanceSpec = Pick<
  ServiceStartStep,
  'instance' | 'pool' | 'asset' | 'process' | 'environment' | 'files' | 'health' | 'stopGraceSeconds'
>;

/** What runs now, as far as it is needed to find it again. */
export type RunningNote =
  | {
      readonly kind: 'process';
      readonly pid: number;
      readonly startTime: string | undefined;
      readonly at: number;
      readonly memoryKills: number;
    }
  | { readonly kind: 'container'; readonly program: string; readonly id: string; readonly at: number };

/** All that is known of an instance, kept as `instance.json` (0600: its environment holds secrets). */
export interface InstanceRecord {
  readonly spec: InstanceSpec;
  /** Values to replace in its output. */
  readonly masked: readonly string[];
  /** What its processes carry in their environment as `SLIPWAY_INSTANCE`. */
  readonly mark: string;
  life: Life;
  /** Its asset is on the disk, ready to run. */
  isPrepared: boolean;
  port: number | null;
  running: RunningNote | null;
}

const fileName = 'instance.json';

/** Written beside, and renamed: a reader finds the old record or the new one. */
export function writeRecord(folder: string, record: InstanceRecord): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = join(folder, `${fileName}.new`);
  const handle = openSync(fresh, 'w', 0o600);
  try {
    writeSync(handle, JSON.stringify(record));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(fresh, join(folder, fileName));
}

/** The records of all instances by their folders. A folder without a readable record is removed: nothing can be said of it. */
export function readRecords(root: string): { folder: string; record: InstanceRecord }[] {
  const found: { folder: string; record: InstanceRecord }[] = [];
  for (const name of readdirSync(root)) {
    const folder = join(root, name);
    try {
      found.push({ folder, record: JSON.parse(readFileSync(join(folder, fileName), 'utf8')) });
    } catch (error) {
      const isUnreadable = error instanceof SyntaxError;
      // Too many open files say nothing of a folder, in which a program may run.
      if (!isUnreadable && !isMissing(error as NodeJS.ErrnoException)) throw error;
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return found;
}

function isMissing({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOENT' || code === 'ENOTDIR';
}
