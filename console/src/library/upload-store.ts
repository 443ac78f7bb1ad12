import { signal } from '@preact/signals';
import { problemOf } from '../request.ts';
import { pathIn } from './query.ts';
import { sendUpload } from './send-upload.ts';
import { type Collision, isUnderWay, nextUploads, retried, type Upload, withUpload } from './uploads.ts';

/** All uploads of this page, the oldest first; they go on whichever page one looks at. */
export const uploads = signal<readonly Upload[]>([]);

const files = new Map<number, File>();
let lastId = 0;

/** Puts files into the queue of uploads to a folder of a service. */
export function upload(service: string, folder: string, chosen: Iterable<File>): void {
  const fresh: Upload[] = [];
  for (const file of chosen) {
    lastId += 1;
    files.set(lastId, file);
    fresh.push({
      id: lastId,
      service,
      path: pathIn(folder, file.name),
      size: file.size,
      sent: 0,
      state: 'waiting',
      collision: 'ask',
    });
  }
  uploads.value = [...uploads.value, ...fresh];
  proceed();
}

/** Sends a refused upload again. */
export function retryUpload(id: number, collision?: Collision): void {
  uploads.value = retried(uploads.value, id, collision);
  proceed();
}

/** Forgets the uploads that have come to their end. */
export function clearUploads(): void {
  uploads.value = uploads.value.filter(isUnderWay);
  const kept = new Set(uploads.value.map(({ id }) => id));
  for (const id of files.keys()) if (!kept.has(id)) files.delete(id);
}

function proceed(): void {
  for (const next of nextUploads(uploads.value)) void send(next);
  // A page that is left takes its files with it.
  if (uploads.value.some(isUnderWay)) addEventListener('beforeunload', askBeforeLeaving);
  else removeEventListener('beforeunload', askBeforeLeaving);
}

async function send(next: Upload): Promise<void> {
  const change = (part: Partial<Upload>) => {
    uploads.value = withUpload(uploads.value, next.id, part);
  };
  change({ state: 'sending', sent: 0 });
  try {
    const file = files.get(next.id);
    if (file === undefined) throw new Error('The file is not there any more.');
    const archive = await sendUpload(next, file, (sent) => change({ sent }));
    change({ state: 'stored', ...(archive === undefined ? {} : { archive }) });
    files.delete(next.id);
  } catch (error) {
    change({ state: 'refused', problem: problemOf(error) });
  }
  proceed();
}

function askBeforeLeaving(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
