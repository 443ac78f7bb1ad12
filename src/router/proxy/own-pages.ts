import type { ClientRequest } from '../client/client-connection.ts';
import type { Measures } from '../measures/measures.ts';
import { hostNameOf } from '../routing/host-name.ts';
import type { RoutingTable } from '../routing/routing-table.ts';

/**
 * Answers `/-/healthz` and `/-/metrics`, for callers on this machine that name the router by its loopback address: all
 * other paths and names belong to what is deployed.
 */
export function answerOwn(
  { table, measures }: { table: RoutingTable; measures: Measures },
  { client, head, answer }: ClientRequest,
): boolean {
  const { path, host, given } = head;
  if (path !== '/-/healthz' && path !== '/-/metrics') return false;
  const isNear = client.origin.address === '::1' || client.origin.address.startsWith('127.');
  if (!isNear || !/^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(hostNameOf(host))) return false;
  // Somebody in front of this router asks for another.
  if (given?.has('x-forwarded-for') || given?.has('forwarded')) return false;
  answer.plain(200, path === '/-/healthz' ? `ok, table ${table.version}\n` : metricsText(table, measures));
  return true;
}

function metricsText(table: RoutingTable, measures: Measures): string {
  const totals = measures.totals();
  const label = (text: string) => text.replace(/[\\"]/g, '\\$&').replaceAll('\n', ' ');
  const lines = (name: 'requests' | 'errors') =>
    totals.map(
      (total) =>
        `slipway_router_${name}_total{host="${label(total.host)}",pool="${label(total.pool)}"} ${total[name]}\n`,
    );
  return [
    '# HELP slipway_router_table_version The table that new requests are routed by.\n',
    '# TYPE slipway_router_table_version gauge\n',
    `slipway_router_table_version ${table.version}\n`,
    '# HELP slipway_router_drained_version Requests that began under tables older than this have ended.\n',
    '# TYPE slipway_router_drained_version gauge\n',
    `slipway_router_drained_version ${table.drained}\n`,
    '# HELP slipway_router_resident_bytes Memory of the process.\n',
    '# TYPE slipway_router_resident_bytes gauge\n',
    `slipway_router_resident_bytes ${process.memoryUsage.rss()}\n`,
    '# HELP slipway_router_requests_total Requests by host name and pool.\n',
    '# TYPE slipway_router_requests_total counter\n',
    ...lines('requests'),
    '# HELP slipway_router_errors_total Answers with status 500 to 599, and requests that no backend answered.\n',
    '# TYPE slipway_router_errors_total counter\n',
    ...lines('errors'),
  ].join('');
}
