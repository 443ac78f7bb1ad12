import type { Driver } from './driver.ts';
import { failGrant, type Grant, giveAgain, takeOffer } from './input-lease.ts';
import type { LiveLease, LiveLeases } from './live-leases.ts';
import type { EngineParts, EngineTiming } from './parts.ts';
import type { PlanBook } from './plan-book.ts';
import type { HeldLease, Lease } from './protocol.ts';
import { fillSecrets, maskedValues, secretIds } from './secret-filling.ts';
import type { EngineTables } from './tables.ts';

/** Gives leases to agents and knows the ones that are alive. */
export class Leases {
  readonly #parts: EngineParts;
  readonly #timing: EngineTiming;
  readonly #plans: PlanBook;
  readonly #driver: Driver;
  readonly live: LiveLeases;

  constructor(parts: EngineParts, timing: EngineTiming, plans: PlanBook, driver: Driver, live: LiveLeases) {
    this.#parts = parts;
    this.#timing = timing;
    this.#plans = plans;
    this.#driver = driver;
    this.live = live;
  }

  /** Undefined when the offer is gone. */
  async take(offer: { hostRun: number; rollout: number }, host: string): Promise<Lease | undefined> {
    return this.#give(await this.#driver.submit(offer.rollout, takeOffer(offer.hostRun, host)));
  }

  /** The lease once more, under a new fencing token; undefined when it is too early, or something was heard of it. */
  async takeAgain(lost: LiveLease): Promise<Lease | undefined> {
    const grant = await this.#driver.submit(lost.rollout, giveAgain(lost.hostRunId, lost.host));
    if (grant !== 'gone') return this.#give(grant);
    this.live.remove(lost.hostRunId);
    return undefined;
  }

  async #give(grant: Grant | undefined): Promise<Lease | undefined> {
    if (!grant) return undefined;
    const filled = await fillSecrets(this.#parts.secrets, grant.steps);
    if (!filled) {
      await this.#driver.submit(grant.rollout, failGrant(grant, 'A secret that the step needs is gone.'));
      return undefined;
    }
    const { hostRunId, fencingToken, host, rollout, rolloutId, title } = grant;
    const masked = filled.masked.map((value) => Buffer.from(value));
    const steps = (grant.steps.at(-1)?.index ?? -1) + 1;
    this.live.add({ hostRunId, fencingToken, host, rollout, rolloutId, steps, masked, givenHere: true });
    return {
      hostRunId,
      rolloutId,
      fencingToken,
      leaseSeconds: this.#timing.lease / 1000,
      title,
      steps: filled.steps,
      masked: filled.masked,
    };
  }

  /** The lease, if it is alive and the host's: from memory, or from its row when another server gave it. */
  async known(host: string, hostRunId: number, fencingToken: number): Promise<LiveLease | undefined> {
    const live = this.live.find(hostRunId, fencingToken);
    if (live && live.host !== host) return undefined;
    if (live && this.live.namedWithin(hostRunId, this.#timing.lease)) return live;
    // What was not named for so long may have been lost meanwhile: its row knows.
    this.live.remove(hostRunId);
    return (await this.#read(host, [hostRunId])).find((lease) => lease.fencingToken === fencingToken);
  }

  /** Learns the leases of a host that this server hears for the first time. */
  async learn(host: string): Promise<void> {
    await this.#read(host);
  }

  /** Of the leases that an agent names: those to renew, and those to cancel or that are worthless. */
  async check(
    host: string,
    held: readonly HeldLease[],
  ): Promise<{ alive: LiveLease[]; cancel: HeldLease[] }> {
    const alive: LiveLease[] = [];
    const cancel: HeldLease[] = [];
    if (held.length === 0) return { alive, cancel };
    const rows = await this.#parts.storage.read((reader) =>
      reader
        .tables<EngineTables>()
        .selectFrom('host_run')
        .select(['id', 'fencing_token', 'phase', 'cancel_asked', 'host'])
        .where(
          'id',
          'in',
          held.map((lease) => lease.hostRunId),
        )
        .execute(),
    );
    for (const lease of held) {
      const row = rows.find((candidate) => candidate.id === lease.hostRunId);
      const worthy = row?.host === host && row.phase === 'leased' && row.fencing_token === lease.fencingToken;
      const known = worthy && (await this.known(host, lease.hostRunId, lease.fencingToken));
      if (known) alive.push(known);
      if (!worthy || row.cancel_asked === 1) cancel.push(lease);
    }
    return { alive, cancel };
  }

  async #read(host: string, ids?: readonly number[]): Promise<LiveLease[]> {
    const found = await this.#parts.storage.read(async (reader) => {
      let query = reader
        .tables<EngineTables>()
        .selectFrom('host_run')
        .innerJoin('rollout', 'rollout.number', 'host_run.rollout')
        .innerJoin('stage_run', (join) =>
          join
            .onRef('stage_run.rollout', '=', 'host_run.rollout')
            .onRef('stage_run.stage', '=', 'host_run.stage'),
        )
        .select(['host_run.id', 'host_run.stage', 'host_run.fencing_token'])
        .select(['rollout.number', 'rollout.id as rolloutId', 'stage_run.expansion'])
        .where('host_run.host', '=', host)
        .where('host_run.phase', '=', 'leased')
        .where('rollout.live', '=', 1);
      if (ids) query = query.where('host_run.id', 'in', ids);
      const rows = await query.execute();
      return Promise.all(
        rows.map(async (row) => {
          const { plan } = await this.#plans.plan(reader, { id: row.rolloutId, number: row.number });
          return { row, steps: this.#plans.steps(plan, row.stage, host, row.expansion) };
        }),
      );
    });
    const leases: LiveLease[] = [];
    for (const { row, steps } of found) {
      const known = this.live.find(row.id, row.fencing_token);
      const ids = secretIds(steps.flatMap((step) => (step.where === 'agent' ? [step] : [])));
      const values =
        known || ids.length === 0 ? new Map<number, string>() : await this.#parts.secrets.reveal(ids);
      leases.push(
        known ??
          this.live.add({
            hostRunId: row.id,
            fencingToken: row.fencing_token,
            host,
            rollout: row.number,
            rolloutId: row.rolloutId,
            steps: steps.length,
            masked: maskedValues([...values.values()]).map((value) => Buffer.from(value)),
            givenHere: false,
          }),
      );
    }
    return leases;
  }
}
