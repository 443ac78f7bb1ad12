import type { Problem } from '../request.ts';

/** What happens when a name is taken. */
export type Collision = 'ask' | 'replace' | 'keep-both';

/** One file on its way to a folder. */
export interface Upload {
  /** Of this page, from 1. */
  readonly id: number;
  readonly service: string;
  /** Absolute, with the file's name. */
  readonly path: string;
  readonly size: number;
  /** Bytes that went out. */
  readonly sent: number;
  readonly state: 'waiting' | 'sending' | 'stored' | 'refused';
  readonly collision: Collision;
  /** Why it was refused. */
  readonly problem?: Problem;
  /** For an archive: how many pictures of it were stored, and what was refused. */
  readonly archive?: ArchiveOutcome;
}

/** What became of the pictures of an archive. */
export interface ArchiveOutcome {
  readonly stored: number;
  readonly refused: readonly { readonly path: string; readonly message: string }[];
}

/** Files that are sent side by side; more would only slow each other down. */
const atOnce = 3;

/** Whether an upload has not come to its end. */
export function isUnderWay({ state }: Upload): boolean {
  return state === 'waiting' || state === 'sending';
}

/** The uploads whose turn has come. */
export function nextUploads(uploads: readonly Upload[]): readonly Upload[] {
  const sending = uploads.filter(({ state }) => state === 'sending').length;
  return uploads.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, atOnce - sending));
}

/** The list with what is known now of one upload. */
export function withUpload(uploads: readonly Upload[], id: number, part: Partial<Upload>): readonly Upload[] {
  return uploads.map((upload) => (upload.id === id ? { ...upload, ...part } : upload));
}

/** The list with an upload waiting again, after a refusal; a name that is taken is now met by `collision`. */
export function retried(
  uploads: readonly Upload[],
  id: number,
  collision: Collision = 'ask',
): readonly Upload[] {
  return uploads.map((upload) => {
    if (upload.id !== id || upload.state !== 'refused') return upload;
    const { problem: _, ...rest } = upload;
    return { ...rest, state: 'waiting', sent: 0, collision };
  });
}

/** Whether it was refused because a file of this name is there: that can be decided either way. */
export function isNameTaken({ problem }: Upload): boolean {
  return problem?.code === 'conflict' && problem.message === 'There is same file name.';
}

/** Where all uploads together are. */
export interface UploadTally {
  readonly all: number;
  readonly stored: number;
  readonly refused: number;
  readonly sentBytes: number;
  readonly allBytes: number;
}

/** Counts a list of uploads. What was refused does not count as bytes to send. */
export function tallyOf(uploads: readonly Upload[]): UploadTally {
  let [stored, refused, sentBytes, allBytes] = [0, 0, 0, 0];
  for (const { state, sent, size } of uploads) {
    if (state === 'stored') stored += 1;
    if (state === 'refused') {
      refused += 1;
      continue;
    }
    sentBytes += state === 'stored' ? size : Math.min(sent, size);
    allBytes += size;
  }
  return { all: uploads.length, stored, refused, sentBytes, allBytes };
}
