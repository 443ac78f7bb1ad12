import type { Unit } from '../../../storage/index.ts';
import type { MessageTable, NullplatformTables } from '../tables.ts';

const longestMessage = 4000;

/** Something to say of a deployment or of its scope. */
export interface Said {
  readonly level: MessageTable['level'];
  readonly text: string;
}

/** Adds to the event log of a deployment, or of a scope alone. */
export async function say(
  unit: Unit,
  place: { readonly scopeId: number; readonly deploymentId: number | null },
  said: readonly Said[],
): Promise<void> {
  if (said.length === 0) return;
  await unit
    .tables<NullplatformTables>()
    .insertInto('np_message')
    .values(
      said.map(({ level, text }) => ({
        deployment_id: place.deploymentId,
        scope_id: place.scopeId,
        level,
        message: text.slice(0, longestMessage),
        at: unit.now,
      })),
    )
    .execute();
}
