import { sql } from 'kysely';
import type { Caller } from './access.ts';
import type { Context } from './context.ts';
import { type Place, placeOfResource } from './nrn.ts';
import type { Permission } from './roles.ts';
import type { Condition } from './store/list.ts';
import { realPlaces } from './store/real-places.ts';

/** What of the caller's organization its grants cover; the lists hold ids, each of the outermost level that is granted. */
export interface Visibility {
  readonly organizationId: number;
  readonly everything: boolean;
  readonly accounts: readonly number[];
  readonly namespaces: readonly number[];
  readonly applications: readonly number[];
  readonly scopes: readonly number[];
  /** The applications that the granted scopes stand in: of these only what all their scopes share. */
  readonly aroundScopes: readonly number[];
}

/** What the caller's grants with this permission cover; a grant on a place that stands elsewhere covers nothing. */
export async function visibilityOf(
  { parts }: Context,
  { principal, organizationId }: Caller,
  permission: Permission = 'nullplatform.read',
): Promise<Visibility> {
  const granted = (await parts.identity.resources(principal, permission)).flatMap((resource): Place[] => {
    const place = placeOfResource(resource);
    if (place === 'everything') return [{ organization: organizationId }];
    return place?.organization === organizationId ? [place] : [];
  });
  const everything = granted.some(({ account }) => account === undefined);
  const places = everything ? [] : await parts.storage.read((reader) => realPlaces(reader, granted));
  const pick = (level: Level, below?: Level) =>
    places.flatMap((place) => {
      const id = place[level];
      return id !== undefined && (below === undefined || place[below] === undefined) ? [id] : [];
    });
  return {
    organizationId,
    everything,
    accounts: pick('account', 'namespace'),
    namespaces: pick('namespace', 'application'),
    applications: pick('application', 'scope'),
    scopes: pick('scope'),
    aroundScopes: places.flatMap(({ application, scope }) =>
      application !== undefined && scope !== undefined ? [application] : [],
    ),
  };
}

type Level = 'account' | 'namespace' | 'application' | 'scope';

/** The columns of a table that say where a row stands; `through` finds the application's own place. */
export interface PlaceColumns {
  readonly account?: string;
  readonly namespace?: string;
  readonly application?: string;
  readonly scope?: string;
  /** The column with the application's id, where those are listed that the caller may read only one scope of. */
  readonly aroundScope?: string;
  /** The column with the application's id, where the row has no account and namespace of its own. */
  readonly through?: string;
}

/** The rows of a list that the caller may see. */
export function visibleRows(visibility: Visibility, columns: PlaceColumns): Condition {
  return (builder) => {
    const own = builder('organization_id', '=', visibility.organizationId);
    if (visibility.everything) return own;
    const levels = [
      { column: columns.account, ids: visibility.accounts },
      { column: columns.namespace, ids: visibility.namespaces },
      { column: columns.application ?? columns.through, ids: visibility.applications },
      { column: columns.scope, ids: visibility.scopes },
      { column: columns.aroundScope, ids: visibility.aroundScopes },
    ];
    const granted = levels.flatMap(({ column, ids }) => {
      return column === undefined || ids.length === 0 ? [] : [builder(column, 'in', [...ids])];
    });
    if (columns.through !== undefined) {
      for (const [column, ids] of [
        ['account_id', visibility.accounts],
        ['namespace_id', visibility.namespaces],
      ] as const) {
        if (ids.length === 0) continue;
        granted.push(
          builder(columns.through, 'in', (query: typeof builder) =>
            query
              .selectFrom('np_application')
              .select('np_application.id')
              .where(column, 'in', [...ids]),
          ),
        );
      }
    }
    return granted.length === 0 ? sql<boolean>`1 = 0` : builder.and([own, builder.or(granted)]);
  };
}
