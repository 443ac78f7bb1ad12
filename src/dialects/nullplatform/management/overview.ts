import type { Context } from '../context.ts';
import { resourceOf } from '../nrn.ts';
import type { NullplatformTables } from '../tables.ts';
import { applicationPlace, type Scope } from '../wire.ts';
import { scopeRows } from './scope-page.ts';
import type { Overview, ScopeRow } from './scope-shapes.ts';

const mostScopes = 2000;
/** Ids of one query. */
const chunk = 200;

/** The organizations, applications and scopes below these resources; deleted ones are left out. */
export async function overview(context: Context, resources: readonly string[]): Promise<Overview> {
  const isReadable = (resource: string) =>
    resources.some((granted) => granted === '/' || `${resource}/`.startsWith(`${granted}/`));
  return await context.parts.storage.read(async (reader) => {
    const tables = reader.tables<NullplatformTables>();
    const organizations = await tables
      .selectFrom('np_organization')
      .select(['id', 'name'])
      .orderBy('name')
      .execute();
    const accounts = new Map(
      (await tables.selectFrom('np_account').select(['id', 'name']).execute()).map(named),
    );
    const namespaces = new Map(
      (await tables.selectFrom('np_namespace').select(['id', 'name']).execute()).map(named),
    );
    const applications = await tables
      .selectFrom('np_application')
      .selectAll()
      .where('status', '<>', 'deleted')
      .orderBy('name')
      .execute();
    const scopes = await tables
      .selectFrom('np_scope')
      .selectAll()
      .where('status', '<>', 'deleted')
      .orderBy('name')
      .limit(mostScopes)
      .execute();
    const placeOf = new Map(applications.map((row) => [row.id, resourceOf(applicationPlace(row))]));
    const readable = scopes.filter((scope) =>
      isReadable(`${placeOf.get(scope.application_id)}/scopes/${scope.id}`),
    );
    const rows = new Map<number, ScopeRow>();
    for (let start = 0; start < readable.length; start += chunk) {
      const some: Scope[] = readable.slice(start, start + chunk);
      for (const row of await scopeRows(context, reader, some)) rows.set(row.id, row);
    }
    const shown = applications.flatMap((application) => {
      const own = readable.filter((scope) => scope.application_id === application.id);
      if (own.length === 0 && !isReadable(placeOf.get(application.id) ?? '')) return [];
      return [
        {
          organizationId: application.organization_id,
          id: application.id,
          name: application.name,
          account: accounts.get(application.account_id) ?? '',
          namespace: namespaces.get(application.namespace_id) ?? '',
          scopes: own.flatMap((scope) => rows.get(scope.id) ?? []),
        },
      ];
    });
    return {
      organizations: organizations.flatMap(({ id, name }) => {
        const own = shown.filter(({ organizationId }) => organizationId === id);
        if (own.length === 0 && !isReadable(resourceOf({ organization: id }))) return [];
        return [{ id, name, applications: own.map(({ organizationId: _, ...application }) => application) }];
      }),
    };
  });
}

function named({ id, name }: { id: number; name: string }): [number, string] {
  return [id, name];
}
