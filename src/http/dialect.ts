import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Engine, HostEvent, RolloutOwner } from '../engine/index.ts';
import type { Identity, Role } from '../identity/index.ts';
import type { Ledger } from '../ledger/index.ts';
import type { DeclarationSection } from '../management/index.ts';
import type { Media } from '../media/index.ts';
import type { BlobStore, Clock, MigrationSet, SecretVault, Storage } from '../storage/index.ts';
import type { WorkQueue } from '../work/index.ts';
import type { PathOwner } from './owners.ts';

/** What the composition root hands to every dialect and to the management API. */
export interface Parts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly storage: Storage;
  readonly blobs: BlobStore;
  readonly secrets: SecretVault;
  readonly identity: Identity;
  readonly ledger: Ledger;
  readonly work: WorkQueue;
  readonly engine: Engine;
  readonly media: Media;
  /** Guarded requests to user-given URLs. */
  readonly outbound: Outbound;
  /** The base of absolute URLs in answers, without a slash at the end. */
  readonly publicUrl: (request?: FastifyRequest) => string;
  /** Limits and settings that dialects read. */
  readonly settings: {
    readonly timeZone: string;
    readonly uploadLimitBytes: number;
    readonly imageRequestLimitBytes: number;
    readonly imageCacheSeconds: number;
    /** The base of public image URLs when it is not `/i` below `publicUrl`. */
    readonly imagePublicUrl: string | undefined;
    /** The domain that addresses of what is deployed end with. */
    readonly baseDomain: string;
    /** The port at which those addresses are reached through the router that the server starts. */
    readonly routerPort: number;
    /** How they are reached from outside, with `*` for the host name: `https://*`. Default: plainly, at that port. */
    readonly routerPublicUrl: string | undefined;
    /** A deployment's instances have so long to become well. */
    readonly deploymentWaitSeconds: number;
    /** Between all traffic for a deployment and its end by the platform. */
    readonly deploymentFinalizeSeconds: number;
    /** The kubeconfig of the cluster for scopes that run in one. */
    readonly kubeconfig: string | undefined;
    readonly kubernetesContext: string | undefined;
    readonly kubernetesNamespace: string | undefined;
    /** The Gateway in front of those scopes: `name` or `namespace/name`. */
    readonly kubernetesGateway: string;
    /** How that Gateway is reached from outside, with `*` for the host name of a scope. */
    readonly kubernetesPublicUrl: string;
    /** Between a change of traffic there and the deletion of pods. */
    readonly kubernetesDrainSeconds: number;
  };
}

/** Requests to user-given URLs; private addresses are refused (`forbidden`) unless allowed, also after redirects and DNS. */
export interface Outbound {
  /** Whether `SLIPWAY_OUTBOUND_ALLOW` lists the host and port of the URL. */
  isListed(url: URL): boolean;
  post(
    url: string,
    body: string,
    options: { contentType: string; timeoutMilliseconds: number },
  ): Promise<{ status: number }>;
}

/** One front door, as the composition root sees it. A dialect is a function `(parts: Parts) => Dialect`. */
export interface Dialect {
  /** Folder name: `nhn-deploy`. */
  readonly name: string;
  readonly migrations: MigrationSet;
  /** The prefixes that the dialect answers for, unknown paths and wrong methods included. */
  readonly owners: readonly PathOwner[];
  readonly roles: readonly Role[];
  /** Registers the dialect's routes, encapsulated: own parsers, own error handler. */
  routes(app: FastifyInstance): Promise<void>;
  /** Registers the dialect's part of the native API, below `/api/slipway/v1/<name>`; requests carry `request.principal`. */
  management(app: FastifyInstance): Promise<void>;
  readonly rolloutOwners: readonly RolloutOwner[];
  readonly declaration: DeclarationSection;
  /** Registers work kinds and timers; called once, after migrations, before `work.start`. */
  start(): Promise<void>;
  onHostEvent?(event: HostEvent): void;
}

/** How an owner of a prefix answers what no route of its serves. */
export type OwnerAnswer = (request: FastifyRequest, reply: FastifyReply) => unknown;
