import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// @ts-expect-error: s3rver brings no types.
import S3rver from 's3rver';

/** An object storage in this process, for one test file. */
export interface TestS3 {
  /** `s3://…` with a prefix of its own at each call, as `SLIPWAY_BLOBS_URL` takes it. */
  freshUrl(): string;
  stop(): Promise<void>;
}

/** Starts s3rver on a free port and sets the credentials that it knows, where the environment has none. */
export async function startS3(): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'slipway-s3-'));
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'blobs', configs: [] }],
  });
  const { port }: AddressInfo = await server.run();
  process.env.AWS_ACCESS_KEY_ID ??= 'S3RVER';
  process.env.AWS_SECRET_ACCESS_KEY ??= 'S3RVER';
  return {
    freshUrl: () =>
      `s3://blobs/${randomBytes(6).toString('hex')}?endpoint=http://127.0.0.1:${port}&forcePathStyle=true`,
    async stop() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
