import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Context } from './context.ts';
import type { SigningKeyTables } from './store/signing-key.ts';

/** Signs what stands in addresses and cookies of install pages, so that they cannot be made up (contract nhn-deploy 5.6). */
export interface Signer {
  /** 22 characters that fit into a path. */
  sign(...words: readonly (string | number)[]): string;
  /** Whether `signature` is the one of these words; takes the same time for every wrong one. */
  verify(signature: string, ...words: readonly (string | number)[]): boolean;
}

/** A signer under `key`. */
export function createSigner(key: Buffer): Signer {
  const sign = (...words: readonly (string | number)[]) =>
    createHmac('sha256', key)
      .update(JSON.stringify(words.map(String)))
      .digest('base64url')
      .slice(0, 22);
  return {
    sign,
    verify(signature, ...words) {
      const expected = Buffer.from(sign(...words));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/** The installation's signer; its key is made at the first use, lies in the vault, and is one for all replicas. */
export function sharedSigner(context: Pick<Context, 'parts'>): () => Promise<Signer> {
  let signer: Promise<Signer> | undefined;
  return () => {
    signer ??= openSigner(context).catch((error) => {
      signer = undefined;
      throw error;
    });
    return signer;
  };
}

async function openSigner({ parts: { storage, secrets } }: Pick<Context, 'parts'>): Promise<Signer> {
  const find = async () => {
    return await storage.read((reader) =>
      reader
        .tables<SigningKeyTables>()
        .selectFrom('nhn_signing_key')
        .select('secret_id')
        .where('id', '=', 1)
        .executeTakeFirst(),
    );
  };
  if (!(await find())) {
    await storage.write(async (unit) => {
      const secretId = await secrets.store(unit, randomBytes(32).toString('hex'));
      await unit
        .tables<SigningKeyTables>()
        .insertInto('nhn_signing_key')
        .values({ id: 1, secret_id: secretId })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    });
  }
  const row = await find();
  const key = row && (await secrets.reveal([row.secret_id])).get(row.secret_id);
  if (key === undefined) throw new Error('the signing key of the install pages cannot be read');
  return createSigner(Buffer.from(key, 'hex'));
}
