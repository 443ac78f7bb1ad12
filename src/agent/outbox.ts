import type { AgentEvent, HeldLease, ReportAnswer } from '../engine/protocol.ts';
import type { Journal, JournalSpan } from './journal.ts';
import { bootId } from './process-table.ts';
import { type AgentEventBody, type AgentRecord, isSameLease, leaseKey } from './records.ts';

/** Above this many unacknowledged bytes running steps pass no output on; what they write meanwhile may be cut. */
const roomBytes = 2 * 1_048_576;
/** The journal is written anew without what the server has when it is larger than this. */
const compactBytes = 16 * 1_048_576;

interface PendingEvent extends HeldLease {
  readonly sequence: number;
  /** Where its line is; absent when the disk refused it: then it lives in memory only. */
  span?: JournalSpan;
  readonly line?: string;
  readonly bytes: number;
}

/** Events in their order, on disk until the server has acknowledged them. */
export class Outbox {
  readonly #journal: Journal;
  readonly #sequences = new Map<string, number>();
  /** Records of unfinished leases that are no output. */
  #kept: JournalSpan[] = [];
  #pending: PendingEvent[] = [];
  #pendingBytes = 0;
  /** Called after every added event. */
  onAdded: (kind: AgentEvent['kind']) => void = () => {};

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The size of what the server does not have yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Whether output may be added now. */
  get hasRoom(): boolean {
    return this.#pendingBytes < roomBytes;
  }

  /** Gives the event its number and keeps it. Throws, and adds nothing, when it `mustBeKept` and the disk refuses it. */
  add(lease: HeldLease, body: AgentEventBody, mustBeKept = false): void {
    const sequence = (this.#sequences.get(leaseKey(lease)) ?? 0) + 1;
    const event = {
      hostRunId: lease.hostRunId,
      fencingToken: lease.fencingToken,
      sequence,
      ...body,
    } as AgentEvent;
    const line = JSON.stringify(event);
    const pending: PendingEvent = {
      ...identity(lease),
      sequence,
      bytes: line.length,
      ...this.#write(line, mustBeKept),
    };
    this.#sequences.set(leaseKey(lease), sequence);
    this.#push(event, pending);
    this.onAdded(event.kind);
  }

  /** Puts an event back that an earlier process had journaled. */
  restore(event: AgentEvent, span: JournalSpan, isAcknowledged: boolean): void {
    this.#sequences.set(leaseKey(event), event.sequence);
    if (!isAcknowledged) {
      this.#push(event, { ...identity(event), sequence: event.sequence, span, bytes: span.end - span.start });
    } else if (event.kind !== 'output') this.#kept.push(span);
  }

  /**
   * Journals that a lease begins; throws when that would not survive a power cut. It is the only record that waits for
   * the disk, which keeps a quick host run quick: what follows survives the end of this process, and after a new start
   * of the machine (another boot id) nothing of the lease is run any more, whatever of it reached the disk.
   */
  begin(record: Extract<AgentRecord, { kind: 'lease' }>): void {
    this.#kept.push(this.#journal.append(JSON.stringify(record)));
    this.#journal.sync();
  }

  /** Leaves numbers out that an earlier process may have used for events which did not reach the disk. */
  skipNumbers(lease: HeldLease): void {
    this.#sequences.set(leaseKey(lease), (this.#sequences.get(leaseKey(lease)) ?? 0) + 1_000_000);
  }

  /** Journals something that the server need not hear. On a full disk it is left out: steps end all the same. */
  note(record: AgentRecord): void {
    const written = this.#write(JSON.stringify(record), false);
    if ('span' in written) this.#kept.push(written.span);
  }

  /** Keeps a record of an earlier process through the next compaction. */
  restoreNote(span: JournalSpan): void {
    this.#kept.push(span);
  }

  /** The oldest events as the body of a report of about `maxBytes`; undefined when the server has everything. */
  nextReport(maxBytes: number): { body: string; last: HeldLease & { sequence: number } } | undefined {
    const lines: string[] = [];
    let bytes = 0;
    let last: PendingEvent | undefined;
    for (const event of this.#pending) {
      if (last && bytes + event.bytes > maxBytes) break;
      lines.push(event.span ? this.#journal.read(event.span).toString('utf8') : (event.line ?? ''));
      bytes += event.bytes;
      last = event;
    }
    return last && { body: `{"sentAt":${Date.now()},"events":[${lines.join(',')}]}`, last };
  }

  /** Forgets what the server has. */
  acknowledge(answers: ReportAnswer['acknowledged']): void {
    const before = this.#pending.length;
    this.#pending = this.#pending.filter(
      (event) => !answers.some((answer) => isSameLease(answer, event) && event.sequence <= answer.sequence),
    );
    if (this.#pending.length === before) return;
    this.#pendingBytes = this.#pending.reduce((sum, event) => sum + event.bytes, 0);
    for (const { hostRunId, fencingToken, sequence } of answers) {
      this.note({ kind: 'acknowledged', hostRunId, fencingToken, sequence });
    }
  }

  /** Whether the server has every event of the lease. */
  isAcknowledged(lease: HeldLease): boolean {
    return !this.#pending.some((event) => isSameLease(event, lease));
  }

  /** The lease is over and acknowledged: nothing of it is needed any more. */
  forget(lease: HeldLease): void {
    this.#sequences.delete(leaseKey(lease));
    if (this.#pending.length === 0 && this.#sequences.size === 0) {
      this.#kept = [];
      // Not at once: a truncation costs a metadata commit, and the acknowledgement is in the journal already.
      if (this.#journal.size > 262_144) this.#journal.compact([]);
    }
  }

  #push(event: AgentEvent, pending: PendingEvent): void {
    this.#pending.push(pending);
    this.#pendingBytes += pending.bytes;
    if (event.kind !== 'output' && pending.span) this.#kept.push(pending.span);
    if (this.#journal.size > compactBytes + this.#pendingBytes) this.#tryCompact();
  }

  #write(line: string, mustBeKept: boolean): { span: JournalSpan } | { line: string } {
    try {
      const span = this.#journal.append(line);
      // Without a boot id a crash of the machine cannot be told from one of this process.
      if (mustBeKept && bootId() === undefined) this.#journal.sync();
      return { span };
    } catch (error) {
      if (mustBeKept) throw error;
      return { line };
    }
  }

  #tryCompact(): void {
    try {
      this.#compact();
    } catch {
      // The disk is full: the journal stays as it is, and the next event tries again.
    }
  }

  #compact(): void {
    const kept = new Set(this.#kept.map((span) => span.start));
    const spans = [
      ...this.#kept,
      ...this.#pending.flatMap(({ span }) => (span && !kept.has(span.start) ? [span] : [])),
    ].sort((a, b) => a.start - b.start);
    const moved = new Map(
      this.#journal.compact(spans).map((span, place) => [(spans[place] as JournalSpan).start, span]),
    );
    this.#kept = this.#kept.map((span) => moved.get(span.start) as JournalSpan);
    for (const event of this.#pending)
      if (event.span) event.span = moved.get(event.span.start) as JournalSpan;
  }
}

function identity(lease: HeldLease): HeldLease {
  return { hostRunId: lease.hostRunId, fencingToken: lease.fencingToken };
}
