import { cell, durationCell, timeCell } from './table.ts';

/** One kind of thing that `slipway get` lists. */
export interface ResourceKind {
  /** Below `/api/slipway/v1`. */
  readonly path: string;
  readonly headings: readonly string[];
  row(item: Record<string, unknown>, now: number): readonly string[];
}

type Item = Record<string, unknown>;
const fields =
  (...names: string[]) =>
  (item: Item): string[] =>
    names.map((name) => cell(item[name]));
const time = (value: unknown): string => timeCell(value as number | null);

/** The kinds of the core by the names that people type. */
export const resourceKinds: Readonly<Record<string, ResourceKind>> = {
  rollouts: {
    path: '/rollouts',
    headings: ['id', 'state', 'title', 'by', 'accepted', 'took'],
    row: (item, now) => [
      ...fields('id', 'state', 'title', 'requestedBy')(item),
      time(item.acceptedAt),
      durationCell(item.startedAt as number | null, item.endedAt as number | null, now),
    ],
  },
  hosts: {
    path: '/hosts',
    headings: ['name', 'up', 'address', 'platform', 'agent', 'last heard', 'labels'],
    row: (item) => [
      cell(item.name),
      item.up ? 'yes' : 'no',
      ...fields('address', 'platform', 'agentVersion')(item),
      time(item.lastHeardAt),
      Object.entries(item.labels as Record<string, string>)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
    ],
  },
  instances: {
    path: '/instances',
    headings: ['id', 'pool', 'host', 'state', 'healthy', 'port', 'restarts', 'changed', 'trouble'],
    row: (item) => [
      ...fields('id', 'pool', 'host', 'state')(item),
      item.healthy ? 'yes' : 'no',
      ...fields('port', 'restarts')(item),
      time(item.changedAt),
      cell((item.trouble as { text: string } | null)?.text),
    ],
  },
  pools: {
    path: '/pools',
    headings: ['name', 'dialect', 'instances', 'healthy', 'requests'],
    row: (item) => [...fields('name', 'dialect', 'launched', 'healthy')(item), sharesInWords(item.routes)],
  },
  routes: {
    path: '/routes',
    headings: ['host', 'dialect', 'targets'],
    row: (item) => [
      ...fields('host', 'dialect')(item),
      (item.targets as { pool: string; weight: number }[])
        .map(({ pool, weight }) => `${weight}% ${cell(pool)}`)
        .join(', ') || 'nobody',
    ],
  },
  routers: {
    path: '/routers',
    headings: ['id', 'live', 'address', 'table', 'last heard'],
    row: (item) => [
      cell(item.id),
      item.live ? 'yes' : 'no',
      ...fields('address', 'applied')(item),
      time(item.lastHeardAt),
    ],
  },
  'join-tokens': {
    path: '/join-tokens',
    headings: ['id', 'hosts', 'may replace', 'created', 'expires'],
    row: (item) => [
      cell(item.id),
      (item.hosts as string[]).join(','),
      item.mayReplace ? 'yes' : 'no',
      time(item.createdAt),
      time(item.expiresAt),
    ],
  },
  principals: {
    path: '/principals',
    headings: ['name', 'kind', 'admin'],
    row: (item) => [...fields('name', 'kind')(item), item.admin ? 'yes' : 'no'],
  },
  grants: {
    path: '/grants',
    headings: ['principal', 'role', 'resource'],
    row: fields('principal', 'role', 'resource'),
  },
  roles: {
    path: '/roles',
    headings: ['name', 'permissions'],
    row: (item) => [cell(item.name), (item.permissions as string[]).join(' ')],
  },
  'image-services': {
    path: '/nhn-image-manager/services',
    headings: ['id', 'name', 'app key', 'container', 'on', 'real time', 'url'],
    row: (item) => [
      ...fields('id', 'name', 'appKey', 'container')(item),
      item.enabled ? 'yes' : 'no',
      item.realtimeService ? 'yes' : 'no',
      cell(item.url),
    ],
  },
  ledger: {
    path: '/ledger',
    headings: ['at', 'who', 'dialect', 'action', 'outcome', 'subject'],
    row: (item) => [time(item.at), ...fields('who', 'dialect', 'action', 'outcome', 'subject')(item)],
  },
  'dead-work': {
    path: '/work/dead',
    headings: ['id', 'kind', 'project', 'tries', 'died', 'reason'],
    row: (item) => [...fields('id', 'kind', 'project', 'tries')(item), time(item.diedAt), cell(item.reason)],
  },
};

/** `25% of shop.localhost`, or `none`. */
export function sharesInWords(routes: unknown): string {
  const shares = routes as readonly { host: string; weight: number }[];
  return shares.map(({ host, weight }) => `${weight}% of ${cell(host)}`).join(', ') || 'none';
}

/** The kind for a path of the API that has no name here, like `nhn-deploy/projects`: its own fields as columns. */
export function kindOfPath(path: string, items: readonly Item[]): ResourceKind {
  const headings = [...new Set(items.flatMap((item) => Object.keys(item)))].slice(0, 8);
  return {
    path,
    headings,
    row: (item) => headings.map((name) => (/At$/.test(name) ? time(item[name]) : cell(item[name]))),
  };
}
