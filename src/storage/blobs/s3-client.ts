import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Place } from './s3-objects.ts';

/** The SDK and a client; the one door through which it is imported. */
export interface S3 {
  readonly sdk: typeof import('@aws-sdk/client-s3');
  readonly Upload: typeof import('@aws-sdk/lib-storage').Upload;
  readonly client: S3Client;
}

/** Imports the SDK (200 ms) and makes a client; credentials come from the environment. */
export async function openS3(place: S3Place): Promise<S3> {
  const [sdk, { Upload }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')]);
  const client = new sdk.S3Client({
    region: place.region,
    forcePathStyle: place.forcePathStyle,
    ...(place.endpoint ? { endpoint: place.endpoint } : {}),
    // Stores that speak S3 without being it don't know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
  return { sdk, Upload, client };
}
