import type { FastifyInstance, FastifyRequest } from 'fastify';
import { CoreError, isCoreError } from '../errors/index.ts';
import type { BlobStore, SpooledBlob } from '../storage/index.ts';
import type { MultipartFile, MultipartForm, MultipartOptions, RepeatedFile } from './multipart-form.ts';
import { multipartParts, type Part } from './multipart-parts.ts';
import { parameters } from './part-headers.ts';

/** What texts, headers and boundaries may add to the files before the body as a whole is too large. */
const overheadBytes = 16 * 1024 * 1024;

/** Leaves multipart bodies unread for the handler, which takes them with `readMultipart`. */
export function leaveMultipartUnread(app: FastifyInstance): void {
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null));
}

/**
 * Streams a multipart body: wanted files into the blob store's spool, texts into memory, parts in any order. Throws
 * `invalid` (not multipart, broken form, ended early) and `too-large` (also at once, from Content-Length); whatever
 * it throws, no spooled file is left.
 */
export async function readMultipart(
  request: FastifyRequest,
  blobs: Pick<BlobStore, 'spool'>,
  options: MultipartOptions,
): Promise<MultipartForm> {
  const boundary = boundaryOf(request.headers['content-type'] ?? '');
  const most = options.totalFileBytes + overheadBytes;
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLarge(options.totalFileBytes);
  const form = new SpoolingForm(blobs, options);
  try {
    for await (const part of multipartParts(bounded(request.raw, most), boundary)) await form.take(part);
    // What stands behind the last boundary is read away: a body that did not end would count as a silent sender's,
    // whose connection is cut off while the handler still works.
    request.raw.resume();
    return form;
  } catch (error) {
    await form.discard();
    if (request.raw.errored)
      throw new CoreError('invalid', 'The connection broke in the middle of the body', { cause: error });
    throw error;
  }
}

function boundaryOf(contentType: string): string {
  const isForm = /^\s*multipart\/form-data\s*(;|$)/i.test(contentType);
  const boundary = isForm ? parameters(contentType).get('boundary') : undefined;
  if (!boundary || boundary.length > 200) {
    throw new CoreError('invalid', 'The body must be multipart/form-data with a boundary');
  }
  return boundary;
}

/** The request's bytes; leaving the loop early leaves the connection open, so that an answer can be sent. */
async function* bounded(stream: FastifyRequest['raw'], most: number): AsyncGenerator<Buffer, void> {
  let left = most;
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    left -= (chunk as Buffer).length;
    if (left < 0) throw tooLarge(most);
    yield chunk as Buffer;
  }
}

function tooLarge(bytes: number): CoreError {
  return new CoreError('too-large', `The files of one request may have ${bytes} bytes together`);
}

class SpoolingForm implements MultipartForm {
  readonly fields = new Map<string, string>();
  readonly files = new Map<string, MultipartFile>();
  readonly repeated: RepeatedFile[] = [];
  readonly #blobs: Pick<BlobStore, 'spool'>;
  readonly #options: MultipartOptions;
  #partsLeft: number;
  #fileBytesLeft: number;

  constructor(blobs: Pick<BlobStore, 'spool'>, options: MultipartOptions) {
    this.#blobs = blobs;
    this.#options = options;
    this.#partsLeft = options.parts ?? 100;
    this.#fileBytesLeft = options.totalFileBytes;
  }

  async take(part: Part): Promise<void> {
    if (--this.#partsLeft < 0) throw new CoreError('invalid', 'The body has too many parts');
    const { files, fields, repeated } = this.#options;
    const limit = Object.hasOwn(files, part.name) ? files[part.name] : undefined;
    if (repeated && part.name === repeated.name) await this.#spoolAnother(part, repeated);
    else if (limit !== undefined) {
      if (!this.files.has(part.name)) await this.#spool(part, Math.min(limit, this.#fileBytesLeft));
    } else if (!this.fields.has(part.name) && (fields?.includes(part.name) ?? !part.file)) {
      this.fields.set(part.name, await textOf(part, this.#options.fieldBytes ?? 1024 * 1024));
    }
  }

  async #spool(part: Part, limit: number): Promise<void> {
    const blob = await this.#blobs.spool(part.body, { limit, anonymous: this.#options.anonymous ?? false });
    this.#fileBytesLeft -= blob.size;
    this.files.set(part.name, {
      fileName: part.file?.name,
      contentType: part.contentType,
      blob: endedOnce(blob),
    });
  }

  async #spoolAnother(
    part: Part,
    { name, most, limit }: NonNullable<MultipartOptions['repeated']>,
  ): Promise<void> {
    if (this.repeated.length >= most) {
      throw new CoreError('too-large', `One request may have ${most} parts named ${name}`, { path: name });
    }
    const left = this.#fileBytesLeft;
    const total = this.#options.totalFileBytes;
    let size = 0;
    const counted = async function* () {
      for await (const chunk of part.body) {
        size += chunk.length;
        if (size > left) throw tooLarge(total);
        yield chunk;
      }
    };
    const fileName = part.file?.name;
    let blob: SpooledBlob | undefined;
    try {
      const anonymous = this.#options.anonymous ?? false;
      blob = endedOnce(await this.#blobs.spool(counted(), { limit: limit(fileName), anonymous }));
    } catch (error) {
      if (!isCoreError(error, 'too-large') || size > left) throw error;
      // What is left of a file that is too large is counted and dropped; the files behind it are not its fault.
      for await (const _chunk of counted());
    }
    this.#fileBytesLeft -= size;
    this.repeated.push({ fileName, contentType: part.contentType, size, blob });
  }

  async discard(): Promise<void> {
    const blobs = [...this.files.values(), ...this.repeated].map(({ blob }) => blob);
    await Promise.all(blobs.map((blob) => blob?.discard()));
  }
}

/** A spooled blob whose `discard` does nothing once it was kept or discarded. */
function endedOnce(blob: SpooledBlob): SpooledBlob {
  let ended = false;
  const { sha256, size, file } = blob;
  return {
    sha256,
    size,
    file,
    keep: () => {
      ended = true;
      return blob.keep();
    },
    keepWith: (unit, options) => {
      ended = true;
      return blob.keepWith(unit, options);
    },
    discard: async () => {
      if (!ended) await blob.discard();
      ended = true;
    },
  };
}

async function textOf(part: Part, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of part.body) {
    size += chunk.length;
    if (size > most)
      throw new CoreError('too-large', `The text part ${part.name} has more than ${most} bytes`, {
        path: part.name,
      });
    chunks.push(chunk);
  }
  return decode(Buffer.concat(chunks), part);
}

function decode(bytes: Buffer, { charset, name }: Part): string {
  if (charset === undefined || charset === 'utf-8' || charset === 'utf8') return bytes.toString('utf8');
  if (charset === 'iso-8859-1' || charset === 'latin1') return bytes.toString('latin1');
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch (cause) {
    throw new CoreError('invalid', `The text part ${name} is in a charset that is not known: ${charset}`, {
      path: name,
      cause,
    });
  }
}
