import type { AgentGateway } from '../../src/engine/agent-gateway.ts';
import type { AgentStep } from '../../src/engine/index.ts';
import type {
  AgentEvent,
  HeldLease,
  InstanceAnswer,
  InstanceReport,
  InstanceStatus,
  Lease,
  PollAnswer,
  PollRequest,
  ReportAnswer,
  ReportRequest,
} from '../../src/engine/protocol.ts';

/** How a simulated agent reaches the server: its gateway directly, or HTTP. */
export interface AgentLink {
  poll(request: PollRequest, signal: AbortSignal): Promise<PollAnswer>;
  report(request: ReportRequest): Promise<ReportAnswer>;
  instances?(report: InstanceReport): Promise<InstanceAnswer>;
}

/** How a simulated step ended; absent fields say that it succeeded. */
export interface SimulatedEnd {
  readonly state?: 'succeeded' | 'failed' | 'cancelled' | 'interrupted';
  readonly exitCode?: number;
  readonly reason?: 'exit-code' | 'timeout' | 'cancelled' | 'step-error' | 'interrupted';
  readonly reasonText?: string;
}

/** What a simulated step is given. */
export interface SimulatedStep {
  readonly host: string;
  readonly step: AgentStep;
  readonly index: number;
  readonly lease: Lease;
  /** Aborts when the server wants the run cancelled. */
  readonly cancelled: AbortSignal;
  write(stream: 'stdout' | 'stderr', text: string): void;
}

export type Simulation = (
  step: SimulatedStep,
) => SimulatedEnd | undefined | Promise<SimulatedEnd | undefined>;

/** Speaks the gateway's part of the protocol for one host. */
export function gatewayLink(gateway: AgentGateway, host: string): AgentLink {
  return {
    poll: (request, signal) => gateway.poll(host, request, signal),
    report: (request) => gateway.report(host, request),
    instances: (report) => gateway.instances(host, report),
  };
}

/** An agent that speaks the real protocol and whose steps are a function of the test. */
export class FakeAgent {
  readonly host: string;
  readonly #link: AgentLink;
  readonly #simulate: Simulation;
  readonly #stop = new AbortController();
  readonly #waitSeconds: number;
  #ports = 20_000;
  #held: HeldLease | undefined;
  #cancel: AbortController | undefined;
  #loop: Promise<void> | undefined;
  /** The instances that the host has; `reportInstances` tells the server. */
  readonly instances = new Map<string, InstanceStatus>();
  /** How many steps were started, by `<host run>/<index>`; a count above 1 is a fault. */
  readonly started = new Map<string, number>();

  constructor(host: string, link: AgentLink, simulate: Simulation = () => undefined, waitSeconds = 30) {
    this.host = host;
    this.#link = link;
    this.#simulate = simulate;
    this.#waitSeconds = waitSeconds;
  }

  start(): this {
    this.#loop = this.#work();
    return this;
  }

  /** Stops to poll, like an agent that was cut off; what runs reports nothing any more. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#cancel?.abort();
    await this.#loop;
  }

  /** Sets what is new of an instance; one that is not there yet runs and is well. */
  setInstance(instance: string, change: Partial<InstanceStatus> = {}): void {
    this.#ports += 1;
    const fresh: InstanceStatus = {
      ...{ instance, state: 'running', healthy: true, port: this.#ports, pid: this.#ports },
      ...{ startedAt: Date.now(), restarts: 0, trouble: null },
    };
    this.instances.set(instance, { ...(this.instances.get(instance) ?? fresh), ...change });
  }

  /** Reports all instances, stops those that nobody wants, and names these as stopped once. */
  async reportInstances(lines: InstanceReport['lines'] = []): Promise<readonly string[]> {
    const report = { sentAt: Date.now(), instances: [...this.instances.values()], lines };
    const { stop } = (await this.#link.instances?.(report)) ?? { stop: [] };
    for (const { instance, state } of report.instances)
      if (state === 'stopped') this.instances.delete(instance);
    for (const instance of stop)
      this.setInstance(instance, { state: 'stopped', healthy: false, port: null, pid: null });
    if (stop.length > 0) await this.reportInstances();
    return stop;
  }

  /** What a real agent does with instances; a test's simulation has the last word about how the step ends. */
  async #keepInstances(step: AgentStep): Promise<void> {
    if (step.kind === 'service-start') this.setInstance(step.instance);
    else if (step.kind === 'service-stop') {
      for (const instance of step.instances)
        if (this.instances.has(instance))
          this.setInstance(instance, { state: 'stopped', healthy: false, port: null, pid: null });
    } else return;
    await this.reportInstances();
  }

  async #work(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        const answer = await this.#poll(1);
        for (const lease of answer.leases) await this.#carryOut(lease);
      } catch {
        if (!this.#stop.signal.aborted) await this.#afterError();
      }
    }
  }

  /** A server that restarts is asked again soon. */
  async #afterError(): Promise<undefined> {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return undefined;
  }

  #poll(free: number): Promise<PollAnswer> {
    const request = {
      agentVersion: 'fake',
      held: this.#held ? [this.#held] : [],
      free,
      waitSeconds: this.#waitSeconds,
    };
    return this.#link.poll(request, this.#stop.signal);
  }

  async #carryOut(lease: Lease): Promise<void> {
    const { hostRunId, fencingToken } = lease;
    this.#held = { hostRunId, fencingToken };
    const cancel = new AbortController();
    this.#cancel = cancel;
    // Stopped while the answer with the lease was on its way: nobody ends its steps later.
    if (this.#stop.signal.aborted) cancel.abort();
    const done = new AbortController();
    const run = this.#run(lease, cancel.signal).finally(() => done.abort());
    const watch = this.#hearCancels(lease, cancel, done.signal);
    await run.finally(() => {
      this.#held = undefined;
    });
    await watch;
  }

  /** Polls while a longer run goes on; a run that ends at once costs no further poll. */
  async #hearCancels(lease: Lease, cancel: AbortController, done: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 30);
      done.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    while (!done.aborted && !this.#stop.signal.aborted && !cancel.signal.aborted) {
      const signal = AbortSignal.any([done, this.#stop.signal]);
      const request = { agentVersion: 'fake', held: [lease], free: 0, waitSeconds: this.#waitSeconds };
      const answer = await this.#link.poll(request, signal).catch(() => this.#afterError());
      if (answer?.cancel.some((other) => other.hostRunId === lease.hostRunId)) cancel.abort();
    }
  }

  async #run(lease: Lease, cancelled: AbortSignal): Promise<void> {
    const { hostRunId, fencingToken } = lease;
    let sequence = 0;
    let events: AgentEvent[] = [];
    const next = () => {
      sequence += 1;
      return { hostRunId, fencingToken, sequence };
    };
    const send = async () => {
      const batch = events;
      events = [];
      for (;;) {
        if (this.#stop.signal.aborted) return;
        try {
          const answer = await this.#link.report({ events: batch, sentAt: Date.now() });
          if (answer.cancel.some((other) => other.hostRunId === hostRunId)) this.#cancel?.abort();
          return;
        } catch {
          await this.#afterError();
        }
      }
    };
    for (const { index, step } of lease.steps) {
      if (cancelled.aborted) break;
      const key = `${hostRunId}/${index}`;
      this.started.set(key, (this.started.get(key) ?? 0) + 1);
      events.push({ ...next(), kind: 'step-started', index, at: Date.now() });
      const offsets = { stdout: 0, stderr: 0 };
      const write = (stream: 'stdout' | 'stderr', text: string) => {
        const bytes = Buffer.from(text);
        const event = { kind: 'output' as const, index, stream, offset: offsets[stream] };
        events.push({ ...next(), ...event, data: bytes.toString('base64') });
        offsets[stream] += bytes.length;
      };
      if (step.kind !== 'script') await this.#keepInstances(step);
      const simulated = this.#simulate({ host: this.host, step, index, lease, cancelled, write });
      // What a longer step has said so far is reported before it ends.
      if (simulated instanceof Promise) await send();
      const end = await simulated;
      const state = end?.state ?? 'succeeded';
      events.push({
        ...next(),
        kind: 'step-ended',
        index,
        at: Date.now(),
        state,
        exitCode: end?.exitCode ?? (state === 'succeeded' ? 0 : null),
        reason: end?.reason ?? null,
        reasonText: end?.reasonText ?? null,
      });
      if (state !== 'succeeded' && !(state === 'failed' && step.onFailure === 'ignore')) break;
    }
    events.push({ ...next(), kind: 'lease-ended', at: Date.now() });
    await send();
  }
}
