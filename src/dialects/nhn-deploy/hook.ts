import { isCoreError } from '../../errors/index.ts';
import { WorkRefused } from '../../work/index.ts';
import type { Context } from './context.ts';

/** A message in the form of a Dooray incoming webhook (contract nhn-deploy 5.7). */
export interface HookMessage {
  readonly botName: string;
  readonly text: string;
  readonly attachments: readonly {
    readonly title: string;
    readonly titleLink?: string;
    readonly text: string;
    readonly color: string;
  }[];
}

/**
 * Posts to the hook whose URL lies in the vault under `secretId`; nothing when it is gone. For work: throws
 * `WorkRefused` for what no further try can mend, other errors for what one may.
 */
export async function postToHook(
  { parts: { outbound, secrets } }: Pick<Context, 'parts'>,
  secretId: number,
  message: HookMessage,
): Promise<void> {
  const url = (await secrets.reveal([secretId])).get(secretId);
  if (url === undefined) return;
  try {
    const { status } = await outbound.post(url, JSON.stringify(message), {
      contentType: 'application/json',
      timeoutMilliseconds: 10_000,
    });
    if (status >= 500 || status === 429) throw new Error(`the hook answered with status ${status}`);
    if (status >= 300) throw new WorkRefused(`the hook answered with status ${status}`);
  } catch (error) {
    // A private address stays one, and a broken URL stays broken: no further try mends them.
    if (isCoreError(error, 'forbidden') || isCoreError(error, 'invalid'))
      throw new WorkRefused(error.message);
    throw error;
  }
}
