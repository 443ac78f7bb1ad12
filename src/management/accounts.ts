import { CoreError } from '../errors/index.ts';
import type { Identity, Principal } from '../identity/index.ts';
import type { Unit } from '../storage/index.ts';

/** Lets a principal do something to itself; to others only with `principals.manage`. */
export async function requireSelfOr(identity: Identity, principal: Principal, name: string): Promise<void> {
  if (principal.name !== name) await identity.require(principal, 'principals.manage', '/');
}

/** Throws `conflict` when `leaving` is the last platform admin: nobody could manage the installation any more. */
export async function keepAnAdmin(identity: Identity, unit: Unit, leaving: number): Promise<void> {
  const admins = (await identity.list(unit)).filter(({ admin }) => admin);
  if (admins.length === 1 && admins[0]?.id === leaving) {
    throw new CoreError('conflict', `${admins[0].name} is the last admin; make somebody else one first`);
  }
}
