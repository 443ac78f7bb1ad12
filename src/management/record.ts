import type { Parts } from '../http/index.ts';
import type { Principal } from '../identity/index.ts';
import type { Unit } from '../storage/index.ts';

/** A change that somebody makes through the native API. */
export interface Change {
  /** A verb with its noun: `principal.create`. */
  readonly action: string;
  /** What exactly, for people; no secrets. */
  readonly subject: string;
  /** Default `/`. */
  readonly resource?: string;
}

/** Writes and records in one unit: a change and its line in the ledger stand or fall together. */
export function recordedWrite<T>(
  { storage, ledger }: Pick<Parts, 'storage' | 'ledger'>,
  principal: Principal,
  change: Change,
  write: (unit: Unit) => Promise<T>,
): Promise<T> {
  return storage.write(async (unit) => {
    const result = await write(unit);
    await ledger.append(unit, {
      who: principal.name,
      dialect: 'core',
      action: change.action,
      resource: change.resource ?? '/',
      subject: change.subject,
      outcome: 'done',
    });
    return result;
  });
}
