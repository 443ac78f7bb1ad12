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

const beforeRunning: readonly DeploymentStatus[] = ['creating_approval', 'creating', 'waiting_for_instances'];
const live: readonly DeploymentStatus[] = ['finalized', 'deleting', 'deleted'];

/**
 * The status of a group follows from those of its members. While one is in progress, so is the group: there is no word
 * for one whose members are only being taken back, which is RUNNING until the last of them is. Of those that have ended,
 * a failure is told first: whoever waits for FINALIZED is not to take it for a success everywhere.
 */
export function groupStatus(members: readonly DeploymentStatus[]): GroupStatus {
  const open = members.filter(isInProgress);
  if (open.includes('finalizing')) return 'FINALIZING';
  if (open.some((status) => beforeRunning.includes(status))) return 'PENDING';
  if (open.length > 0) return 'RUNNING';
  if (members.includes('failed')) return 'FAILED';
  if (members.some((status) => live.includes(status))) return 'FINALIZED';
  return members.includes('creating_approval_denied') ? 'CREATING_APPROVAL_DENIED' : 'CANCELED';
}

/** What may be done to a group as a whole. */
export type GroupDirective = 'finalizing' | 'cancelling' | 'rolling_back';

/**
 * Whether the group takes the directive: it is finalised and cancelled only when every member runs that has not ended or
 * is about to, and rolled back unless it finalises (contract nullplatform 6.5). What was done to all of it already is
 * taken again and changes nothing; `last` is the directive before this one.
 */
export function takesDirective(
  members: readonly DeploymentStatus[],
  directive: GroupDirective,
  last: string | null,
): boolean {
  const status = groupStatus(members);
  const isGoing = status === 'RUNNING' || status === 'FINALIZING' || status === 'PENDING';
  switch (directive) {
    case 'finalizing':
      if (!isGoing) return members.some((word) => live.includes(word));
      return status === 'FINALIZING' || (status === 'RUNNING' && members.includes('running'));
    case 'cancelling':
      return isGoing ? status === 'RUNNING' : last === 'cancelling';
    case 'rolling_back':
      return isGoing ? status !== 'FINALIZING' : last === 'rolling_back';
  }
}

/** What the directive asks of a member with this status; undefined for one that has ended, or is about to by itself. */
export function memberDirective(
  directive: GroupDirective,
  status: DeploymentStatus,
): GroupDirective | undefined {
  if (status === 'running') return directive;
  return directive === 'rolling_back' && beforeRunning.includes(status) ? 'cancelling' : undefined;
}

/** Whether the traffic of a member can be moved now: not that of a scope's first deployment. */
export function isSwitchable(member: {
  readonly status: DeploymentStatus;
  readonly strategy: 'initial' | 'blue_green' | 'canary';
}): boolean {
  const isLive = member.status === 'running' || member.status === 'waiting_for_instances';
  return isLive && member.strategy !== 'initial';
}
