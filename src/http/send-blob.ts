import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Blob } from '../storage/index.ts';
import { byteRange } from './byte-range.ts';
import { contentDisposition } from './content-disposition.ts';

/** What the caller is told about the bytes. */
export interface SendBlobOptions {
  /** What to call the bytes; default `application/octet-stream`. */
  readonly contentType?: string;
  /** Without one nothing is said about showing or saving them. */
  readonly fileName?: string;
  /** Default `attachment`. */
  readonly disposition?: 'attachment' | 'inline';
  /** Default `private, no-cache`: kept by the caller, asked for again each time. */
  readonly cacheControl?: string;
  /** The validator, quoted; default the sha-256. */
  readonly etag?: string;
  /** Epoch milliseconds; with it If-Modified-Since is answered, too. */
  readonly lastModified?: number;
}

/** Where the bytes come from: the store, or memory. */
export interface BlobSource {
  open(sha256: string, range?: { start: number; end: number }): Promise<Readable | Buffer>;
}

/** The headers under which bytes from users are always sent: never sniffed, never run as a page. */
export const userBytesHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
} as const;

/**
 * Answers with a blob: ETag, Last-Modified and 304, Range and 206 and 416 (one range), If-Range, HEAD. Routes register
 * `method: ['GET', 'HEAD']`. The blob is opened only when bytes are sent; a missing one throws `not-found`.
 */
export async function sendBlob(
  request: FastifyRequest,
  reply: FastifyReply,
  blobs: BlobSource,
  blob: Blob,
  options: SendBlobOptions,
): Promise<FastifyReply> {
  const { contentType = 'application/octet-stream', fileName, disposition = 'attachment' } = options;
  const { cacheControl = 'private, no-cache', etag = `"${blob.sha256}"`, lastModified } = options;
  const modified = lastModified === undefined ? undefined : new Date(lastModified).toUTCString();
  const common = {
    etag,
    'accept-ranges': 'bytes',
    'cache-control': cacheControl,
    ...(modified !== undefined && { 'last-modified': modified }),
    ...userBytesHeaders,
  };
  if (isUnchanged(request, etag, modified)) return reply.headers(common).code(304).send();

  const ifRange = request.headers['if-range'];
  const isRangeFresh = ifRange === undefined || ifRange === etag || ifRange === modified;
  const range = isRangeFresh ? byteRange(request.headers.range, blob.size) : 'whole';
  if (range === 'none') {
    return reply
      .headers({ ...common, 'content-range': `bytes */${blob.size}` })
      .code(416)
      .send();
  }

  // Opened before any header is set: what a missing blob throws is answered under its own headers.
  const bytes =
    request.method === 'HEAD'
      ? undefined
      : await blobs.open(blob.sha256, range === 'whole' ? undefined : range);
  reply.headers(common);
  if (fileName !== undefined) reply.header('content-disposition', contentDisposition(disposition, fileName));
  reply.type(contentType);
  if (range === 'whole') reply.header('content-length', blob.size);
  else {
    reply.code(206).header('content-length', range.end - range.start + 1);
    reply.header('content-range', `bytes ${range.start}-${range.end}/${blob.size}`);
  }
  return reply.send(bytes);
}

/** RFC 9110 13.2.2: the date counts only where no tag was given. */
function isUnchanged({ headers }: FastifyRequest, etag: string, modified: string | undefined): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) {
    return tags.split(',').some((given) => given.trim() === '*' || given.trim().replace(/^W\//, '') === etag);
  }
  const since = headers['if-modified-since'];
  return since !== undefined && modified !== undefined && Date.parse(since) >= Date.parse(modified);
}
