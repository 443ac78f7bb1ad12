import type { InstanceStatus } from '../protocol.ts';
import type { InstanceRow } from './rows.ts';

/** What a report brings: the agent names all its instances, so one that it does not name has ended. */
export interface Reported {
  readonly statuses: ReadonlyMap<string, InstanceStatus>;
  /** Server's clock minus the agent's, in milliseconds. */
  readonly skew: number;
}

/** Pure: the row after the report, or undefined when it says nothing new. */
export function afterReport(row: InstanceRow, reported: Reported, at: number): InstanceRow | undefined {
  const status = reported.statuses.get(row.id);
  const next = status ? withStatus(row, status, reported.skew) : withoutStatus(row);
  return next && differs(row, next) ? { ...next, changed_at: at } : undefined;
}

/** Pure: the instances that the agent is to stop, the unknown ones included. */
export function toStop(rows: ReadonlyMap<string, InstanceRow>, reported: Reported): string[] {
  const unwanted = (id: string) => {
    const row = rows.get(id);
    return row === undefined || row.wanted === 0;
  };
  return [...reported.statuses.values()]
    .filter((status) => status.state !== 'stopped' && unwanted(status.instance))
    .map((status) => status.instance);
}

function withStatus(row: InstanceRow, status: InstanceStatus, skew: number): InstanceRow | undefined {
  // Its host was another one's for a while: it only ends.
  if (row.state === 'lost' && status.state !== 'stopped') return undefined;
  const isSameProcess = row.started_at !== null && row.pid === status.pid && row.restarts === status.restarts;
  const startedAt = status.startedAt === null ? null : status.startedAt + skew;
  return {
    ...row,
    state: status.state,
    healthy: status.healthy && status.state === 'running' ? 1 : 0,
    wanted: status.state === 'stopped' ? 0 : row.wanted,
    port: status.port,
    pid: status.pid,
    // The skew is measured anew with every report.
    started_at: isSameProcess ? row.started_at : startedAt,
    restarts: status.restarts,
    trouble: status.trouble === null ? null : JSON.stringify(status.trouble),
  };
}

function withoutStatus(row: InstanceRow): InstanceRow | undefined {
  if (row.state === 'planned' || row.state === 'stopped' || row.state === 'lost') return undefined;
  return { ...row, state: 'stopped', healthy: 0, wanted: 0, pid: null };
}

const compared = ['state', 'healthy', 'wanted', 'port', 'pid', 'started_at', 'restarts', 'trouble'] as const;

function differs(before: InstanceRow, after: InstanceRow): boolean {
  return compared.some((field) => before[field] !== after[field]);
}
