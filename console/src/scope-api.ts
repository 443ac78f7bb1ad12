import { eventStream } from './event-stream.ts';
import { call } from './request.ts';

/** The calls of the native API that the pages of scopes make. All throw a Problem. Times are epoch milliseconds. */

/** A deployment that serves a scope or is rolled out in it. */
export interface Version {
  readonly id: number;
  readonly status: string;
  /** `initial`, `blue_green` or `canary`. */
  readonly strategy: string;
  readonly semver: string;
  readonly description: string | null;
  readonly createdAt: number;
  /** Percent of the requests that go to it, and that somebody wants to. */
  readonly switchedTraffic: number;
  readonly desiredTraffic: number;
  readonly wantedInstances: number;
  readonly healthyInstances: number;
  /** What may be asked of it in its status. */
  readonly maySwitch: boolean;
  readonly mayFinalize: boolean;
  readonly mayCancel: boolean;
}

/** A scope of the list. */
export interface ScopeRow {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  /** Where its instances are reached through the router. */
  readonly address: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly active: Version | null;
  readonly inProgress: Version | null;
}

/** An application with the scopes that one may see. */
export interface Application {
  readonly id: number;
  readonly name: string;
  readonly account: string;
  readonly namespace: string;
  readonly scopes: readonly ScopeRow[];
}

/** An organization with the applications that one may see. */
export interface Organization {
  readonly id: number;
  readonly name: string;
  readonly applications: readonly Application[];
}

/** One process or pod of a version. */
export interface ScopeInstance {
  /** Of a pod, its name. */
  readonly id: string;
  readonly isPod: boolean;
  readonly deploymentId: number;
  /** Of a pod, its node; null before it has one. */
  readonly host: string | null;
  /** Its host is not heard: all that is said of it is how it was when it was. */
  readonly isHostDown: boolean;
  readonly state: string;
  readonly healthy: boolean;
  readonly port: number | null;
  readonly startedAt: number | null;
  readonly restarts: number;
  /** Why it is not well. */
  readonly trouble: string | null;
}

/** What routers counted in one period; `milliseconds` is the sum of the response times. */
export interface Measure {
  readonly at: number;
  readonly requests: number;
  readonly errors: number;
  readonly milliseconds: number;
}

/** What a deployment waits for, and what one may do about it. */
export interface Approval {
  readonly id: number;
  readonly status: string;
  /** `pending` until the deployment is started or will never be. */
  readonly executionStatus: string;
  /** The name of the policy that asks for it. */
  readonly policy: string;
  readonly askedBy: string | null;
  readonly askedAt: number;
  readonly decidedBy: string | null;
  readonly expiresAt: number;
  readonly mayDecide: boolean;
  /** Whether it is approved, and one may start the deployment. */
  readonly mayStart: boolean;
}

/** A deployment whose approval or start waits for who asks. */
export interface WaitingDeployment {
  readonly approval: Approval;
  readonly deploymentId: number;
  readonly semver: string;
  readonly description: string | null;
  readonly scope: { readonly id: number; readonly name: string };
  readonly application: string;
}

/** What the deployment that is rolled out waits for and follows. */
export interface Guidance {
  readonly approval: Approval | null;
  /** The name of the plan that moves its traffic by itself. */
  readonly plan: string | null;
}

/** A deployment of the scope's history. */
export interface PastDeployment {
  readonly id: number;
  readonly status: string;
  readonly isActive: boolean;
  readonly strategy: string;
  readonly semver: string;
  readonly description: string | null;
  readonly createdAt: number;
}

/** What was said of a scope or one of its deployments; `level` is `INFO`, `WARNING` or `ERROR`. */
export interface ScopeMessage {
  readonly id: number;
  readonly level: string;
  readonly message: string;
  readonly at: number;
  readonly deploymentId: number | null;
}

/** All that the page of a scope shows. */
export interface ScopeView extends ScopeRow {
  readonly application: { readonly id: number; readonly name: string };
  readonly hosts: readonly string[];
  /** Whether one may deploy, switch, finalise and cancel. */
  readonly mayDeploy: boolean;
  /** Whether one may make releases of builds. */
  readonly mayRelease: boolean;
  readonly instances: readonly ScopeInstance[];
  /** Why the pods of a cluster are not known. */
  readonly instancesProblem: string | null;
  readonly measures: {
    readonly periodSeconds: number;
    readonly active: readonly Measure[];
    readonly inProgress: readonly Measure[];
  };
  readonly guidance: Guidance | null;
  readonly history: readonly PastDeployment[];
  readonly messages: readonly ScopeMessage[];
}

/** What may be asked of a deployment; `traffic` is in percent. */
export type DeploymentAction =
  | { readonly action: 'switch'; readonly traffic: number }
  | { readonly action: 'finalize' | 'cancel' | 'start' };

/** A page of what one may see; `total` counts what is listed in all. */
export interface Overview {
  readonly total: number;
  readonly organizations: readonly Organization[];
}

/** Which part of the overview is asked for. */
export interface OverviewQuery {
  readonly text: string;
  readonly underWay: boolean;
  readonly offset: number;
  readonly limit: number;
}

/** What one may see, by organization, application and name. */
export async function overview(query: OverviewQuery, signal: AbortSignal): Promise<Overview> {
  const asked = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]));
  return await call('GET', `/nullplatform/scopes?${asked}`, undefined, signal);
}

/** The deployments that wait for who asks. */
export async function waiting(signal: AbortSignal): Promise<readonly WaitingDeployment[]> {
  const path = '/nullplatform/approvals';
  return (await call<{ waiting: WaitingDeployment[] }>('GET', path, undefined, signal)).waiting;
}

/** Approves or denies a deployment that waits. */
export async function decide(approvalId: number, decision: 'approve' | 'deny'): Promise<void> {
  await call('POST', `/nullplatform/approvals/${approvalId}/decisions`, { decision });
}

/** The scope as it is now. */
export async function readScope(id: string, signal: AbortSignal): Promise<ScopeView> {
  return await call('GET', `/nullplatform/scopes/${encodeURIComponent(id)}`, undefined, signal);
}

/** The scope now and after every change, until `signal` aborts. */
export async function* watchScope(id: string, signal: AbortSignal): AsyncGenerator<ScopeView> {
  const path = `/nullplatform/scopes/${encodeURIComponent(id)}/events`;
  for await (const data of eventStream(path, 'scope', signal)) yield data as ScopeView;
}

/** Asks for something of a deployment; resolves when it was accepted, not when it is done. */
export async function actOn(deploymentId: number, action: DeploymentAction): Promise<void> {
  await call('POST', `/nullplatform/deployments/${deploymentId}/actions`, action);
}
