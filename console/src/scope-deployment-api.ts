import { eventStream } from './event-stream.ts';
import { apiAddress } from './request.ts';
import type { Approval, ScopeInstance, ScopeMessage, Version } from './scope-api.ts';

/** The calls of the native API that the page of a scope's deployment makes. All throw a Problem. Times are epoch milliseconds. */

/** What was done for a deployment. */
export interface DeploymentStep {
  readonly id: string;
  /** `start-initial`, `switch-traffic`, … */
  readonly slug: string;
  /** `pending`, `in_progress`, `success` or `failed`. */
  readonly status: string;
  /** Percent, of a switch. */
  readonly traffic: number | null;
  readonly createdAt: number;
  readonly changedAt: number;
  /** The rollout that did it; null where an agent of the organization does. */
  readonly rolloutId: string | null;
}

/** All that the page of a deployment shows. */
export interface DeploymentView extends Version {
  readonly isActive: boolean;
  readonly isInProgress: boolean;
  readonly askedBy: string | null;
  readonly changedAt: number;
  readonly scope: { readonly id: number; readonly name: string };
  readonly application: { readonly id: number; readonly name: string };
  readonly build: { readonly id: number; readonly branch: string | null; readonly commit: string } | null;
  readonly approval: Approval | null;
  /** The name of the plan that moves its traffic by itself. */
  readonly plan: string | null;
  readonly actions: readonly DeploymentStep[];
  readonly instances: readonly ScopeInstance[];
  readonly instancesProblem: string | null;
  readonly messages: readonly ScopeMessage[];
}

/** A line that an instance wrote; a cluster knows no streams. */
export interface LogLine {
  readonly instance: string;
  readonly at: number;
  readonly stream: 'stdout' | 'stderr' | null;
  readonly text: string;
}

/** What has become of a log: of the lines that were told the first `dropped` go, the next `kept` stand, `lines` follow. */
export interface LogChange {
  readonly dropped: number;
  readonly kept: number;
  readonly lines: readonly LogLine[];
}

/** Which lines of a log: of one instance, and those in which a text stands; empty: all. */
export interface LogWish {
  readonly instance: string;
  readonly find: string;
}

/** The deployment now and after every change, until `signal` aborts. */
export async function* watchDeployment(id: string, signal: AbortSignal): AsyncGenerator<DeploymentView> {
  const path = `/nullplatform/deployments/${encodeURIComponent(id)}/events`;
  for await (const data of eventStream(path, 'deployment', signal)) yield data as DeploymentView;
}

/** The end of the deployment's log, then what comes to it, until `signal` aborts. */
export async function* watchLog(
  deploymentId: number,
  wish: LogWish,
  signal: AbortSignal,
): AsyncGenerator<LogChange> {
  const path = `/nullplatform/deployments/${deploymentId}/log/events${queryOf(wish)}`;
  for await (const data of eventStream(path, 'log', signal)) yield data as LogChange;
}

/** Where the whole log is as text, for a download. */
export function logAddress(deploymentId: number, wish: LogWish): string {
  return apiAddress(`/nullplatform/deployments/${deploymentId}/log${queryOf(wish)}`);
}

function queryOf(wish: LogWish): string {
  const given = Object.entries(wish).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}
