import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CoreError } from '../errors/index.ts';
import { writePrivateFile } from './durable-file.ts';
import type { SecretBox } from './secrets.ts';

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const version = 'v1';

/**
 * Opens the box with the key of `SLIPWAY_SECRET_KEY` (`key`: 32 bytes as 64 hex digits or base64) or of
 * `<dataFolder>/secret.key`, which is created (0600) where there is none. Throws `invalid` for a key of another length.
 */
export async function openSecretBox(options: {
  key?: string | undefined;
  dataFolder: string;
}): Promise<SecretBox> {
  const key = options.key
    ? parseKey(options.key, 'SLIPWAY_SECRET_KEY')
    : await keyFile(join(options.dataFolder, 'secret.key'));
  return boxUnder(key);
}

function parseKey(text: string, where: string): Buffer {
  const trimmed = text.trim();
  const key = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length !== keyBytes) {
    throw new CoreError(
      'invalid',
      `${where} must be 32 bytes, as 64 hex digits or as base64 (openssl rand -base64 32).`,
    );
  }
  return key;
}

async function keyFile(file: string): Promise<Buffer> {
  await mkdir(join(file, '..'), { recursive: true });
  const kept = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  // Nothing was ever sealed under an empty file.
  if (kept !== '') {
    await chmod(file, 0o600);
    return parseKey(kept, file);
  }
  const key = randomBytes(keyBytes);
  await writePrivateFile(file, `${key.toString('base64')}\n`);
  return key;
}

function boxUnder(key: Buffer): SecretBox {
  // Names the key in what it sealed, so that a wrong key is told from changed bytes.
  const keyName = createHash('sha256')
    .update('slipway secret key\n')
    .update(key)
    .digest('base64url')
    .slice(0, 8);
  return {
    seal(plain, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes });
      cipher.setAAD(Buffer.from(context));
      const sealed = Buffer.concat([
        nonce,
        cipher.update(plain, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return `${version}.${keyName}.${sealed.toString('base64url')}`;
    },
    open(sealed, context) {
      const [sealedVersion, sealedUnder, body = ''] = sealed.split('.');
      if (sealedVersion !== version || sealedUnder !== keyName) {
        throw new CoreError('internal', 'A stored secret cannot be read.', {
          internal: `sealed as ${sealedVersion} under key ${sealedUnder}, this server has ${version} and key ${keyName}; bring back the secret.key or SLIPWAY_SECRET_KEY of then`,
        });
      }
      const bytes = Buffer.from(body, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes), {
          authTagLength: tagBytes,
        });
        decipher.setAAD(Buffer.from(context));
        decipher.setAuthTag(bytes.subarray(-tagBytes));
        return (
          decipher.update(bytes.subarray(nonceBytes, -tagBytes), undefined, 'utf8') + decipher.final('utf8')
        );
      } catch (cause) {
        throw new CoreError('internal', 'A stored secret cannot be read.', {
          internal: `the sealed text was changed, or belongs to another place than ${context}`,
          cause,
        });
      }
    },
  };
}
