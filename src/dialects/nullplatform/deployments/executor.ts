import type { HealthCheck, Plan, ServiceAsset } from '../../../engine/index.ts';

/** The scope as an executor sees it. */
export interface PlannedScope {
  readonly id: number;
  readonly domain: string;
  /** Names of hosts; empty for scopes that run elsewhere. */
  readonly hosts: readonly string[];
  /** As declared, defaults not filled in. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly requestedSpec: Readonly<Record<string, unknown>>;
}

/** A set of instances of one deployment. */
export interface PlannedVersion {
  readonly deploymentId: number;
  readonly pool: string;
  /** Those that may run, with their hosts; empty for scopes that run elsewhere. */
  readonly instances: readonly { readonly id: string; readonly host: string }[];
}

/** What an instance is given beside its program (contract nullplatform 5.4). */
export interface InstanceContents {
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly path: string;
    readonly content: string;
    readonly encoding: 'utf8' | 'base64';
  }[];
  /** Which placeholders in the texts above stand for which secrets of the vault. */
  readonly secrets: readonly { readonly placeholder: string; readonly secretId: number }[];
}

/** Starts the wanted instances beside what runs; ends when all of them are well. */
export interface StartOrder {
  readonly scope: PlannedScope;
  readonly deploymentId: number;
  readonly pool: string;
  readonly asset: ServiceAsset;
  readonly contents: InstanceContents;
  readonly health: HealthCheck;
  /** One id for each wanted instance, UUIDs. */
  readonly instanceIds: readonly string[];
  /** Gives up when they are not well after so long. */
  readonly maxWaitSeconds: number;
  /** The first deployment of the scope gets all requests in the same plan. */
  readonly isInitial: boolean;
}

/** Moves requests between two versions, or from one to another for good. */
export interface MoveOrder {
  readonly scope: PlannedScope;
  readonly own: PlannedVersion;
  /** The version that served before; null for the first one. */
  readonly previous: PlannedVersion | null;
  /** How long requests in flight may take to end before instances are stopped. */
  readonly drainSeconds: number;
}

/** Compiles the actions of a deployment into plans, by the kind of scope. Pure: the same order gives the same plan. */
export interface DeploymentExecutor {
  startPlan(order: StartOrder): Plan;
  /** `traffic` percent go to the new version, the rest to the one before. */
  switchPlan(order: MoveOrder, traffic: number): Plan;
  /** All requests go to the new version; only then the old instances are stopped. The first stage is the traffic's. */
  finalizePlan(order: MoveOrder): Plan;
  /** All requests go to the version before; only then the new instances are stopped. The first stage is the traffic's. */
  rollbackPlan(order: MoveOrder): Plan;
  /** The same for a deployment that never got to run, or that served a scope which is stopped: `previous` is null there. */
  deletePlan(order: MoveOrder): Plan;
}

/** The pool of a deployment's instances. */
export function poolOf(deploymentId: number): string {
  return `nullplatform/deployment/${deploymentId}`;
}
