import { badRequest, invalidParameter, missingParameter } from '../errors.ts';
import { isObject, isSent, longestDescription, optionalId, optionalObject, optionalText } from '../input.ts';

/** What a caller wants to have deployed (contract nullplatform 3.2). */
export interface NewDeployment {
  readonly scopeId: number;
  readonly releaseId: number;
  readonly assetName: string | undefined;
  readonly description: string | null;
  readonly externalStrategyId: number | null;
  readonly desiredTraffic: number | undefined;
  readonly groupId: number | null;
  readonly applicationId: number | undefined;
}

/** Reads the body of `POST /deployment`: absent ids first, then what is there and wrong (contract nullplatform 3.2). */
export function readNewDeployment(body: Readonly<Record<string, unknown>>): NewDeployment {
  if (!isObject(body)) throw badRequest('Invalid JSON body');
  for (const name of ['scope_id', 'release_id']) {
    if (!isSent(body, name)) throw missingParameter(name);
  }
  return {
    scopeId: optionalId(body, 'scope_id') ?? 0,
    releaseId: optionalId(body, 'release_id') ?? 0,
    assetName: optionalText(body, 'asset_name') || undefined,
    description: optionalText(body, 'description', longestDescription) ?? null,
    externalStrategyId: optionalId(body, 'external_strategy_id') ?? null,
    desiredTraffic: readDesiredTraffic(optionalObject(body, 'strategy_data')),
    groupId: optionalId(body, 'deployment_group_id') ?? null,
    applicationId: optionalId(body, 'application_id'),
  };
}

/** The wished share of `strategy_data`: a whole percent, or absent. Throws 400. */
export function readDesiredTraffic(data: Readonly<Record<string, unknown>> | undefined): number | undefined {
  const desired = data?.desired_switched_traffic;
  if (desired === undefined || desired === null) return undefined;
  if (typeof desired !== 'number' || !Number.isInteger(desired) || desired < 0 || desired > 100) {
    throw invalidParameter('strategy_data.desired_switched_traffic');
  }
  return desired;
}
