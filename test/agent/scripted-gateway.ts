import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { Readable } from 'node:stream';
import type { AgentGateway } from '../../src/engine/index.ts';
import type {
  AgentEvent,
  HeldLease,
  InstanceReport,
  InstanceStatus,
  JoinRequest,
  Lease,
  PollAnswer,
  PollRequest,
} from '../../src/engine/protocol.ts';
import { CoreError } from '../../src/errors/index.ts';

type Step = Lease['steps'][number]['step'];

/** Step fields that tests leave out get these. */
export type StepInput = { kind: Step['kind'] } & Record<string, unknown>;

/** The server's side of the agent protocol as a script: it gives the leases it is told to and keeps what is reported. */
export class ScriptedGateway implements AgentGateway {
  readonly joins: (JoinRequest & { seenAddress: string })[] = [];
  readonly polls: PollRequest[] = [];
  /** How many reports came. */
  reports = 0;
  /** Every event once, in the order of first arrival. */
  readonly events: AgentEvent[] = [];
  /** Events that came again although they had been acknowledged or stored. */
  readonly repeated: AgentEvent[] = [];
  readonly blobs = new Map<string, Buffer>();
  /** Every report of instances, in order. */
  readonly instanceReports: InstanceReport[] = [];
  /** Instances that the agents are told to stop. */
  readonly unwanted = new Set<string>();
  /** Reports of instances are answered with this error while it is set. */
  instanceRefusal: CoreError | undefined;
  /** Replaces the bytes that a blob is answered with. */
  corrupt: ((sha256: string, bytes: Buffer) => Buffer) | undefined;
  /** Thrown by every call that carries a credential. */
  refusal: CoreError | undefined;
  /** Reports are answered with this error while it is set. */
  reportRefusal: CoreError | undefined;
  updateTo: string | undefined;
  /** Joins are carried out, but their answers do not arrive while it is set. */
  losesJoinAnswers = false;

  readonly #changes = new EventEmitter().setMaxListeners(1000);
  readonly #credentials = new Map<string, string>();
  readonly #waiting: { host: string | undefined; lease: Lease }[] = [];
  readonly #given: { host: string; lease: Lease }[] = [];
  #cancels: HeldLease[] = [];
  #nextHostRun = 1;

  async join(request: JoinRequest, seenAddress: string) {
    if (request.token !== 'good-token') throw new CoreError('unauthenticated', 'The join token is not known');
    const isKnown = [...this.#credentials.values()].includes(request.name);
    const credential = request.credential ?? `credential-${this.joins.length}`;
    if (isKnown && !request.replace && this.#credentials.get(credential) !== request.name)
      throw new CoreError('conflict', `A host ${request.name} has joined already`);
    this.joins.push({ ...request, seenAddress });
    for (const [old, host] of this.#credentials) if (host === request.name) this.#credentials.delete(old);
    this.#credentials.set(credential, request.name);
    this.#changed();
    if (this.losesJoinAnswers) throw new CoreError('unavailable', 'The answer is lost');
    return { name: request.name, credential, serverVersion: 'scripted' };
  }

  async authenticate(credential: string): Promise<string> {
    if (this.refusal) throw this.refusal;
    const host = this.#credentials.get(credential);
    if (!host) throw new CoreError('unauthenticated', 'The credential is not known');
    return host;
  }

  /** Makes the credential of a host worthless, as a removal does. */
  forget(host: string): void {
    for (const [credential, name] of this.#credentials)
      if (name === host) this.#credentials.delete(credential);
  }

  async hear(): Promise<void> {}

  async poll(host: string, request: PollRequest, signal: AbortSignal): Promise<PollAnswer> {
    this.polls.push(request);
    this.#changed();
    this.#takeBack(host, request);
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(request.waitSeconds * 1000)]);
    for (;;) {
      const cancel = this.#cancels.filter((lease) => request.held.some((held) => isSame(held, lease)));
      const place =
        request.free > 0
          ? this.#waiting.findIndex((each) => each.host === undefined || each.host === host)
          : -1;
      const leases = place < 0 ? [] : this.#waiting.splice(place, 1).map(({ lease }) => lease);
      this.#given.push(...leases.map((lease) => ({ host, lease })));
      if (leases.length > 0 || cancel.length > 0 || deadline.aborted || this.updateTo) {
        return { leases, cancel, ...(this.updateTo ? { updateTo: this.updateTo } : {}) };
      }
      await once(this.#changes, 'change', { signal: deadline }).catch(() => {});
    }
  }

  async report(_host: string, { events }: { readonly events: readonly AgentEvent[] }) {
    if (this.reportRefusal) throw this.reportRefusal;
    this.reports += 1;
    for (const event of events) {
      const isKnown = this.events.some((known) => isSame(known, event) && known.sequence === event.sequence);
      (isKnown ? this.repeated : this.events).push(event);
    }
    this.#changed();
    return {
      acknowledged: events.map(({ hostRunId, fencingToken, sequence }) => ({
        hostRunId,
        fencingToken,
        sequence,
      })),
      cancel: this.#cancels,
    };
  }

  async instances(_host: string, report: InstanceReport) {
    if (this.instanceRefusal) throw this.instanceRefusal;
    this.instanceReports.push(report);
    const stop = report.instances
      .filter(({ instance, state }) => this.unwanted.has(instance) && state !== 'stopped')
      .map(({ instance }) => instance);
    this.#changed();
    return { stop };
  }

  /** What the last report said of an instance. */
  instance(id: string): InstanceStatus | undefined {
    return this.instanceReports.at(-1)?.instances.find(({ instance }) => instance === id);
  }

  /** All that was reported of an instance, in order. */
  saidOf(id: string): InstanceStatus[] {
    return this.instanceReports.flatMap(({ instances }) =>
      instances.filter(({ instance }) => instance === id),
    );
  }

  /** Resolves when a report says so of an instance; with what it said. */
  async instanceIs(id: string, isTrue: (status: InstanceStatus) => boolean): Promise<InstanceStatus> {
    let found: InstanceStatus | undefined;
    await this.until(() => {
      const status = this.instance(id);
      found = status && isTrue(status) ? status : undefined;
      return found !== undefined;
    });
    return found as InstanceStatus;
  }

  /** What an instance wrote, as far as it was reported. */
  linesOf(id: string): string[] {
    return this.instanceReports.flatMap(({ lines }) =>
      lines.filter(({ instance }) => instance === id).map(({ text }) => text),
    );
  }

  async blob(_host: string, sha256: string) {
    const stored = this.blobs.get(sha256);
    if (!stored) throw new CoreError('not-found', 'No live lease of this host names this file');
    const bytes = this.corrupt?.(sha256, stored) ?? stored;
    return {
      size: stored.length,
      open: async (range?: { start: number; end: number }) =>
        Readable.from(range ? [bytes.subarray(range.start, range.end + 1)] : [bytes]),
    };
  }

  /** Offers a lease with these steps to the next agent that is free. */
  offer(
    steps: readonly StepInput[],
    more: { host?: string; masked?: string[]; leaseSeconds?: number } = {},
  ): Lease {
    const lease: Lease = {
      hostRunId: this.#nextHostRun++,
      rolloutId: 'rollout',
      fencingToken: 1,
      leaseSeconds: more.leaseSeconds ?? 60,
      title: 'test',
      masked: more.masked ?? [],
      steps: steps.map((step, index) => ({
        index,
        step: { where: 'agent', name: `step ${index}`, timeoutSeconds: 60, ...step } as Step,
      })),
    };
    this.#waiting.push({ host: more.host, lease });
    this.#changed();
    return lease;
  }

  /** Keeps bytes for download; returns what a put-file step calls them. */
  keep(bytes: Buffer): { sha256: string; size: number } {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    this.blobs.set(sha256, bytes);
    return { sha256, size: bytes.length };
  }

  cancel(lease: HeldLease): void {
    this.#cancels.push(lease);
    this.#changed();
  }

  /** Resolves when `isTrue`; looked at after everything that happens. */
  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await once(this.#changes, 'change');
  }

  eventsOf(lease: HeldLease): AgentEvent[] {
    return this.events.filter((event) => isSame(event, lease));
  }

  /** Resolves when the lease has ended, with the ends of its steps. */
  async ended(lease: HeldLease): Promise<Extract<AgentEvent, { kind: 'step-ended' }>[]> {
    await this.until(() => this.eventsOf(lease).some((event) => event.kind === 'lease-ended'));
    return this.eventsOf(lease).filter((event) => event.kind === 'step-ended');
  }

  async started(lease: HeldLease, index = 0): Promise<void> {
    await this.until(() =>
      this.eventsOf(lease).some((event) => event.kind === 'step-started' && event.index === index),
    );
  }

  /** The bytes that came of one stream, in order of arrival, and where the first of them lies. */
  output(lease: HeldLease, index = 0, stream: 'stdout' | 'stderr' = 'stdout') {
    const pieces = this.eventsOf(lease).filter(
      (event) => event.kind === 'output' && event.index === index && event.stream === stream,
    ) as Extract<AgentEvent, { kind: 'output' }>[];
    const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece.data, 'base64')));
    const last = pieces.at(-1);
    return {
      bytes,
      text: bytes.toString('utf8'),
      end: last ? last.offset + Buffer.from(last.data, 'base64').length : 0,
      pieces,
    };
  }

  /** Resolves when the stream holds `text`. */
  async printed(lease: HeldLease, text: string, index = 0): Promise<void> {
    await this.until(() => this.output(lease, index).text.includes(text));
  }

  /** A lease that the agent does not name and said nothing of was lost on its way: it is offered again. */
  #takeBack(host: string, request: PollRequest): void {
    if (request.held.length > 0 || request.free === 0) return;
    for (const given of this.#given.filter((each) => each.host === host)) {
      const isLost = this.eventsOf(given.lease).length === 0;
      this.#given.splice(this.#given.indexOf(given), 1);
      if (isLost) this.#waiting.unshift(given);
    }
  }

  #changed(): void {
    this.#changes.emit('change');
  }
}

function isSame(one: HeldLease, other: HeldLease): boolean {
  return one.hostRunId === other.hostRunId && one.fencingToken === other.fencingToken;
}
