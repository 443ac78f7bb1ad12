import type { Reader } from '../../../storage/index.ts';
import { type Place, resourceOf } from '../nrn.ts';
import {
  type Application,
  accountPlace,
  applicationPlace,
  namespacePlace,
  type Scope,
  scopePlace,
} from '../wire.ts';
import { rowsById } from './row.ts';

/**
 * Those of the places whose entity stands where they say. An NRN is only a text: an account's admin may grant on one that
 * names somebody else's application behind the own account.
 */
export async function realPlaces(
  reader: Pick<Reader, 'tables'>,
  places: readonly Place[],
): Promise<readonly Place[]> {
  const [accounts, namespaces, scopes] = [
    await rowsById(reader, 'np_account', idsOf(places, 'account')),
    await rowsById(reader, 'np_namespace', idsOf(places, 'namespace')),
    await rowsById(reader, 'np_scope', idsOf(places, 'scope')),
  ];
  const applications = await rowsById(reader, 'np_application', idsOf(places, 'application'));
  const actual = ({ account, namespace, application, scope }: Place): Place | undefined => {
    if (scope !== undefined) return placeIn(applications, scopes.get(scope));
    if (application !== undefined) return placed(applications.get(application), applicationPlace);
    if (namespace !== undefined) return placed(namespaces.get(namespace), namespacePlace);
    return account === undefined ? undefined : placed(accounts.get(account), accountPlace);
  };
  return places.filter((place) => {
    const there = actual(place);
    return there !== undefined && resourceOf(there) === resourceOf(place);
  });
}

function idsOf(places: readonly Place[], level: Exclude<keyof Place, 'organization'>): number[] {
  return places.flatMap((place) => place[level] ?? []);
}

function placed<Row>(row: Row | undefined, placeOf: (row: Row) => Place): Place | undefined {
  return row && placeOf(row);
}

function placeIn(
  applications: ReadonlyMap<number, Application>,
  scope: Scope | undefined,
): Place | undefined {
  const application = scope && applications.get(scope.application_id);
  return application && scopePlace(application, scope);
}
