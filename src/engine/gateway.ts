import { CoreError } from '../errors/index.ts';
import type { AgentGateway } from './agent-gateway.ts';
import { Bell } from './bell.ts';
import type { Contacts } from './contacts.ts';
import type { Credentials } from './credentials.ts';
import type { Instances } from './instances/index.ts';
import { type Joined, join } from './joins.ts';
import { type LeasedBlob, leasedBlob } from './leased-blob.ts';
import type { Leases } from './leases.ts';
import type { Liveness } from './liveness.ts';
import type { Offers } from './offers.ts';
import type { EngineParts, EngineTiming } from './parts.ts';
import type { PlanBook } from './plan-book.ts';
import type {
  InstanceAnswer,
  InstanceReport,
  JoinAnswer,
  JoinRequest,
  Lease,
  PollAnswer,
  PollRequest,
  ReportAnswer,
  ReportRequest,
} from './protocol.ts';
import type { Reports } from './reports.ts';

/** What the gateway hands calls to. */
export interface GatewayRooms {
  readonly parts: EngineParts;
  readonly timing: EngineTiming;
  readonly credentials: Credentials;
  readonly liveness: Liveness;
  readonly offers: Offers;
  readonly leases: Leases;
  readonly reports: Reports;
  readonly contacts: Contacts;
  readonly plans: PlanBook;
  readonly instances: Instances;
  /** Hears of joined hosts. */
  onJoined(joined: Joined): Promise<void>;
}

/** How long a cancel that an agent was told is not told again on a new poll: it is ending its steps. */
const cancelPause = 2_000;

/** The server's side of the agent protocol. A waiting agent costs a promise, a timer and no database call. */
export class Gateway implements AgentGateway {
  readonly #rooms: GatewayRooms;
  readonly #known = new Set<string>();
  /** When a cancel of a lease was last told, by host and lease: a host may name leases that are not its own. */
  readonly #told = new Map<string, number>();
  #closed = false;

  constructor(rooms: GatewayRooms) {
    this.#rooms = rooms;
  }

  async join(request: JoinRequest, seenAddress: string): Promise<JoinAnswer> {
    const joined = await join(this.#rooms.parts, this.#rooms.instances, request, seenAddress);
    this.#rooms.liveness.hear(request.name);
    await this.#rooms.onJoined(joined);
    return joined.answer;
  }

  authenticate(credential: string): Promise<string> {
    return this.#rooms.credentials.host(credential);
  }

  async poll(host: string, request: PollRequest, signal: AbortSignal): Promise<PollAnswer> {
    const { liveness, leases, offers, parts } = this.#rooms;
    if (this.#closed) throw new CoreError('unavailable', 'The server is shutting down.');
    const bell = new Bell();
    const release = [liveness.hold(host), offers.wait(host, () => bell.ring())];
    try {
      if (!this.#known.has(host)) {
        await leases.learn(host);
        this.#known.add(host);
      }
      this.#rooms.contacts.hear(host, request.agentVersion);
      await this.#holdNamed(host, request, release);
      const until = parts.clock.now() + request.waitSeconds * 1000;
      for (;;) {
        const answer = await this.#answer(host, request, signal);
        const left = until - parts.clock.now();
        if (answer.leases.length > 0 || this.#isNews(host, answer)) return answer;
        if (left <= 0 || signal.aborted || this.#closed) return answer;
        await bell.wait(parts.clock, Math.min(left, this.#recheck(host, request)), signal);
      }
    } finally {
      for (const letGo of release) letGo();
    }
  }

  async hear(host: string, request: PollRequest): Promise<void> {
    const { liveness, leases, contacts } = this.#rooms;
    liveness.hear(host);
    contacts.hear(host, request.agentVersion);
    const { alive } = await leases.check(host, request.held);
    for (const lease of alive) leases.live.renew(lease);
  }

  report(host: string, request: ReportRequest): Promise<ReportAnswer> {
    this.#rooms.liveness.hear(host);
    return this.#rooms.reports.take(host, request);
  }

  instances(host: string, report: InstanceReport): Promise<InstanceAnswer> {
    this.#rooms.liveness.hear(host);
    return this.#rooms.instances.report(host, report);
  }

  blob(host: string, sha256: string): Promise<LeasedBlob> {
    return leasedBlob(this.#rooms.parts, this.#rooms.plans, host, sha256);
  }

  /** Ends held calls. */
  close(): void {
    this.#closed = true;
    this.#rooms.offers.wakeAll();
  }

  /** Leases that a held call names stay alive for as long as it is held. */
  async #holdNamed(host: string, request: PollRequest, release: (() => void)[]): Promise<void> {
    const { leases } = this.#rooms;
    const { alive } = await leases.check(host, request.held);
    for (const lease of alive) release.push(leases.live.hold(lease));
  }

  async #answer(host: string, request: PollRequest, signal: AbortSignal): Promise<PollAnswer> {
    const { leases } = this.#rooms;
    const { cancel } = await leases.check(host, request.held);
    const gives = request.free > 0 && !this.#closed && !signal.aborted;
    const given = gives ? await this.#give(host, request) : [];
    return { leases: given, cancel };
  }

  async #give(host: string, request: PollRequest): Promise<Lease[]> {
    const { leases, offers } = this.#rooms;
    const given: Lease[] = [];
    for (const lost of this.#unnamed(host, request)) {
      if (given.length >= request.free) break;
      const lease = await leases.takeAgain(lost);
      if (lease) given.push(lease);
    }
    for (const offer of offers.of(host)) {
      if (given.length >= request.free) break;
      offers.remove(host, offer.hostRun);
      const lease = await leases.take(offer, host).catch((error) => {
        offers.add([host, offer.hostRun, offer.rollout]);
        throw error;
      });
      if (lease) given.push(lease);
    }
    return given;
  }

  /** Leases that were given to the host a while ago and that its agent doesn't name. */
  #unnamed(host: string, request: PollRequest) {
    const named = new Set(request.held.map((lease) => lease.hostRunId));
    return this.#rooms.leases.live.ofHost(host).filter((lease) => !named.has(lease.hostRunId));
  }

  /** How long a held call waits before it looks again by itself. */
  #recheck(host: string, request: PollRequest): number {
    const mayBeLost = request.free > 0 && this.#unnamed(host, request).length > 0;
    return mayBeLost ? this.#rooms.timing.redelivery : Number.POSITIVE_INFINITY;
  }

  /** Whether the answer has a cancel that the agent wasn't told just now; else it would poll in a circle. */
  #isNews(host: string, answer: PollAnswer): boolean {
    const now = this.#rooms.parts.clock.now();
    const fresh = answer.cancel
      .map(({ hostRunId, fencingToken }) => `${hostRunId}/${fencingToken}/${host}`)
      .filter((lease) => now - (this.#told.get(lease) ?? 0) > cancelPause);
    for (const lease of fresh) this.#told.set(lease, now);
    if (this.#told.size > 10_000) this.#told.clear();
    return fresh.length > 0;
  }
}
