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
