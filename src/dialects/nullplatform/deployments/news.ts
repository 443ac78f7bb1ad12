import type { Unit } from '../../../storage/index.ts';
import type { Context } from '../context.ts';

const channel = 'nullplatform-scopes';

/** Tells whoever watches the scope, after the commit, that something of it changed. */
export function tellScopeChanged(unit: Unit, scopeId: number): void {
  unit.notify(channel, String(scopeId));
}

/** Calls `listener` with the id of each scope that changed, and with undefined when some may have been missed. */
export function onScopeChange(
  { parts }: Pick<Context, 'parts'>,
  listener: (scopeId: number | undefined) => void,
): () => void {
  return parts.storage.listen(channel, (payload) =>
    listener(payload === undefined ? undefined : Number(payload)),
  );
}
