import type { RolloutView } from '../engine/index.ts';
import { CoreError } from '../errors/index.ts';
import type { Parts } from '../http/index.ts';
import type { Principal } from '../identity/index.ts';

/** The rollout, if the principal may read it; `not-found` else, so that nobody learns which ids exist. */
export async function findReadable(
  { engine, identity }: Pick<Parts, 'engine' | 'identity'>,
  principal: Principal,
  id: string,
): Promise<RolloutView> {
  const rollout = await engine.find(id);
  if (!rollout || !(await identity.allows(principal, 'rollouts.read', rollout.resource))) {
    throw new CoreError('not-found', `There is no rollout ${id} that you may read`);
  }
  return rollout;
}
