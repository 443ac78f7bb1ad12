import type { Readable } from 'node:stream';
import type {
  InstanceAnswer,
  InstanceReport,
  JoinAnswer,
  JoinRequest,
  PollAnswer,
  PollRequest,
  ReportAnswer,
  ReportRequest,
} from './protocol.ts';

/** The server's side of the agent protocol, without HTTP. All calls throw CoreErrors. */
export interface AgentGateway {
  /** `unauthenticated` for a bad token, `forbidden` for a name that the token does not allow, `conflict` for a known name without `replace`. */
  join(request: JoinRequest, seenAddress: string): Promise<JoinAnswer>;
  /** The host whose credential this is; `unauthenticated` else. Costs no database read for a credential seen before. */
  authenticate(credential: string): Promise<string>;
  /** Held open until there is something to say, `waitSeconds` are over or `signal` aborts. */
  poll(host: string, request: PollRequest, signal: AbortSignal): Promise<PollAnswer>;
  /**
   * A poll that is not answered because the server takes no more calls while it drains: the host is there all the same,
   * and so are the leases that it names.
   */
  hear(host: string, request: PollRequest): Promise<void>;
  report(host: string, request: ReportRequest): Promise<ReportAnswer>;
  /** Stores what became of the host's instances; the answer names those to stop. */
  instances(host: string, report: InstanceReport): Promise<InstanceAnswer>;
  /** Only blobs that a live lease of this host names; `not-found` else. */
  blob(
    host: string,
    sha256: string,
  ): Promise<{ size: number; open(range?: { start: number; end: number }): Promise<Readable> }>;
}
