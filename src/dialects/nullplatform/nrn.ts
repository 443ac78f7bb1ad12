/** The ids on the way from an organization to one of its entities; a level is there only when all above it are. */
export interface Place {
  readonly organization: number;
  readonly account?: number | undefined;
  readonly namespace?: number | undefined;
  readonly application?: number | undefined;
  readonly scope?: number | undefined;
}

const levels = ['organization', 'account', 'namespace', 'application', 'scope'] as const;

/** What may stand behind an application or a scope in an NRN. */
export type Leaf = readonly [name: 'build' | 'release' | 'asset' | 'deployment' | 'parameter', id: number];

/**
 * The NRN of a place, or of an entity in it.
 * @example nrnOf({ organization: 1, account: 2, namespace: 3, application: 4 }, ['build', 991])
 */
export function nrnOf(place: Place, leaf?: Leaf): string {
  const parts = levels.flatMap((level) => (place[level] === undefined ? [] : [`${level}=${place[level]}`]));
  return [...parts, ...(leaf ? [`${leaf[0]}=${leaf[1]}`] : [])].join(':');
}

/** The place that an NRN names, without what stands behind a scope or an application; undefined for one that is none. */
export function placeOf(nrn: string): Place | undefined {
  const ids: number[] = [];
  for (const [index, part] of nrn.split(':').entries()) {
    const [name, digits = ''] = part.split('=');
    if (!/^[1-9]\d{0,15}$/.test(digits)) return undefined;
    if (name !== levels[index])
      return index >= 4 && index === nrn.split(':').length - 1 ? from(ids) : undefined;
    ids.push(Number(digits));
  }
  return from(ids);
}

function from(ids: readonly number[]): Place | undefined {
  const [organization, account, namespace, application, scope] = ids;
  return organization === undefined ? undefined : { organization, account, namespace, application, scope };
}

const folders = ['organizations', 'accounts', 'namespaces', 'applications', 'scopes'] as const;

/** The resource path that grants are checked on: `/nullplatform/organizations/1/accounts/2`. */
export function resourceOf(place: Place): string {
  const parts = levels.flatMap((level, index) => {
    return place[level] === undefined ? [] : [`${folders[index]}/${place[level]}`];
  });
  return `/nullplatform/${parts.join('/')}`;
}

/** The place that a resource path names; `everything` for one above all organizations, undefined for another room's. */
export function placeOfResource(resource: string): Place | 'everything' | undefined {
  if (resource === '/' || resource === '/nullplatform' || resource === '/nullplatform/organizations') {
    return 'everything';
  }
  const [, room, ...rest] = resource.split('/');
  if (room !== 'nullplatform') return undefined;
  const ids: number[] = [];
  for (let index = 0; index < rest.length; index += 2) {
    if (rest[index] !== folders[index / 2]) return undefined;
    ids.push(Number(rest[index + 1]));
  }
  return from(ids);
}
