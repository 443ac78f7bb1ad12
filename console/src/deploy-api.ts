import { call } from './request.ts';

/** The calls of the native API by which releases are made and deployed. All throw a Problem. Times are epoch milliseconds. */

/** A build that succeeded. */
export interface BuildChoice {
  readonly id: number;
  readonly branch: string | null;
  readonly commit: string;
  readonly description: string | null;
  readonly createdAt: number;
  /** The names of its assets. */
  readonly assets: readonly string[];
}

/** A release that can be deployed. */
export interface ReleaseChoice {
  readonly id: number;
  readonly semver: string;
  readonly createdAt: number;
  readonly build: BuildChoice | null;
}

/** What can be deployed to a scope. */
export interface Choices {
  readonly releases: readonly ReleaseChoice[];
  /** Without a release. */
  readonly builds: readonly BuildChoice[];
  /** The version that a release without one gets. */
  readonly nextSemver: string;
  /** The asset that the scope runs, unless another is named. */
  readonly assetName: string | null;
  readonly strategies: readonly { readonly id: number; readonly name: string }[];
  /** The approval policy that a deployment meets now; `decision` is `manual` or `deny`. */
  readonly policy: { readonly name: string; readonly decision: string } | null;
}

/** A deployment that is wanted; `traffic` is in percent. */
export interface NewDeployment {
  readonly releaseId: number;
  readonly traffic?: number;
  readonly description?: string;
  readonly strategyId?: number;
  readonly assetName?: string;
}

/** What can be deployed to the scope; `text` stands in the version, branch, commit or description. */
export async function choices(scopeId: string, text: string, signal: AbortSignal): Promise<Choices> {
  const path = `/nullplatform/scopes/${encodeURIComponent(scopeId)}/choices?${new URLSearchParams({ text })}`;
  return await call('GET', path, undefined, signal);
}

/** Deploys; resolves when the deployment was made, not when it is done. */
export async function deploy(scopeId: number, wish: NewDeployment): Promise<void> {
  await call('POST', `/nullplatform/scopes/${scopeId}/deployments`, wish);
}

/** Makes a release of a build; without a version it gets the next one. */
export async function makeRelease(
  buildId: number,
  semver: string,
): Promise<{ readonly id: number; readonly semver: string }> {
  return await call('POST', `/nullplatform/builds/${buildId}/releases`, semver === '' ? {} : { semver });
}
