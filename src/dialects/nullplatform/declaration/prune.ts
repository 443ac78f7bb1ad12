import { deleteApiKey } from '../api-keys.ts';
import { applyEvent } from '../deployments/apply-event.ts';
import { emptyScope } from '../deployments/scope-lifecycle.ts';
import { updateAccount, updateApplication, updateNamespace } from '../hierarchy.ts';
import { livesIn } from '../store/inside.ts';
import { rowById } from '../store/row.ts';
import type { Reconciliation } from './reconciliation.ts';

/** Removes one object that a declaration once made; false when it was gone already. */
type Remove = (run: Reconciliation, id: number) => Promise<boolean>;

/** What `--prune` removes, from the inside out. Organizations stay: their history is in them. */
export const pruners: readonly { readonly prefix: string; readonly remove: Remove }[] = [
  { prefix: 'scope:', remove: removeScope },
  {
    prefix: 'application:',
    async remove(run, id) {
      const row = await rowById(run.unit, 'np_application', id);
      if (!row || row.status === 'deleted' || (await livesIn(run.unit, 'np_scope', 'application_id', id)))
        return false;
      await updateApplication(run, row, { status: 'deleted' });
      return true;
    },
  },
  {
    prefix: 'namespace:',
    async remove(run, id) {
      const row = await rowById(run.unit, 'np_namespace', id);
      if (!row || row.status === 'deleted' || (await livesIn(run.unit, 'np_application', 'namespace_id', id)))
        return false;
      await updateNamespace(run, row, { status: 'deleted' });
      return true;
    },
  },
  {
    prefix: 'account:',
    async remove(run, id) {
      const row = await rowById(run.unit, 'np_account', id);
      if (!row || row.status === 'deleted' || (await livesIn(run.unit, 'np_namespace', 'account_id', id)))
        return false;
      await updateAccount(run, row, { status: 'deleted' });
      return true;
    },
  },
  {
    prefix: 'apiKey:',
    async remove(run, id) {
      const row = await rowById(run.unit, 'np_api_key', id);
      if (row) await deleteApiKey(run, row, { forget: true });
      return row !== undefined;
    },
  },
];

async function removeScope({ context, unit }: Reconciliation, id: number): Promise<boolean> {
  const scope = await rowById(unit, 'np_scope', id);
  if (!scope || scope.status === 'deleted' || scope.status === 'deleting') return false;
  await emptyScope(context, unit, scope, 'deleting', applyEvent);
  return true;
}
