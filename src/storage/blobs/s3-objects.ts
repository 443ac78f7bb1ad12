import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CoreError } from '../../errors/index.ts';
import type { BlobObjects } from './blob-store.ts';
import { openS3, type S3 } from './s3-client.ts';
import { isSha256, noSuchBlob } from './sha256.ts';

/** 16 MiB parts: 4 GiB is 256 of them (S3 allows 10,000), and four under way hold 64 MiB at most. */
const partBytes = 16 * 1024 * 1024;
const partsUnderWay = 4;

/**
 * Blobs as objects `<prefix>/<sha256>` of a bucket: `s3://bucket/prefix?endpoint=…&region=…&forcePathStyle=true`.
 * Credentials come from the environment (`AWS_ACCESS_KEY_ID`, …). Throws `invalid` for another URL.
 */
export function s3Objects(url: string): BlobObjects {
  const place = parseS3Url(url);
  const key = (sha256: string) => {
    if (!isSha256(sha256)) throw noSuchBlob(sha256);
    return `${place.prefix}${sha256}`;
  };
  // The SDK takes 200 ms to import: only a server that has an S3 pays for it.
  let opened: Promise<S3> | undefined;
  const s3 = () => (opened ??= openS3(place));
  const size = async (sha256: string): Promise<number | undefined> => {
    if (!isSha256(sha256)) return undefined;
    const { client, sdk } = await s3();
    try {
      const head = await client.send(new sdk.HeadObjectCommand({ Bucket: place.bucket, Key: key(sha256) }));
      return head.ContentLength;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw unreachable(error);
    }
  };
  const open: BlobObjects['open'] = async (sha256, range) => {
    const { client, sdk } = await s3();
    try {
      const answer = await client.send(
        new sdk.GetObjectCommand({
          Bucket: place.bucket,
          Key: key(sha256),
          ...(range ? { Range: `bytes=${range.start}-${range.end}` } : {}),
        }),
      );
      return answer.Body as Readable;
    } catch (error) {
      if (isMissing(error)) throw noSuchBlob(sha256);
      throw unreachable(error);
    }
  };
  return {
    size,
    async put(blob, file) {
      if ((await size(blob.sha256)) !== blob.size) {
        const { client, Upload } = await s3();
        const upload = new Upload({
          client,
          params: {
            Bucket: place.bucket,
            Key: key(blob.sha256),
            Body: createReadStream(file, { highWaterMark: 1 << 20 }),
          },
          partSize: partBytes,
          queueSize: partsUnderWay,
        });
        await upload.done().catch((error: unknown) => {
          throw unreachable(error);
        });
      }
      await rm(file, { force: true });
    },
    open,
    bytes: async (sha256) => await buffer(await open(sha256)),
    async remove(sha256) {
      const { client, sdk } = await s3();
      await client
        .send(new sdk.DeleteObjectCommand({ Bucket: place.bucket, Key: key(sha256) }))
        .catch((error) => {
          if (!isMissing(error)) throw unreachable(error);
        });
    },
    async *olderThan(before) {
      const { client, sdk } = await s3();
      const pages = sdk.paginateListObjectsV2({ client }, { Bucket: place.bucket, Prefix: place.prefix });
      for await (const page of pages) {
        for (const object of page.Contents ?? []) {
          const sha256 = object.Key?.slice(place.prefix.length) ?? '';
          if (isSha256(sha256) && (object.LastModified?.getTime() ?? before) < before) yield sha256;
        }
      }
    },
  };
}

/** Where the blobs of a URL lie. */
export interface S3Place {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly forcePathStyle: boolean;
}

/** Reads an `s3://` URL; throws `invalid` and says what would be right. */
export function parseS3Url(text: string): S3Place {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 's3:' || url.hostname === '') {
    throw new CoreError(
      'invalid',
      'The blob URL must look like s3://bucket/prefix?endpoint=https://…&region=….',
    );
  }
  const unknown = [...url.searchParams.keys()].filter(
    (name) => !['endpoint', 'region', 'forcePathStyle'].includes(name),
  );
  if (unknown.length > 0) {
    throw new CoreError(
      'invalid',
      `The blob URL has the unknown setting ${unknown[0]}; known: endpoint, region, forcePathStyle.`,
    );
  }
  const prefix = url.pathname.replace(/^\/+|\/+$/g, '');
  return {
    bucket: url.hostname,
    prefix: prefix === '' ? '' : `${prefix}/`,
    endpoint: url.searchParams.get('endpoint') ?? undefined,
    region: url.searchParams.get('region') ?? 'us-east-1',
    forcePathStyle: url.searchParams.get('forcePathStyle') === 'true',
  };
}

function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return name === 'NoSuchKey' || name === 'NotFound' || $metadata?.httpStatusCode === 404;
}

function unreachable(error: unknown): unknown {
  if (error instanceof CoreError) return error;
  return new CoreError('unavailable', 'The object storage does not answer as it should.', {
    internal: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    cause: error,
  });
}
