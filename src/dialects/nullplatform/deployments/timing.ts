import type { Parts } from '../../../http/index.ts';

const secondsOfADay = 86_400;

/** The waits of deployments, in seconds. */
export interface Timing {
  /** A start is given up when its instances are not well after so long (contract nullplatform 5.2). */
  readonly maxWaitSeconds: number;
  /** Between 100 % and the finalisation by the platform (contract nullplatform 5.6). */
  readonly finalizeSeconds: number;
  /** A deployment that nobody ended is ended then (contract nullplatform 3.2). */
  readonly expirySeconds: number;
  /** An approval that nobody decided is expired then. */
  readonly approvalSeconds: number;
  /** Requests in flight have so long to end before their instances are stopped (contract nullplatform 5.1). */
  readonly drainSeconds: number;
}

/** The waits of this installation. */
export function timingOf({ settings }: Pick<Parts, 'settings'>): Timing {
  return {
    maxWaitSeconds: settings.deploymentWaitSeconds,
    finalizeSeconds: settings.deploymentFinalizeSeconds,
    expirySeconds: 8 * secondsOfADay,
    approvalSeconds: 7 * secondsOfADay,
    drainSeconds: 15,
  };
}
