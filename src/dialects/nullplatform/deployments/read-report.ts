import { invalidParameter } from '../errors.ts';
import { isObject } from '../input.ts';
import type { DeploymentStatus } from '../statuses.ts';
import type { StrategyData } from './deployment-state.ts';
import type { Report } from './reported-actions.ts';

const reportedStatuses: readonly DeploymentStatus[] = [
  'waiting_for_instances',
  'running',
  'finalized',
  'cancelled',
  'rolled_back',
  'failed',
  'deleted',
];

/** The numbers of an agent, each with the largest that makes sense (contract nullplatform 3.2.1). */
const numbers = {
  switched_traffic: 100,
  amount_instances_to_wait: 1_000_000,
  launched_instances: 1_000_000,
  healthy_instances: 1_000_000,
} as const;

/** What of the body of `PATCH /deployment/:id` is an agent's report (contract nullplatform 3.3). Throws 400. */
export function readReport(body: Readonly<Record<string, unknown>>): Report {
  const status = reportedStatuses.find((word) => word === body.status);
  const data = readNumbers(isObject(body.strategy_data) ? body.strategy_data : {});
  return {
    ...(status === undefined ? {} : { status }),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}

function readNumbers(given: Readonly<Record<string, unknown>>): StrategyData {
  const read = Object.entries(numbers).flatMap(([name, most]) => {
    const value = given[name];
    if (value === undefined || value === null) return [];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > most) {
      throw invalidParameter(`strategy_data.${name}`);
    }
    return [[name, value] as const];
  });
  return Object.fromEntries(read);
}
