import type { Host, Instance } from '../engine/index.ts';
import { cell, formatTable, timeCell } from './table.ts';

/** An instance of a host with what the server found out about its port. */
export interface ReachedInstance extends Instance {
  /** Null where there is nothing to reach. */
  readonly reachable?: boolean | null;
  /** What each live router found when it tried itself. */
  readonly routers?: readonly {
    readonly id: string;
    readonly address: string;
    readonly outcome: string;
  }[];
}

/** What routers say of their own tries, in words (engine/router-protocol.ts). */
const outcomes: Readonly<Record<string, string>> = {
  refused: 'is refused: nothing listens there, or something on the way says no',
  'timed-out': 'gets no answer within 2 s: a firewall may drop what it sends',
  'unknown-name': 'cannot look the name up',
  'no-way': 'has no way to it',
};

/** A host, its instances, and whether the server and each router can reach them where routers look for them. */
export function describeHost(host: Host, instances: readonly ReachedInstance[]): string {
  const labels = Object.entries(host.labels).map(([key, value]) => `${key}=${value}`);
  const fields: readonly (readonly [string, string])[] = [
    ['name', host.name],
    ['up', host.up ? 'yes' : 'no'],
    ['address', host.address === '' ? '-' : host.address],
    ['labels', labels.length === 0 ? '-' : labels.join(' ')],
    ['platform', host.platform === '' ? '-' : host.platform],
    ['agent', host.agentVersion === '' ? '-' : host.agentVersion],
    ['joined', timeCell(host.joinedAt === 0 ? null : host.joinedAt)],
    ['last heard', timeCell(host.lastHeardAt)],
  ];
  const lines = fields.map(([name, value]) => `${name.padEnd(10)}  ${cell(value)}`);
  if (instances.length === 0) return [...lines, '', 'No instances.'].join('\n');
  const headings = ['instance', 'pool', 'state', 'healthy', 'port', 'reachable', 'restarts', 'trouble'];
  const rows = instances.map((instance) => [
    ...[instance.id, cell(instance.pool), instance.state, instance.healthy ? 'yes' : 'no'],
    ...[cell(instance.port), reachedWord(instance.reachable), String(instance.restarts)],
    cell(instance.trouble?.text),
  ]);
  const advice = instances.some(({ reachable, healthy }) => reachable === false && healthy)
    ? [
        '',
        `Healthy instances cannot be reached from the server at ${host.address}: routers there will not reach them either.`,
      ]
    : [];
  const said = routersInWords(host, instances);
  const isCutOff = advice.length > 0 || instances.some(({ routers = [] }) => routers.some(isFailed));
  const remedy = isCutOff ? ['Join the host again with --address, or open its ports to the routers.'] : [];
  const routers = said.length > 0 ? ['', ...said] : [];
  return [...lines, '', formatTable(headings, rows), ...advice, ...routers, ...remedy].join('\n');
}

/** A line for each router, and one for each instance that it does not reach. */
function routersInWords({ address }: Host, instances: readonly ReachedInstance[]): string[] {
  const found = new Map<string, { where: string; reached: number; failed: string[] }>();
  for (const { id, port, routers = [] } of instances) {
    for (const router of routers) {
      const known = found.get(router.id) ?? { where: cell(router.address), reached: 0, failed: [] };
      found.set(router.id, known);
      if (router.outcome === 'reached') known.reached += 1;
      if (isFailed(router))
        known.failed.push(`  ${id} at ${address}:${port}: it ${outcomes[router.outcome] ?? router.outcome}`);
    }
  }
  return [...found.values()].flatMap(({ where, reached, failed }) => {
    const tried = reached + failed.length;
    if (tried === 0) return [`The router ${where} sends nothing here, or has not tried yet.`];
    if (failed.length === 0)
      return [
        `The router ${where} reaches ${tried === 1 ? 'the instance' : `all ${tried} instances`} that it sends requests to.`,
      ];
    return [`The router ${where} does NOT reach ${failed.length} of ${tried} instances:`, ...failed];
  });
}

function isFailed({ outcome }: { readonly outcome: string }): boolean {
  return outcome !== 'reached' && outcome !== 'untried';
}

function reachedWord(reachable: boolean | null | undefined): string {
  if (reachable === null || reachable === undefined) return '-';
  return reachable ? 'yes' : 'NO';
}
