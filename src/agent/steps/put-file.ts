import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PutFileStep } from '../../engine/steps/index.ts';
import { makeDirectory, syncDirectory } from './directory.ts';
import { hostPath } from './host-path.ts';
import { StepError, type StepOutcome, succeeded } from './outcome.ts';
import type { StepContext } from './step-context.ts';

/**
 * Fetches the blob into the cache and puts it in place: written beside the target under another name, verified,
 * synced, renamed. A reader sees the old file or the new one, also after a power cut.
 */
export async function putFile(step: PutFileStep, context: StepContext): Promise<StepOutcome> {
  const directory = hostPath(step.directory);
  const target = join(directory, checkedName(step.fileName));
  await makeDirectory(directory);
  const before = await stat(target).catch(() => undefined);
  if (before?.isDirectory()) throw new StepError(`${target} is a directory; a file cannot replace it`);
  const mode = step.mode ?? (before ? before.mode & 0o7777 : 0o644);

  const temporary = join(
    directory,
    `.slipway-${createHash('sha256').update(context.mark).digest('hex').slice(0, 16)}`,
  );
  context.noteTemporary(temporary);
  try {
    await copyVerified(step.blob, temporary, mode, context);
    context.signal.throwIfAborted();
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  // The parent too: the directory itself may be new.
  await syncDirectory(directory);
  await syncDirectory(dirname(directory)).catch(() => {});
  context.stdout.write(Buffer.from('Success'));
  return succeeded;
}

function checkedName(name: string): string {
  if (name === '' || name === '.' || name === '..' || /[/\0]/.test(name) || Buffer.byteLength(name) > 255) {
    throw new StepError(`${JSON.stringify(name)} is no file name: one path segment of at most 255 bytes is`);
  }
  return name;
}

/** Copies the cached blob; a damaged cache entry is thrown away and fetched once more. */
async function copyVerified(
  blob: PutFileStep['blob'],
  temporary: string,
  mode: number,
  context: StepContext,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const source = await context.blobs.fetch(blob, context.signal);
    const handle = await open(temporary, 'w', 0o600);
    try {
      if ((await copy(source, handle, context.signal)) === blob.sha256) {
        await handle.chmod(mode);
        await handle.sync();
        return;
      }
    } finally {
      await handle.close();
    }
    await context.blobs.discard(blob.sha256);
    if (attempt === 2)
      throw new StepError('The cached file was damaged twice; does the disk of this host fail?');
  }
}

async function copy(source: string, target: FileHandle, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(source, { highWaterMark: 1_048_576, signal })) {
    hash.update(chunk);
    for (let written = 0; written < chunk.length; ) {
      written += (await target.write(chunk, written)).bytesWritten;
    }
  }
  return hash.digest('hex');
}
