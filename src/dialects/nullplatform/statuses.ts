/** Where a deployment stands (contract nullplatform 4.1). */
export type DeploymentStatus =
  | 'creating_approval'
  | 'creating_approval_denied'
  | 'creating'
  | 'waiting_for_instances'
  | 'running'
  | 'finalizing'
  | 'finalized'
  | 'cancelling'
  | 'cancelled'
  | 'rolling_back'
  | 'rolled_back'
  | 'failed'
  | 'deleting'
  | 'deleted';

/** Whether a deployment is being rolled out, serves its scope, or neither any more (contract 3.2). */
export type StatusInScope = 'candidate' | 'active' | 'inactive';

/** Contract 3.8. */
export type BuildStatus = 'pending' | 'in_progress' | 'successful' | 'failed';

/** Contract 3.6. */
export type ReleaseStatus = 'active' | 'pending' | 'deprecated' | 'failed';

/** Contract 3.10. */
export type ScopeStatus =
  | 'pending'
  | 'pending_approval'
  | 'creating'
  | 'active'
  | 'unhealthy'
  | 'updating'
  | 'stopping'
  | 'stopped'
  | 'recreating'
  | 'deleting'
  | 'deleted'
  | 'failed';

/** Contract 4.5. */
export type ApprovalStatus =
  | 'pending'
  | 'approved'
  | 'auto_approved'
  | 'denied'
  | 'auto_denied'
  | 'cancelled'
  | 'expired';

/** Contract 4.5. */
export type ExecutionStatus = 'pending' | 'executing' | 'success' | 'failed' | 'expired';
