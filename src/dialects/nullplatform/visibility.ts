import { sql } from 'kysely';
import type { Caller } from './access.ts';
import type { Context } from './context.ts';
import { placeOfResource } from './nrn.ts';
import type { Permission } from './roles.ts';
import type { Condition } from './store/list.ts';

/** What of the caller's organization its grants cover; the lists hold ids, each of the outermost level that is granted. */
export interface Visibility {
  readonly organizationId: number;
  readonly everything: boolean;
  readonly accounts: readonly number[];
  readonly namespaces: readonly number[];
  readonly applications: readonly number[];
  readonly scopes: readonly number[];
}

/** What the caller's grants with this permission cover. */
export async function visibilityOf(
  { parts }: Context,
  { principal, organizationId }: Caller,
  permission: Permission = 'nullplatform.read',
): Promise<Visibility> {
  const places = (await parts.identity.resources(principal, permission)).flatMap((resource) => {
    const place = placeOfResource(resource);
    if (place === 'everything') return [{ organization: organizationId }];
    return place?.organization === organizationId ? [place] : [];
  });
  const deepest = places.map(({ account, namespace, application, scope }) => {
    return { account, namespace, application, scope };
  });
  const pick = (level: 'account' | 'namespace' | 'application' | 'scope', below: readonly string[]) =>
    deepest.flatMap((place) => {
      const id = place[level];
      const isDeepest = below.every((name) => place[name as 'scope'] === undefined);
      return id !== undefined && isDeepest ? [id] : [];
    });
  return {
    organizationId,
    everything: deepest.some(({ account }) => account === undefined),
    accounts: pick('account', ['namespace', 'application', 'scope']),
    namespaces: pick('namespace', ['application', 'scope']),
    applications: pick('application', ['scope']),
    scopes: pick('scope', []),
  };
}

/** The columns of a table that say where a row stands; `through` finds the application's own place. */
export interface PlaceColumns {
  readonly account?: string;
  readonly namespace?: string;
  readonly application?: string;
  readonly scope?: string;
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
