import { isCoreError } from '../../errors/index.ts';
import type { Unit } from '../../storage/index.ts';
import { WorkRefused } from '../../work/index.ts';
import { callbackId } from './callback-url.ts';
import type { Context } from './context.ts';
import type { Service } from './store/service.ts';
import type { Header } from './wire.ts';

const kind = 'nhn-image-manager.callback';
const timeoutMilliseconds = 5_000;

/** What a callback tells; `id` is added from its URL. */
export interface CallbackBody extends Readonly<Record<string, unknown>> {
  readonly header: Header;
}

interface Delivery {
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Posts `body` to a URL that `checkCallbackUrl` has accepted, after the commit of this unit (contract nhn-image-manager 5.10). */
export async function enqueueCallback(
  context: Context,
  unit: Unit,
  { container }: Pick<Service, 'container'>,
  url: string,
  { header, ...rest }: CallbackBody,
): Promise<void> {
  const input: Delivery = { url, body: { header, id: callbackId(url), ...rest } };
  await context.parts.work.enqueue(unit, { kind, input, project: container });
}

/**
 * Registers the work: a first try and three more after 1, 5 and 25 s; then it is a dead letter, and nothing else
 * changes. A place that is not allowed is not tried again.
 */
export function registerCallbacks({ parts }: Context): void {
  const { work, outbound } = parts;
  work.register<Delivery>({
    kind,
    concurrency: 8,
    tries: 4,
    waitsSeconds: [1, 5, 25],
    timeoutSeconds: 30,
    async run({ url, body }) {
      const options = { contentType: 'application/json', timeoutMilliseconds };
      const { status } = await outbound.post(url, JSON.stringify(body), options).catch((error: unknown) => {
        const isFinal = isCoreError(error, 'forbidden') || isCoreError(error, 'invalid');
        throw isFinal ? new WorkRefused(error.message) : error;
      });
      if (status < 200 || status > 299) throw new Error(`the callback was answered with ${status}`);
    },
  });
}
