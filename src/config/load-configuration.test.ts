import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfiguration } from './index.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slipway-configuration-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const load = (environment: Record<string, string> = {}, flags: Record<string, string> = {}, file?: string) =>
  loadConfiguration({ environment, flags, folder, ...(file === undefined ? {} : { file }) });

describe('without anything told', () => {
  test('the names and defaults that scripts rely on hold', async () => {
    const { configuration, warnings } = await load();
    expect(configuration).toEqual({
      port: 4600,
      host: '127.0.0.1',
      data: join(folder, 'data'),
      demo: false,
      router: true,
      routerPort: 4680,
      routerHost: '127.0.0.1',
      routerTrustProxy: [],
      baseDomain: 'localhost',
      deploymentWaitSeconds: 600,
      deploymentFinalizeSeconds: 7200,
      kubernetesDrainSeconds: 15,
      kubernetesGateway: 'slipway',
      kubernetesPublicUrl: 'http://*',
      timeZone: 'Asia/Seoul',
      uploadLimitBytes: 4 * 1024 ** 3,
      imageRequestLimitBytes: 500 * 1024 ** 2,
      imageCacheSeconds: 86_400,
      drainSeconds: 10,
      trustProxy: [],
      outboundAllow: [],
      logLevel: 'info',
    });
    expect(warnings).toEqual([]);
  });
});

test('a flag beats a variable, a variable the file, the file the default', async () => {
  const file = join(folder, 'slipway.config.yaml');
  await writeFile(file, 'port: 1\nhost: 0.0.0.0\ndrainSeconds: 1\ntrustProxy: [10.0.0.0/8]\n');
  const { configuration } = await load({ SLIPWAY_HOST: '::', SLIPWAY_PORT: '2' }, { port: '3' });
  await rm(file);
  expect(configuration).toMatchObject({ port: 3, host: '::', drainSeconds: 1, trustProxy: ['10.0.0.0/8'] });
});

test('texts become numbers, switches and lists, empty variables count as not set, and paths become absolute', async () => {
  const { configuration } = await load({
    SLIPWAY_PORT: '0',
    SLIPWAY_DEMO: '1',
    SLIPWAY_DATA: 'elsewhere',
    SLIPWAY_DECLARATION: 'slipway.yaml',
    SLIPWAY_OUTBOUND_ALLOW: ' hooks.local:8080, 10.0.0.0/8 ,',
    SLIPWAY_PUBLIC_URL: '',
  });
  expect(configuration).toMatchObject({
    port: 0,
    demo: true,
    data: join(folder, 'elsewhere'),
    declaration: join(folder, 'slipway.yaml'),
    outboundAllow: ['hooks.local:8080', '10.0.0.0/8'],
  });
  expect(configuration.publicUrl).toBeUndefined();
});

test('an unknown variable is a warning that names the nearest one; those of other parts are none', async () => {
  const others = {
    SLIPWAY_URL: 'x',
    SLIPWAY_KEY_ID: 'x',
    SLIPWAY_KEY_SECRET: 'x',
    SLIPWAY_TOKEN: 'x',
    SLIPWAY_TEST_S3_URL: 'x',
  };
  const { warnings } = await load({ ...others, SLIPWAY_DRAIN_SECOND: '3', SLIPWAY_XYZZY: '1', OTHER: '1' });
  expect(warnings).toEqual([
    'SLIPWAY_DRAIN_SECOND is not a known setting; did you mean SLIPWAY_DRAIN_SECONDS?',
    'SLIPWAY_XYZZY is not a known setting',
  ]);
});

test('an unknown flag or key of the file is an error that names the nearest one', async () => {
  await expect(load({}, { prot: '1' })).rejects.toThrow(
    '--prot is not a known setting; did you mean --port?',
  );
  await expect(load({}, { 'secret-key': 'x'.repeat(32) })).rejects.toThrow(
    '--secret-key is not a known setting',
  );
  const file = join(folder, 'other.yaml');
  await writeFile(file, 'publicURL: http://x\n');
  await expect(load({}, {}, file)).rejects.toThrow(
    'publicURL is not a known setting; did you mean publicUrl?',
  );
  await writeFile(file, 'secretKey: 0123456789abcdef\n');
  await expect(load({}, {}, file)).rejects.toThrow('give secretKey as SLIPWAY_SECRET_KEY');
  await expect(load({}, {}, join(folder, 'missing.yaml'))).rejects.toThrow('cannot be read');
  await writeFile(file, '- a\n- b\n');
  await expect(load({}, {}, file)).rejects.toThrow('should be a list of `key: value`');
});

test.each([
  [{ SLIPWAY_PORT: 'x' }, 'SLIPWAY_PORT should be a whole number'],
  [{ SLIPWAY_PORT: '70000' }, 'port (SLIPWAY_PORT)'],
  [{ SLIPWAY_DEMO: 'yes' }, 'SLIPWAY_DEMO should be 0 or 1'],
  [{ SLIPWAY_PUBLIC_URL: 'http://x/path' }, 'publicUrl (SLIPWAY_PUBLIC_URL)'],
  [{ SLIPWAY_ROUTER_PUBLIC_URL: 'https://x' }, 'routerPublicUrl (SLIPWAY_ROUTER_PUBLIC_URL)'],
  [{ SLIPWAY_DATABASE_URL: 'mysql://x' }, 'databaseUrl (SLIPWAY_DATABASE_URL)'],
  [{ SLIPWAY_BLOBS_URL: 'http://x' }, 'blobsUrl (SLIPWAY_BLOBS_URL)'],
  [{ SLIPWAY_TIME_ZONE: 'Asia/Soul' }, 'should be a zone like Asia/Seoul, not Asia/Soul'],
  [{ SLIPWAY_LOG_LEVEL: 'loud' }, 'logLevel (SLIPWAY_LOG_LEVEL)'],
  [{ SLIPWAY_TLS_CERT: 'cert.pem' }, 'given together or not at all'],
])('%j is refused with its name', async (environment, message) => {
  await expect(load(environment as Record<string, string>)).rejects.toThrow(message);
});
