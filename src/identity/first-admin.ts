import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Ledger } from '../ledger/index.ts';
import { type Storage, type Unit, writePrivateFile } from '../storage/index.ts';
import type { Identity } from './identity.ts';

/** The access key of the first admin, as it stands in `SLIPWAY_DATA/admin-key`. */
export interface AdminKey {
  readonly id: string;
  readonly secret: string;
  readonly file: string;
}

/**
 * Makes an admin with a key when there is no admin at all: otherwise nobody could ever begin. The file is written
 * first (0600), so that no admin can exist whose key is nowhere.
 */
export async function ensureAdmin(
  { storage, identity, ledger }: { storage: Storage; identity: Identity; ledger: Ledger },
  dataFolder: string,
): Promise<AdminKey | undefined> {
  if ((await identity.list()).some((principal) => principal.admin)) return undefined;
  const file = join(dataFolder, 'admin-key');
  const id = randomBytes(10).toString('hex').toUpperCase();
  const secret = randomBytes(16).toString('hex');
  await writePrivateFile(file, `${id}:${secret}\n`);
  return storage.write(async (unit) => {
    if ((await identity.list(unit)).some((principal) => principal.admin)) return undefined;
    const name = await freeName(identity, unit);
    const principal = await identity.createPrincipal(unit, { name, kind: 'machine', admin: true });
    await identity.createKey(unit, principal.id, { id, secret });
    await ledger.append(unit, {
      who: 'system',
      dialect: 'core',
      action: 'principal.create',
      resource: '/',
      subject: `${name}, the first admin`,
      outcome: 'done',
    });
    return { id, secret, file };
  });
}

async function freeName(identity: Identity, unit: Unit): Promise<string> {
  for (let count = 1; ; count++) {
    const name = count === 1 ? 'admin' : `admin-${count}`;
    if (!(await identity.find(name, unit))) return name;
  }
}
