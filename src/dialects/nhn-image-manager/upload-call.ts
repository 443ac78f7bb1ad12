import type { FastifyRequest } from 'fastify';
import { isCoreError } from '../../errors/index.ts';
import { type MultipartForm, type RepeatedFile, readMultipart } from '../../http/index.ts';
import type { Context } from './context.ts';
import { refusal } from './errors.ts';
import type { Fields } from './fields.ts';
import { readLenientObject } from './lenient-json.ts';
import { limits } from './limits.ts';

/**
 * Streams the form of a multi upload into the spool; the parts come in any order (contract nhn-image-manager 2.5, 3.6).
 * Throws NOT_MULTIPART, TOO_MANY_FILES, TOO_LARGE, INVALID_PARAMETER for over-long `params`, BAD_SYNTAX for what is no
 * form. The caller discards the form at its end.
 */
export async function readUploadCall(context: Context, request: FastifyRequest): Promise<MultipartForm> {
  const mediaType = request.headers['content-type'] ?? '';
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(mediaType)) throw refusal('NOT_MULTIPART');
  const most = context.parts.settings.imageRequestLimitBytes;
  try {
    return await readMultipart(request, context.parts.blobs, {
      files: {},
      fields: ['params'],
      totalFileBytes: most,
      parts: limits.files + 100,
      repeated: {
        name: 'files',
        most: limits.files,
        limit: (fileName) => (isArchive(fileName ?? '') ? most : limits.file),
      },
    });
  } catch (error) {
    if (isCoreError(error, 'too-large')) {
      if (error.path === 'files') throw refusal('TOO_MANY_FILES');
      throw refusal(error.path === undefined ? 'TOO_LARGE' : 'INVALID_PARAMETER');
    }
    if (isCoreError(error, 'invalid')) throw refusal('BAD_SYNTAX');
    throw error;
  }
}

/** The options of the call. Throws INVALID_PARAMETER when they are missing or cannot be read. */
export function readParams(form: MultipartForm): Fields {
  const params = readLenientObject(form.fields.get('params') ?? '');
  if (!params) throw refusal('INVALID_PARAMETER');
  return params;
}

/** The files that were sent. Browsers send an empty part without a name for a file that was not chosen. */
export function sentFiles(form: MultipartForm): readonly RepeatedFile[] {
  const files = form.repeated.filter(({ fileName, size }) => fileName !== undefined || size > 0);
  if (files.length === 0) throw refusal('INVALID_FILE');
  return files;
}

/** Whether a file is unpacked on the server (contract nhn-image-manager 5.8). */
export function isArchive(fileName: string): boolean {
  return fileName.toLowerCase().endsWith('.zip');
}
