import { isReported } from './deployments/executors.ts';
import { badRequest, invalidParameter } from './errors.ts';
import { resourceOf } from './nrn.ts';
import { rowById } from './store/row.ts';
import type { NullplatformTables } from './tables.ts';
import { type Application, type Scope, scopePlace } from './wire.ts';
import type { Writing } from './writing.ts';

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** A host name in lower case. Throws 400 for what is none. */
export function domainIn(text: string): string {
  const domain = text.toLowerCase();
  if (!hostName.test(domain)) throw invalidParameter('domain');
  return domain;
}

/**
 * Gives a scope that an agent runs the domain at which the agent serves it (contract nullplatform 3.10); requests to it
 * do not pass Slipway's routers. That of every other scope is Slipway's own and stays. Throws 400 for one that is taken.
 */
export async function moveScope(
  { context, unit, actor }: Writing,
  { scope: { id }, application }: { readonly scope: Scope; readonly application: Application },
  domain: string,
): Promise<void> {
  const scope = await rowById(unit, 'np_scope', id);
  if (!scope || !isReported(scope) || scope.domain === domain) return;
  const tables = unit.tables<NullplatformTables>();
  const taken = await tables
    .selectFrom('np_scope')
    .select('id')
    .where('domain', '=', domain)
    .where('status', '<>', 'deleted')
    .executeTakeFirst();
  if (taken) throw badRequest("There's already a scope with this domain");
  const { routes } = context.parts.engine;
  if (await routes.find(scope.domain, unit)) await routes.remove(unit, scope.domain);
  await tables.updateTable('np_scope').set({ domain, updated_at: unit.now }).where('id', '=', id).execute();
  await context.parts.ledger.record(unit, actor, {
    action: 'scope.update',
    resource: resourceOf(scopePlace(application, scope)),
    subject: `domain of the scope ${scope.name} of ${application.name}`,
  });
}
