import Type, { type Static } from 'typebox';

/**
 * Every setting of the server, once: its name in `slipway.config.yaml`, from which the variable (`SLIPWAY_DRAIN_SECONDS`)
 * and the flag (`--drain-seconds`) follow, its bounds, its default and what it does (docs/configuration.md is made of it).
 */
export const configurationSchema = Type.Object(
  {
    port: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 4600,
      description: 'Where the server listens; 0 takes any free port.',
    }),
    host: Type.String({
      minLength: 1,
      default: '127.0.0.1',
      description: 'The address that it listens on; `0.0.0.0` for all.',
    }),
    data: Type.String({
      minLength: 1,
      default: './data',
      description: 'The folder of the embedded database, the blobs, the output of steps and the secret key.',
    }),
    publicUrl: Type.Optional(
      Type.String({
        pattern: '^https?://[^/?#]+$',
        description:
          'The base of absolute URLs in answers, without a slash at the end. Default: the address that the caller used.',
      }),
    ),
    databaseUrl: Type.Optional(
      Type.String({
        pattern: '^(sqlite:|postgres(ql)?://)',
        description:
          '`postgres://…` switches to PostgreSQL. Default: the embedded database in the data folder.',
      }),
    ),
    blobsUrl: Type.Optional(
      Type.String({
        pattern: '^s3://',
        description:
          '`s3://bucket/prefix?endpoint=…&region=…` keeps blobs in S3. Default: a directory in the data folder.',
      }),
    ),
    declaration: Type.Optional(
      Type.String({ minLength: 1, description: 'A file that is applied at start, before the port opens.' }),
    ),
    demo: Type.Boolean({
      default: false,
      description: 'The demo project and its three local agents; on for `npm start`.',
    }),
    router: Type.Boolean({
      default: true,
      description:
        'Starts a router beside the server, or adopts the one that runs; it goes on when the server ends. Off where routers are run by hand (`slipway router`).',
    }),
    routerPort: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      default: 4680,
      description: 'Where that router listens; 0 takes any free port.',
    }),
    routerHost: Type.String({
      minLength: 1,
      default: '127.0.0.1',
      description: 'The address that it listens on; `0.0.0.0` for all.',
    }),
    routerTrustProxy: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description:
        'Addresses or CIDRs of balancers in front of it whose `X-Forwarded-*` headers are passed on.',
    }),
    routerPublicUrl: Type.Optional(
      Type.String({
        pattern: '^https?://\\*(:[1-9][0-9]{0,4})?$',
        description:
          'How what is deployed on hosts is reached from outside, with `*` in the place of its host name: `https://*` behind a balancer with TLS. Default: `http://*` with `routerPort`.',
      }),
    ),
    baseDomain: Type.String({
      pattern: '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$',
      maxLength: 190,
      default: 'localhost',
      description: 'Addresses that Slipway makes for what it deploys end with this domain.',
    }),
    deploymentWaitSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 600,
      description: 'A nullplatform deployment fails when its instances are not well after so long.',
    }),
    deploymentFinalizeSeconds: Type.Integer({
      minimum: 1,
      default: 7200,
      description:
        'A nullplatform deployment that has had all traffic for so long is finalised by the platform.',
    }),
    kubeconfig: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'The kubeconfig file of the cluster that runs scopes of the type `web_pool_k8s`. Default: in a pod, its own account; else there is no cluster.',
      }),
    ),
    kubernetesContext: Type.Optional(
      Type.String({ minLength: 1, description: 'The context of that file. Default: its current one.' }),
    ),
    kubernetesNamespace: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
        description: "Where the objects of scopes stand. Default: the context's, or the pod's own.",
      }),
    ),
    kubernetesGateway: Type.String({
      pattern: '^([a-z0-9-]+/)?[a-z0-9.-]+$',
      default: 'slipway',
      description: 'The Gateway that requests to scopes come through: its name, or `namespace/name`.',
    }),
    kubernetesPublicUrl: Type.String({
      pattern: '^https?://\\*(:[1-9][0-9]{0,4})?$',
      default: 'http://*',
      description:
        'How that Gateway is reached from outside, with `*` in the place of the host name of a scope: `https://*` where it ends TLS.',
    }),
    kubernetesDrainSeconds: Type.Integer({
      minimum: 0,
      maximum: 3600,
      default: 15,
      description:
        'Between the gateway having taken a change of traffic and the deletion of pods: for requests in flight.',
    }),
    timeZone: Type.String({
      minLength: 1,
      default: 'Asia/Seoul',
      description: 'The zone of days, dates and generated version labels.',
    }),
    uploadLimitBytes: Type.Integer({
      minimum: 1,
      default: 4_294_967_296,
      description: 'The largest upload: 4 GiB.',
    }),
    imageRequestLimitBytes: Type.Integer({
      minimum: 1,
      default: 524_288_000,
      description: 'The largest upload of many images in one request: 500 MiB; one image has at most 50 MiB.',
    }),
    imagePublicUrl: Type.Optional(
      Type.String({
        pattern: '^https?://[^/?#]+(/[^/?#]+)*$',
        description:
          'The base of public image URLs, without a slash at the end. A host name of its own serves nothing but images; with a path, what lies below that path is images. Default: `/i` below the address that the caller used.',
      }),
    ),
    imagePort: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 65_535,
        description: 'A port that serves nothing but images, besides `/i` on the port of all else.',
      }),
    ),
    imageCacheSeconds: Type.Integer({
      minimum: 0,
      default: 86_400,
      description: 'How long browsers and CDNs may keep an image without asking again: a day.',
    }),
    drainSeconds: Type.Integer({
      minimum: 0,
      maximum: 3600,
      default: 10,
      description: 'How long a shutdown waits for calls in flight; then held calls close, runs go on.',
    }),
    tlsCert: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'A PEM file with the certificate chain; with `tlsKey` the server speaks HTTPS.',
      }),
    ),
    tlsKey: Type.Optional(Type.String({ minLength: 1, description: 'A PEM file with the private key.' })),
    trustProxy: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Addresses or CIDRs of proxies whose `X-Forwarded-*` headers are believed.',
    }),
    outboundAllow: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      description: 'Private places that requests to user-given URLs may reach: `host:port` or a CIDR.',
    }),
    secretKey: Type.Optional(
      Type.String({
        minLength: 16,
        description:
          'Seals stored secrets; variable only. Default: a key that is made in `secret.key` in the data folder.',
      }),
    ),
    logLevel: Type.Enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
      default: 'info',
      description: 'The least severe lines of the log: `silent` to `trace`.',
    }),
  },
  { additionalProperties: false },
);

/** The settings that a server runs with. */
export type Configuration = Static<typeof configurationSchema>;

/** The name of one setting. */
export type ConfigurationKey = keyof Configuration;

/** All names, in the order of the documentation. */
export const configurationKeys = Object.keys(configurationSchema.properties) as ConfigurationKey[];

/** What the schema says of one setting, for reading text into it and for the documentation. */
export interface Setting {
  readonly kind: 'text' | 'integer' | 'boolean' | 'list';
  readonly defaultValue: unknown;
  readonly description: string;
}

/** One setting of the schema. */
export function settingOf(key: ConfigurationKey): Setting {
  const part = configurationSchema.properties[key] as unknown as {
    type?: string;
    default?: unknown;
    description: string;
  };
  const kinds: Record<string, Setting['kind']> = { integer: 'integer', boolean: 'boolean', array: 'list' };
  return {
    kind: kinds[part.type ?? ''] ?? 'text',
    defaultValue: part.default,
    description: part.description,
  };
}

/** `drainSeconds` as `SLIPWAY_DRAIN_SECONDS`. */
export function variableOf(key: ConfigurationKey): string {
  return `SLIPWAY_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

/** `drainSeconds` as `drain-seconds`. */
export function flagOf(key: ConfigurationKey): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
