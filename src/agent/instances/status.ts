import type { InstanceStatus as ReportedStatus } from '../../engine/protocol.ts';

/** One instance as it is reported to the server. */
export type InstanceStatus = ReportedStatus;

/** Why an instance is not well. */
export type InstanceTrouble = NonNullable<ReportedStatus['trouble']>;
