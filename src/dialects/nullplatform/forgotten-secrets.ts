import type { Unit } from '../../storage/index.ts';
import type { WorkKind } from '../../work/index.ts';
import type { Context } from './context.ts';
import { timingOf } from './deployments/timing.ts';

/** Removes a secret that nothing can be started with any more. */
const forgetSecretKind = 'nullplatform.forget-secret';

const dayMilliseconds = 86_400_000;

/** What `forgetSecretLater` asks for, as work. */
export function forgetSecretWork({ parts }: Context): WorkKind<{ secretId: number }> {
  return {
    kind: forgetSecretKind,
    concurrency: 1,
    tries: 10,
    run: ({ secretId }) => parts.storage.write((unit) => parts.secrets.remove(unit, secretId)),
  };
}

/**
 * Removes the secret of a value that a deployment in progress ships and may be about to start with: a day after the last
 * moment at which such a deployment can be in progress (contract nullplatform 3.2, `expires_at`).
 */
export async function forgetSecretLater({ parts }: Context, unit: Unit, secretId: number): Promise<void> {
  const notBefore = unit.now + timingOf(parts).expirySeconds * 1000 + dayMilliseconds;
  await parts.work.enqueue(unit, { kind: forgetSecretKind, input: { secretId }, notBefore });
}
