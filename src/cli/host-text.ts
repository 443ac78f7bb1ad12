import type { Host, Instance } from '../engine/index.ts';
import { cell, formatTable, timeCell } from './table.ts';

/** An instance of a host with what the server found out about its port. */
export interface ReachedInstance extends Instance {
  /** Null where there is nothing to reach. */
  readonly reachable?: boolean | null;
}

/** A host, its instances, and whether the server can reach them where routers look for them. */
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
        'Join the host again with --address, or open its ports to the routers.',
      ]
    : [];
  return [...lines, '', formatTable(headings, rows), ...advice].join('\n');
}

function reachedWord(reachable: boolean | null | undefined): string {
  if (reachable === null || reachable === undefined) return '-';
  return reachable ? 'yes' : 'NO';
}
