import type { Reader } from '../../../storage/index.ts';
import type { Context } from '../context.ts';
import type { NullplatformTables } from '../tables.ts';
import { deploymentWire, type Message } from './deployment-wire.ts';
import type { PlacedDeployment } from './rows.ts';

/** The newest messages of a deployment that an answer carries. */
const mostMessages = 1000;

/** Deployments as the API shows them, with their tokens opened, and with their event logs where they are asked for. */
export async function deploymentAnswers(
  { parts }: Context,
  placed: readonly PlacedDeployment[],
  { withMessages }: { readonly withMessages: boolean },
): Promise<Readonly<Record<string, unknown>>[]> {
  const tokens = await parts.secrets.reveal(placed.map(({ deployment }) => deployment.token_secret_id));
  const messages = withMessages
    ? await parts.storage.read((reader) =>
        messagesOf(
          reader,
          placed.map(({ deployment }) => deployment.id),
        ),
      )
    : new Map<number, Message[]>();
  return placed.map((one) => {
    const { id, token_secret_id } = one.deployment;
    return deploymentWire(one, tokens.get(token_secret_id) ?? '', messages.get(id) ?? []);
  });
}

/** The event logs of deployments, oldest first. */
export async function messagesOf(
  reader: Pick<Reader, 'tables'>,
  ids: readonly number[],
): Promise<Map<number, Message[]>> {
  const logs = new Map<number, Message[]>();
  for (const id of ids) {
    const rows = await reader
      .tables<NullplatformTables>()
      .selectFrom('np_message')
      .selectAll()
      .where('deployment_id', '=', id)
      .orderBy('id', 'desc')
      .limit(mostMessages)
      .execute();
    logs.set(id, rows.reverse());
  }
  return logs;
}
