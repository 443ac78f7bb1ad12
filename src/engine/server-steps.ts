import { CoreError } from '../errors/index.ts';
import { applyNow } from './apply-now.ts';
import { channels } from './channels.ts';
import type { StepOutcome } from './decide/index.ts';
import type { Driver, Input } from './driver.ts';
import type { ServerStepHandler } from './engine.ts';
import type { OutputFiles } from './output/index.ts';
import type { EngineParts } from './parts.ts';
import type { ServerStep } from './plan.ts';
import { type ServerStepInput, serverStepKind } from './server-step-input.ts';
import type { SessionContext } from './session-context.ts';
import type { EngineTables } from './tables.ts';

interface Begun {
  readonly step: ServerStep;
  readonly host: string | null;
  readonly rolloutId: string;
  readonly cancelAsked: boolean;
  /** It was running already: an earlier try was interrupted. */
  readonly again: boolean;
}

/** Runs the steps that the server does itself, as durable work. */
export class ServerSteps {
  readonly #parts: EngineParts;
  readonly #driver: Driver;
  readonly #files: OutputFiles;
  readonly #handlers = new Map<string, ServerStepHandler>();
  readonly #running = new Map<number, AbortController>();

  constructor(parts: EngineParts, context: SessionContext, driver: Driver, files: OutputFiles) {
    this.#parts = parts;
    this.#driver = driver;
    this.#files = files;
    parts.work.register<ServerStepInput>({
      kind: serverStepKind,
      // They wait for other systems, one that is away for as much as 15 minutes each: that must not be others' wait, too.
      concurrency: 256,
      // A try ends with the server that ran it; only a handler that kills its server again and again ends here.
      tries: 100,
      timeoutSeconds: 90_000,
      run: (input, { signal }) => this.#run(input, signal),
      onDead: (unit, input, reason) =>
        applyNow(unit, context, input.rollout, end(input, failure(reason))).then(() => undefined),
    });
  }

  register(handler: ServerStepHandler): void {
    this.#handlers.set(handler.kind, handler);
  }

  /** Hears of running steps that are to be stopped. */
  listen(): () => void {
    return this.#parts.storage.listen(channels.serverSteps, (payload) => {
      for (const id of payload === undefined ? [] : (JSON.parse(payload) as number[])) {
        this.#running.get(id)?.abort('cancelled');
      }
    });
  }

  async #run(input: ServerStepInput, shutdown: AbortSignal): Promise<void> {
    // Known before the step begins, so that no cancel falls between.
    const cancel = new AbortController();
    this.#running.set(input.hostRun, cancel);
    try {
      const begun = await this.#driver.submit(input.rollout, begin(input));
      if (begun) await this.#goOn(input, begun, cancel, shutdown);
    } finally {
      this.#running.delete(input.hostRun);
    }
  }

  async #goOn(
    input: ServerStepInput,
    begun: Begun,
    cancel: AbortController,
    shutdown: AbortSignal,
  ): Promise<void> {
    const handler = this.#handlers.get(begun.step.kind);
    if (!handler) {
      await this.#end(input, failure(`This server has no handler for steps of the kind ${begun.step.kind}.`));
    } else if (begun.again && !handler.idempotent) {
      const reasonText = 'The server stopped while it ran the step.';
      await this.#end(input, { state: 'interrupted', reason: 'interrupted', reasonText });
    } else {
      if (begun.cancelAsked) cancel.abort();
      await this.#carryOut(input, begun, handler, { cancel: cancel.signal, shutdown });
    }
  }

  async #carryOut(
    input: ServerStepInput,
    begun: Begun,
    handler: ServerStepHandler,
    signals: { cancel: AbortSignal; shutdown: AbortSignal },
  ): Promise<void> {
    const { step, host, rolloutId } = begun;
    const stop = new AbortController();
    const listening = new AbortController();
    const stopOn = (signal: AbortSignal, reason: string) => {
      if (signal.aborted) stop.abort(reason);
      signal.addEventListener('abort', () => stop.abort(reason), { signal: listening.signal });
    };
    if (step.onCancel !== 'finish') stopOn(signals.cancel, 'cancelled');
    stopOn(signals.shutdown, 'shutdown');
    const stopTimer = this.#parts.clock.after(step.timeoutSeconds * 1000, () => stop.abort('timeout'));
    const log = this.#output(input, rolloutId);
    let outcome: StepOutcome = { state: 'succeeded', reason: null, reasonText: null };
    let value: string | null = null;
    try {
      const result = await handler.run(step, { rolloutId, host, signal: stop.signal, log: log.write });
      value = result === undefined ? null : JSON.stringify(result);
    } catch (error) {
      // Given back: the step runs again, or ends as interrupted, where the work is taken up next.
      if (stop.signal.reason === 'shutdown') throw error;
      outcome = outcomeOf(error, stop.signal);
    } finally {
      stopTimer();
      listening.abort();
    }
    await this.#end(input, outcome, value, await log.length());
  }

  async #end(
    input: ServerStepInput,
    outcome: StepOutcome,
    value: string | null = null,
    length = 0,
  ): Promise<void> {
    await this.#driver.submit(input.rollout, end(input, outcome, value, length));
  }

  /** What the handler says stands as the step's standard output. */
  #output(input: ServerStepInput, rolloutId: string) {
    const name = { rolloutId, hostRun: input.hostRun, step: input.step, stream: 'stdout' as const };
    let written = this.#files.length(name);
    return {
      write: (text: string) => {
        written = written.then((offset) => this.#files.append(name, offset, Buffer.from(text), []));
        written.catch((error) => this.#parts.log.error({ err: error }, 'could not store output'));
      },
      length: () => written.catch(() => 0),
    };
  }
}

function begin(input: ServerStepInput): Input<Begun | undefined> {
  return {
    hostRuns: [input.hostRun],
    run: async (session) => {
      const hostRun = await session.hostRun(input.hostRun);
      if (hostRun?.phase !== 'server' || hostRun.next_step !== input.step) return undefined;
      const step = session.steps(hostRun)[input.step];
      if (step?.where !== 'server') return undefined;
      const known = await session.unit
        .tables<EngineTables>()
        .selectFrom('step_run')
        .select('state')
        .where('host_run', '=', input.hostRun)
        .where('step', '=', input.step)
        .executeTakeFirst();
      await session.feed({ kind: 'step-started', at: session.unit.now, index: input.step }, hostRun);
      return {
        step,
        host: hostRun.host,
        rolloutId: session.row.id,
        cancelAsked: hostRun.cancel_asked === 1,
        again: known?.state === 'running',
      };
    },
  };
}

function end(
  input: ServerStepInput,
  outcome: StepOutcome,
  value: string | null = null,
  stdoutBytes = 0,
): Input<void> {
  return {
    hostRuns: [input.hostRun],
    run: async (session) => {
      const hostRun = await session.hostRun(input.hostRun);
      if (hostRun?.phase !== 'server' || hostRun.next_step !== input.step) return;
      const event = { kind: 'step-ended', at: session.unit.now, index: input.step, outcome } as const;
      await session.feed(event, hostRun, { value, stdoutBytes });
    },
  };
}

function failure(reasonText: string): StepOutcome {
  return { state: 'failed', reason: 'step-error', reasonText };
}

function outcomeOf(error: unknown, signal: AbortSignal): StepOutcome {
  if (signal.reason === 'cancelled') return { state: 'cancelled', reason: 'cancelled', reasonText: null };
  if (signal.reason === 'timeout') {
    return { state: 'failed', reason: 'timeout', reasonText: 'The step took longer than it may.' };
  }
  if (error instanceof CoreError) return failure(error.message);
  return failure(error instanceof Error ? error.message : String(error));
}
