import type { DeploymentStatus } from '../statuses.ts';
import { isInProgress } from './deployment-state.ts';

/** Where a group stands (contract nullplatform 6.5). */
export type GroupStatus =
  | 'PENDING'
  | 'RUNNING'
  | 'FINALIZING'
  | 'FINALIZED'
  | 'FAILED'
  | 'CANCELED'
  | 'CREATING_APPROVAL_DENIED';

/** The status of a group follows from those of its members: it has ended when all of them have. */
export function groupStatus(members: readonly DeploymentStatus[]): GroupStatus {
  const open = members.filter(isInProgress);
  if (open.length === 0) {
    if (members.some((status) => ['finalized', 'deleting', 'deleted'].includes(status))) return 'FINALIZED';
    if (members.includes('failed')) return 'FAILED';
    if (members.includes('creating_approval_denied')) return 'CREATING_APPROVAL_DENIED';
    return 'CANCELED';
  }
  if (open.includes('finalizing')) return 'FINALIZING';
  return open.every((status) => status === 'running') ? 'RUNNING' : 'PENDING';
}

/** What may be done to a group as a whole. */
export type GroupDirective = 'finalizing' | 'cancelling' | 'rolling_back';

/**
 * Whether the group takes the directive: it is cancelled only while all of it runs, and rolled back unless it finalises
 * (contract nullplatform 6.5). One that was given already, and the finalising of what is finalised, change nothing.
 */
export function takesDirective(status: GroupStatus, directive: GroupDirective, last: string | null): boolean {
  switch (directive) {
    case 'finalizing':
      return status === 'RUNNING' || status === 'FINALIZING' || status === 'FINALIZED';
    case 'cancelling':
      return status === 'RUNNING' || last === 'cancelling';
    case 'rolling_back':
      return status === 'RUNNING' || status === 'PENDING' || last === 'rolling_back';
  }
}

/** What the directive asks of a member with this status; undefined for one that has ended, or is about to by itself. */
export function memberDirective(
  directive: GroupDirective,
  status: DeploymentStatus,
): GroupDirective | undefined {
  if (status === 'running') return directive;
  const isBeforeRunning = ['creating_approval', 'creating', 'waiting_for_instances'].includes(status);
  return directive === 'rolling_back' && isBeforeRunning ? 'cancelling' : undefined;
}

/** Whether the traffic of a member can be moved now: not that of a scope's first deployment. */
export function isSwitchable(member: {
  readonly status: DeploymentStatus;
  readonly strategy: 'initial' | 'blue_green' | 'canary';
}): boolean {
  const isLive = member.status === 'running' || member.status === 'waiting_for_instances';
  return isLive && member.strategy !== 'initial';
}
