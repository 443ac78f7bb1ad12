import type { Context } from '../context.ts';
import { resourceOf } from '../nrn.ts';
import { rowsById } from '../store/row.ts';
import type { NullplatformTables } from '../tables.ts';
import { applicationPlace } from '../wire.ts';
import { grouped } from './grouped.ts';
import { reaches } from './reach.ts';
import { scopeRows } from './scope-page.ts';
import type { Overview, ScopeRow } from './scope-shapes.ts';

/** Which part of the overview is asked for. */
export interface OverviewQuery {
  /** Words that all stand in the names of scope, application, namespace, account and organization; case does not count. */
  readonly text: string;
  /** Only scopes in which a version is rolled out. */
  readonly underWay: boolean;
  readonly offset: number;
  readonly limit: number;
}

type Applications = Overview['organizations'][number]['applications'];

/** A line of the overview: a scope, or an application or organization that has none. */
interface Line {
  readonly organization: { readonly id: number; readonly name: string };
  readonly application?: Omit<Applications[number], 'scopes'>;
  readonly scopeId?: number;
}

/** The organizations, applications and scopes below these resources, by name; deleted ones are left out. */
export async function overview(
  context: Context,
  resources: readonly string[],
  { text, underWay, offset, limit }: OverviewQuery,
): Promise<Overview> {
  if (resources.length === 0) return { total: 0, organizations: [] };
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return await context.parts.storage.read(async (reader) => {
    const tables = reader.tables<NullplatformTables>();
    const organizations = await tables
      .selectFrom('np_organization')
      .select(['id', 'name'])
      .orderBy('name')
      .execute();
    const accounts = await tables.selectFrom('np_account').select(['id', 'name']).execute();
    const namespaces = await tables.selectFrom('np_namespace').select(['id', 'name']).execute();
    const applications = await tables
      .selectFrom('np_application')
      .select(['id', 'name', 'organization_id', 'account_id', 'namespace_id'])
      .where('status', '<>', 'deleted')
      .orderBy('name')
      .execute();
    const scopes = await tables
      .selectFrom('np_scope')
      .select(['id', 'name', 'application_id', 'in_progress_deployment_id'])
      .where('status', '<>', 'deleted')
      .orderBy('name')
      .execute();
    const accountNames = new Map(accounts.map(named));
    const namespaceNames = new Map(namespaces.map(named));
    const scopesOf = grouped(scopes, (scope) => scope.application_id);
    const applicationsOf = grouped(applications, (application) => application.organization_id);

    const lines = organizations.flatMap((organization): Line[] => {
      const own = (applicationsOf.get(organization.id) ?? []).flatMap((row): Line[] => {
        const place = resourceOf(applicationPlace(row));
        const application = {
          id: row.id,
          name: row.name,
          account: accountNames.get(row.account_id) ?? '',
          namespace: namespaceNames.get(row.namespace_id) ?? '',
        };
        const readable = (scopesOf.get(row.id) ?? []).filter(({ id }) =>
          reaches(resources, `${place}/scopes/${id}`),
        );
        if (readable.length === 0) {
          return !underWay && reaches(resources, place) ? [{ organization, application }] : [];
        }
        return readable
          .filter((scope) => !underWay || scope.in_progress_deployment_id !== null)
          .filter((scope) => matches(words, organization, application, scope))
          .map(({ id: scopeId }) => ({ organization, application, scopeId }));
      });
      const isEmpty = own.length === 0 && !underWay && !applicationsOf.has(organization.id);
      return isEmpty && reaches(resources, resourceOf({ organization: organization.id }))
        ? [{ organization }]
        : own;
    });
    const found = lines.filter(
      ({ organization, application, scopeId }) =>
        scopeId !== undefined || matches(words, organization, application),
    );
    const page = found.slice(offset, offset + limit);
    const wanted = page.flatMap(({ scopeId }) => scopeId ?? []);
    const shown = [...(await rowsById(reader, 'np_scope', wanted)).values()];
    const rows = new Map((await scopeRows(context, reader, shown)).map((row) => [row.id, row]));
    return { total: found.length, organizations: tree(page, rows) };
  });
}

function matches(words: readonly string[], ...places: readonly (object | undefined)[]): boolean {
  if (words.length === 0) return true;
  const names = places.flatMap((place) =>
    Object.values(place ?? {}).filter((value) => typeof value === 'string'),
  );
  const text = names.join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Lines below each other that share an application or an organization, as one. */
function tree(page: readonly Line[], rows: ReadonlyMap<number, ScopeRow>): Overview['organizations'] {
  const byOrganization = grouped(page, ({ organization }) => organization.id);
  return [...byOrganization.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const byApplication = grouped(
      own.filter(({ application }) => application !== undefined),
      ({ application }) => application?.id,
    );
    const applications = [...byApplication.values()].flatMap((some) => {
      const application = some[0]?.application;
      if (!application) return [];
      return [{ ...application, scopes: some.flatMap(({ scopeId }) => rows.get(scopeId ?? 0) ?? []) }];
    });
    return [{ ...first.organization, applications }];
  });
}

function named({ id, name }: { id: number; name: string }): [number, string] {
  return [id, name];
}
