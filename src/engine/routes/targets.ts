import { CoreError } from '../../errors/index.ts';
import type { RouteTarget } from './route.ts';

/** Most pools of one route. */
const mostTargets = 20;

/** Throws `invalid` for weights that are not whole percents with the sum 100, and for a pool that stands twice. */
export function checkTargets(targets: readonly RouteTarget[]): void {
  if (targets.length === 0) return;
  if (targets.length > mostTargets) refuse(`a route has at most ${mostTargets} targets`);
  const pools = new Set(targets.map((target) => target.pool));
  if (pools.size < targets.length) refuse('a pool may stand once in a route');
  for (const { pool, weight } of targets) {
    if (!Number.isInteger(weight) || weight < 0 || weight > 100) {
      refuse(`the weight of the pool ${pool} should be a whole number from 0 to 100, not ${weight}`);
    }
  }
  const sum = targets.reduce((total, target) => total + target.weight, 0);
  if (sum !== 100) refuse(`the weights should sum to 100, not ${sum}`);
}

/** Whether two lists send the same share to the same pools, in the same order. */
export function sameTargets(one: readonly RouteTarget[], other: readonly RouteTarget[]): boolean {
  return (
    one.length === other.length &&
    one.every(({ pool, weight }, index) => other[index]?.pool === pool && other[index].weight === weight)
  );
}

/** `checkout-x: 25 %, checkout-y: 75 %`, or `nowhere`. */
export function targetsInWords(targets: readonly RouteTarget[]): string {
  if (targets.length === 0) return 'nowhere';
  return targets.map(({ pool, weight }) => `${weight} % to ${pool}`).join(', ');
}

function refuse(mistake: string): never {
  throw new CoreError('invalid', `The targets of the route are wrong: ${mistake}.`, { path: 'targets' });
}
