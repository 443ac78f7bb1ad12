import { uploadPath } from '../image-api.ts';
import { apiAddress, Problem, problemIn } from '../request.ts';
import { folderOf } from './query.ts';
import type { ArchiveOutcome, Upload } from './uploads.ts';

/**
 * Sends one file and says how much of it went out; an archive is unpacked by the server, and answers what became of
 * its pictures. By XMLHttpRequest, because `fetch` does not tell how far it is. Throws a Problem.
 */
export async function sendUpload(
  upload: Upload,
  file: File,
  progress: (sent: number) => void,
): Promise<ArchiveOutcome | undefined> {
  const overwrite = upload.collision === 'replace';
  const autorename = upload.collision === 'keep-both';
  const url = apiAddress(uploadPath(upload.service));
  if (!/\.zip$/i.test(file.name)) {
    const query = new URLSearchParams({
      path: upload.path,
      overwrite: String(overwrite),
      autorename: String(autorename),
    });
    await send('PUT', `${url}?${query}`, file, progress);
    return undefined;
  }
  const form = new FormData();
  const basepath = folderOf(upload.path);
  form.append('params', JSON.stringify({ basepath, overwrite, autorename }));
  form.append('files', file, file.name);
  return outcomeOf(await send('POST', url, form, progress));
}

async function send(
  method: string,
  url: string,
  body: File | FormData,
  progress: (sent: number) => void,
): Promise<unknown> {
  const request = new XMLHttpRequest();
  request.open(method, url);
  request.upload.onprogress = ({ loaded }) => progress(loaded);
  await new Promise((resolve, reject) => {
    request.onload = resolve;
    request.onerror = () => reject(new Problem(0, 'unreachable', 'The connection to the server broke off.'));
    request.send(body);
  });
  const { status, statusText, responseText } = request;
  if (status >= 200 && status < 300) return JSON.parse(responseText);
  throw await problemIn(new Response(responseText, { status, statusText }));
}

interface ManyAnswer {
  readonly successes: readonly unknown[];
  readonly errors: readonly { readonly path: string; readonly error: { readonly resultMessage: string } }[];
}

function outcomeOf(answer: unknown): ArchiveOutcome {
  const { successes, errors } = answer as ManyAnswer;
  return {
    stored: successes.length,
    refused: errors.map(({ path, error }) => ({ path, message: error.resultMessage })),
  };
}
