import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Blob, BlobStore } from '../storage/index.ts';
import { byteRange } from './byte-range.ts';
import { contentDisposition } from './content-disposition.ts';

/** What the caller is told about the bytes. */
export interface SendBlobOptions {
  /** What to call the bytes; default `application/octet-stream`. */
  readonly contentType?: string;
  readonly fileName: string;
  /** Default `attachment`. */
  readonly disposition?: 'attachment' | 'inline';
  /** Default `private, no-cache`: kept by the caller, asked for again each time. */
  readonly cacheControl?: string;
}

/** The headers under which bytes from users are always sent: never sniffed, never run as a page. */
export const userBytesHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
} as const;

/**
 * Answers with a blob: ETag and 304, Range and 206 and 416 (one range), If-Range, HEAD. Routes register
 * `method: ['GET', 'HEAD']`. The blob is opened only when bytes are sent; a missing one throws `not-found`.
 */
export async function sendBlob(
  request: FastifyRequest,
  reply: FastifyReply,
  blobs: Pick<BlobStore, 'open'>,
  blob: Blob,
  {
    contentType = 'application/octet-stream',
    fileName,
    disposition = 'attachment',
    cacheControl = 'private, no-cache',
  }: SendBlobOptions,
): Promise<FastifyReply> {
  const etag = `"${blob.sha256}"`;
  const common = { etag, 'accept-ranges': 'bytes', 'cache-control': cacheControl, ...userBytesHeaders };
  if (matches(request.headers['if-none-match'], etag)) return reply.headers(common).code(304).send();

  const ifRange = request.headers['if-range'];
  const range =
    ifRange === undefined || ifRange === etag ? byteRange(request.headers.range, blob.size) : 'whole';
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
  reply.headers(common).header('content-disposition', contentDisposition(disposition, fileName));
  reply.type(contentType);
  if (range === 'whole') reply.header('content-length', blob.size);
  else {
    reply.code(206).header('content-length', range.end - range.start + 1);
    reply.header('content-range', `bytes ${range.start}-${range.end}/${blob.size}`);
  }
  return reply.send(bytes);
}

function matches(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((given) => given.trim() === '*' || given.trim().replace(/^W\//, '') === etag);
}
