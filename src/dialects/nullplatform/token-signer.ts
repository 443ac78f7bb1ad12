import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import type { Parts } from '../../http/index.ts';
import type { NullplatformTables } from './tables.ts';

/** What an access token says: which API key it was made with, and whose that is. */
export interface TokenClaims {
  readonly apiKeyId: number;
  readonly organizationId: number;
}

/** Signs what the API hands out and takes back: access tokens and upload addresses. One key for all replicas, in the vault. */
export interface TokenSigner {
  /** A JWT that is good until `expiresAt` (epoch seconds), with the claims that clients read (contract nullplatform 2.3). */
  token(
    claims: TokenClaims & { readonly userId: number },
    issuedAt: number,
    expiresAt: number,
  ): Promise<string>;
  /** Undefined for a token that is malformed, signed by somebody else, or past its end at `now` (epoch milliseconds). */
  verify(token: string, now: number): Promise<TokenClaims | undefined>;
  /** 43 characters that fit into a path. */
  sign(...words: readonly (string | number)[]): Promise<string>;
  /** Whether `signature` is the one of these words; takes the same time for every wrong one. */
  isSigned(signature: string, ...words: readonly (string | number)[]): Promise<boolean>;
}

const issuer = 'slipway-nullplatform';

/** The signer of the installation; its key is made at the first use. */
export function createTokenSigner(parts: Pick<Parts, 'storage' | 'secrets'>): TokenSigner {
  let opening: Promise<Buffer> | undefined;
  const key = () => {
    opening ??= openKey(parts).catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  const sign = async (words: readonly (string | number)[]) =>
    createHmac('sha256', await key())
      .update(`address ${JSON.stringify(words.map(String))}`)
      .digest('base64url');
  return {
    async token({ apiKeyId, organizationId, userId }, issuedAt, expiresAt) {
      const groups = [`@nullplatform/organization=${organizationId}`, `@nullplatform/user=${userId}`];
      return await new SignJWT({ 'cognito:groups': groups, key: apiKeyId, organization: organizationId })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(issuer)
        .setSubject(String(userId))
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(await key());
    },
    async verify(token, now) {
      const secret = await key();
      const options = { algorithms: ['HS256'], issuer, currentDate: new Date(now) };
      const verified = await jwtVerify(token, secret, options).catch(() => undefined);
      const { key: apiKeyId, organization: organizationId } = verified?.payload ?? {};
      return typeof apiKeyId === 'number' && typeof organizationId === 'number'
        ? { apiKeyId, organizationId }
        : undefined;
    },
    sign: (...words) => sign(words),
    async isSigned(signature, ...words) {
      const expected = Buffer.from(await sign(words));
      const given = Buffer.from(signature);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

async function openKey({ storage, secrets }: Pick<Parts, 'storage' | 'secrets'>): Promise<Buffer> {
  const find = () =>
    storage.read((reader) =>
      reader
        .tables<NullplatformTables>()
        .selectFrom('np_signing_key')
        .select('secret_id')
        .where('id', '=', 1)
        .executeTakeFirst(),
    );
  if (!(await find())) {
    const drawn = randomBytes(32).toString('hex');
    await storage.write(async (unit) => {
      const there = await unit
        .tables<NullplatformTables>()
        .selectFrom('np_signing_key')
        .select('id')
        .execute();
      if (there.length > 0) return;
      await unit
        .tables<NullplatformTables>()
        .insertInto('np_signing_key')
        .values({ id: 1, secret_id: await secrets.store(unit, drawn) })
        .execute();
    });
  }
  const row = await find();
  const key = row && (await secrets.reveal([row.secret_id])).get(row.secret_id);
  if (key === undefined) throw new Error('the signing key of access tokens cannot be read');
  return Buffer.from(key, 'hex');
}
