import type { InstanceState, InstanceTrouble, InstanceUsage } from './instances/index.ts';
import type { AgentStep } from './steps/index.ts';

/**
 * The agent protocol, version 1: JSON over HTTP, the agent always calls.
 *
 *   POST /agent/v1/join                 JoinRequest   → JoinAnswer
 *   POST /agent/v1/poll                 PollRequest   → PollAnswer    (held open up to `waitSeconds`)
 *   POST /agent/v1/report               ReportRequest → ReportAnswer
 *   POST /agent/v1/instances            InstanceReport → InstanceAnswer
 *   GET  /agent/v1/blobs/{sha256}       bytes, with Range
 *   GET  /agent/slipway-agent.mjs, /agent/install.sh, /agent/version (open, no credential)
 *
 * All but join carry `Authorization: Bearer <credential>` and `X-Slipway-Protocol: 1`. Errors are the native API's
 * form; 401 means that the credential is worthless (removed or replaced host), 426 that the agent must update itself.
 */
export const protocolVersion = 1;
/** The header that names the version of the protocol. */
export const protocolHeader = 'x-slipway-protocol';

/** An agent asks to be the agent of a host. */
export interface JoinRequest {
  readonly token: string;
  readonly name: string;
  /** Where routers reach the host's instances; absent: the address that the server sees. */
  readonly address?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `linux-x64`, `darwin-arm64`, … */
  readonly platform: string;
  readonly agentVersion: string;
  /** Take over a known name; needs a token that allows it. */
  readonly replace?: boolean;
  /**
   * The credential that the agent made (256 random bits or more in base64url) and has stored: a join whose answer was
   * lost is asked for once more with it, and answered as before. Absent: the server makes one.
   */
  readonly credential?: string;
}

/** The credential of the host. */
export interface JoinAnswer {
  readonly name: string;
  readonly credential: string;
  readonly serverVersion: string;
}

/**
 * Which leased host runs the agent has in hand, from the moment it has read the lease until its last event was
 * acknowledged; renews their leases. A lease that the agent does not name, and of which no event came, is given again
 * after a while with a higher fencing token: its answer was lost on the way.
 */
export interface HeldLease {
  readonly hostRunId: number;
  readonly fencingToken: number;
}

/** An agent asks for work and says what it has in hand. */
export interface PollRequest {
  readonly agentVersion: string;
  readonly held: readonly HeldLease[];
  /** How many more host runs the agent takes now. */
  readonly free: number;
  /** 0 to 300. */
  readonly waitSeconds: number;
}

/** What the agent should begin, end or become. */
export interface PollAnswer {
  readonly leases: readonly Lease[];
  /** Host runs to cancel (or whose lease is worthless): end their steps as `onCancel` says, start no further one. */
  readonly cancel: readonly HeldLease[];
  /** The agent should fetch /agent/slipway-agent.mjs and restart itself when it is idle. */
  readonly updateTo?: string;
}

/** A contiguous run of agent steps of one host run, given to one agent. */
export interface Lease {
  readonly hostRunId: number;
  readonly rolloutId: string;
  /** Grows with every lease of the host run; reports with an old one are answered and change nothing. */
  readonly fencingToken: number;
  /** The lease runs out this long after the last poll or report that named it. */
  readonly leaseSeconds: number;
  readonly title: string;
  /** Steps with secrets put in. `index` is the place in the host run. */
  readonly steps: readonly { readonly index: number; readonly step: AgentStep }[];
  /** Values to replace by `******` in output. */
  readonly masked: readonly string[];
}

/** What happened on the host, in order. `sequence` counts from 1 per host run and lease. */
export type AgentEvent = {
  readonly hostRunId: number;
  readonly fencingToken: number;
  readonly sequence: number;
} & (
  | { readonly kind: 'step-started'; readonly index: number; readonly at: number }
  | {
      readonly kind: 'output';
      readonly index: number;
      readonly stream: 'stdout' | 'stderr';
      /** Place of the first byte in the whole stream; a gap means that the agent cut what lies between. */
      readonly offset: number;
      /** Base64, at most 256 KiB of bytes. */
      readonly data: string;
    }
  | {
      readonly kind: 'step-ended';
      readonly index: number;
      readonly at: number;
      readonly state: 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
      readonly exitCode: number | null;
      readonly reason: 'exit-code' | 'timeout' | 'cancelled' | 'step-error' | 'interrupted' | null;
      readonly reasonText: string | null;
    }
  /**
   * No further event comes for this lease, whose agent was restarted and does not have its text any more (secrets are
   * never on its disk): the first step that has not ended may be begun, or begun again as it is idempotent. The server
   * gives the rest anew, a few times.
   */
  | { readonly kind: 'lease-returned'; readonly at: number }
  /** No further event comes for this lease: all its steps have ended, or were skipped after a failure or a cancel. */
  | { readonly kind: 'lease-ended'; readonly at: number }
);

/** What happened on the host since the last report. */
export interface ReportRequest {
  /** The agent's clock when it sent the report, epoch milliseconds; corrects the times of the events. */
  readonly sentAt?: number;
  readonly events: readonly AgentEvent[];
}

/** What the server has stored, and what the agent should end. */
export interface ReportAnswer {
  /** The events up to here are stored (or worthless) and need not be sent again. */
  readonly acknowledged: readonly {
    readonly hostRunId: number;
    readonly fencingToken: number;
    readonly sequence: number;
  }[];
  readonly cancel: readonly HeldLease[];
}

/**
 * What became of the host's instances: sent at once when something changed (a health-check step waits for the answer),
 * and every few seconds as long as there are any. It always names all instances that the agent has.
 */
export interface InstanceReport {
  /** The agent's clock when it sent the report, epoch milliseconds. */
  readonly sentAt: number;
  readonly instances: readonly InstanceStatus[];
  /** What they wrote since the last acknowledged report, at most 256 KiB; longer lines are cut at 8 KiB. */
  readonly lines: readonly {
    readonly instance: string;
    readonly at: number;
    readonly stream: 'stdout' | 'stderr';
    readonly text: string;
    /**
     * Grows with every line of the stream, and is the same when the line comes again: after a kill an agent sends what
     * it does not know to be stored. The server stores no line that is not behind the last one.
     */
    readonly offset?: number;
  }[];
  /** What they used since they were measured last, about every 10 s; absent where that cannot be seen. `at` is the agent's clock. */
  readonly usage?: readonly InstanceUsage[];
}

/** One instance as its agent sees it. */
export interface InstanceStatus {
  readonly instance: string;
  readonly state: Exclude<InstanceState, 'planned' | 'lost'>;
  readonly healthy: boolean;
  readonly port: number | null;
  readonly pid: number | null;
  /** Epoch milliseconds of the agent's clock. */
  readonly startedAt: number | null;
  readonly restarts: number;
  readonly trouble: InstanceTrouble | null;
}

/** Which of the instances nobody wants (any more): the agent stops them, and names them as `stopped` once. */
export interface InstanceAnswer {
  readonly stop: readonly string[];
}
