import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BlobCache } from '../blob-cache.ts';
import { BlobError } from '../blob-cache.ts';
import { BundleError, commandOf, shellText } from '../bundles/index.ts';
import type { Log } from '../log.ts';
import { adoptContainer, startContainer } from './container-run.ts';
import { type Exit, troubleOfExit, unseenExit } from './exit.ts';
import { decideLife, type LifeEvent } from './life.ts';
import { InstanceOutput, type OutputLine } from './output.ts';
import { freePort, isFree } from './port.ts';
import { prepare, workFolder } from './prepare.ts';
import { ProbeLoop } from './probe-loop.ts';
import { adoptProcess, endMarked, startProcess } from './process-run.ts';
import { type InstanceRecord, writeRecord } from './record.ts';
import { CannotRunError, type Running } from './running.ts';
import type { InstanceStatus } from './status.ts';

const strayGraceMilliseconds = 1000;

/** What every instance of this agent needs. */
export interface InstanceParts {
  readonly blobs: BlobCache;
  readonly installation: string;
  readonly log: Log;
  /** Ports of all instances of this agent. */
  ports(): ReadonlySet<number>;
  onLine(instance: string, line: OutputLine): void;
  /** Something of the status is new. */
  onChange(): void;
}

/**
 * One instance: carries out what `decideLife` decides, keeps the record, and tells of changes. It lives from its
 * `service-start` step until it is stopped, over any number of agent processes.
 */
export class SupervisedInstance {
  readonly id: string;
  readonly #folder: string;
  readonly #record: InstanceRecord;
  readonly #parts: InstanceParts;
  readonly #output: InstanceOutput;
  /** Aborts when the instance is stopped or the agent ends: nothing is begun any more. */
  readonly #halt = new AbortController();
  readonly #probes: ProbeLoop;
  #running: Running | undefined;
  #starting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopping: Promise<void> | undefined;
  /** The agent is ending its process, as it does not answer any more. */
  #isEndedForHealth = false;
  /** An earlier agent process may have been ended between the start of a program and the note of it. */
  #mayHaveStray: boolean;

  /** `isFound`: its record was left by an earlier agent process. */
  constructor(folder: string, record: InstanceRecord, parts: InstanceParts, isFound: boolean) {
    this.id = record.spec.instance;
    this.#folder = folder;
    this.#record = record;
    this.#parts = parts;
    this.#mayHaveStray = isFound;
    this.#save();
    this.#output = new InstanceOutput(folder, record.masked, (line) => parts.onLine(this.id, line));
    this.#probes = new ProbeLoop(record.spec.health, (miss) =>
      this.#hear({ kind: 'probed', at: Date.now(), ...(miss ? { miss } : {}) }),
    );
  }

  get status(): InstanceStatus {
    const { life, port } = this.#record;
    const { state, healthy, startedAt, restarts, trouble } = life;
    return {
      instance: this.id,
      state,
      healthy,
      port,
      pid: this.#running?.pid ?? null,
      startedAt,
      restarts,
      trouble,
    };
  }

  /** Begins, or goes on after a restart of the agent: what runs is adopted, what does not is started. */
  begin(): void {
    if (this.#record.life.state === 'stopping') void this.stop();
    else this.#bringUp();
  }

  /** Ends it and removes all that it left on this host. Resolves when nothing of it is left. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** The agent ends: it runs on alone or, when `endsProcess`, is started again with the next agent process. */
  async leave(endsProcess: boolean): Promise<void> {
    this.#halt.abort();
    clearTimeout(this.#timer);
    this.#probes.stop();
    await (this.#stopping ?? this.#starting);
    if (this.#record.life.state === 'stopped') return;
    if (endsProcess) {
      await this.#running?.end(this.#record.spec.stopGraceSeconds * 1000);
      this.#record.running = null;
      this.#record.life = { ...this.#record.life, state: 'starting', healthy: false, startedAt: null };
      this.#save();
    } else this.#running?.release();
    this.#output.close();
  }

  /** A report is made of its output so far. */
  markPositions(): void {
    this.#output.markPositions();
  }

  /** The server has that report. */
  keepPositions(): void {
    this.#output.keepPositions();
  }

  async #stop(): Promise<void> {
    this.#hear({ kind: 'stop-asked' });
    this.#halt.abort();
    clearTimeout(this.#timer);
    this.#probes.stop();
    await this.#starting;
    const grace = this.#record.spec.stopGraceSeconds * 1000;
    if (this.#running) await this.#running.end(grace);
    // Also what an interrupted start has left.
    await endMarked(this.#record.mark, grace);
    this.#running = undefined;
    this.#output.finish();
    this.#output.close();
    this.#record.life = decideLife(this.#record.life, { kind: 'stopped' }, this.#record.spec.health).life;
    rmSync(this.#folder, { recursive: true, force: true });
    this.#parts.onChange();
  }

  #bringUp(): void {
    this.#starting = this.#run().finally(() => {
      this.#starting = undefined;
    });
  }

  async #run(): Promise<void> {
    try {
      if (await this.#adopt()) return;
      if (this.#mayHaveStray) await endMarked(this.#record.mark, strayGraceMilliseconds);
      this.#mayHaveStray = false;
      if (!this.#record.isPrepared) {
        await prepare(this.#record.spec, this.#folder, this.#parts.blobs, this.#halt.signal);
        this.#record.isPrepared = true;
      }
      if (this.#halt.signal.aborted) return;
      await this.#choosePort();
      const running = await this.#start();
      this.#record.running = running.note;
      this.#watch(running);
      // Before anything else is done: the next agent process finds it by this.
      this.#save();
      if (this.#halt.signal.aborted) return;
      this.#hear({ kind: 'started', at: running.note.at });
      this.#probes.start(this.#record.port as number, running.note.at, false);
    } catch (error) {
      if (!this.#halt.signal.aborted) this.#failed(error as Error);
    }
  }

  /** What an earlier agent process started goes on; what ended meanwhile is taken as ended now. */
  async #adopt(): Promise<boolean> {
    const { running: note, mark, port } = this.#record;
    if (!note || this.#running) return false;
    const running =
      note.kind === 'process'
        ? adoptProcess(note, { mark, tail: () => this.#output.tail })
        : await adoptContainer(note, this.#containerParts(port ?? 0));
    this.#record.running = null;
    if (!running) {
      const event = { kind: 'ended', at: Date.now(), trouble: troubleOfExit(unseenExit, undefined) } as const;
      this.#record.life = decideLife(this.#record.life, event, this.#record.spec.health).life;
      return false;
    }
    this.#record.running = note;
    this.#watch(running);
    this.#probes.start(port as number, note.at, this.#record.life.wasWell);
    this.#parts.onChange();
    return true;
  }

  /** It keeps its port for as long as nothing else has taken that. */
  async #choosePort(): Promise<void> {
    const { port } = this.#record;
    if (port !== null && (await isFree(port))) return;
    this.#record.port = await freePort(this.#parts.ports);
  }

  async #start(): Promise<Running> {
    const { spec, mark } = this.#record;
    const port = this.#record.port as number;
    if (spec.asset.kind === 'docker-image') return await startContainer(this.#containerParts(port));
    const directory = join(this.#folder, workFolder);
    return await startProcess({
      text: shellText(await commandOf(directory, spec.process ?? 'web')),
      directory,
      environment: { ...spec.environment, PORT: String(port) },
      mark,
      handles: this.#output.handles,
      tail: () => {
        this.#output.follow();
        return this.#output.tail;
      },
    });
  }

  #containerParts(port: number) {
    const { spec, mark } = this.#record;
    const { installation } = this.#parts;
    return { spec, folder: this.#folder, port, mark, installation, handles: this.#output.handles };
  }

  #watch(running: Running): void {
    this.#running = running;
    void running.ended.then((exit) => this.#ended(exit));
  }

  #ended(exit: Exit): void {
    if (this.#halt.signal.aborted) return;
    this.#probes.stop();
    this.#running = undefined;
    this.#record.running = null;
    this.#output.finish();
    const asked = this.#isEndedForHealth ? this.#record.life.trouble : null;
    this.#isEndedForHealth = false;
    this.#hear({
      kind: 'ended',
      at: Date.now(),
      trouble: asked ?? troubleOfExit(exit, this.#output.lastLine),
    });
  }

  #failed(error: Error): void {
    const isFinal =
      error instanceof BundleError || error instanceof CannotRunError || error instanceof BlobError;
    this.#parts.log(`instance ${this.id} cannot be started: ${error.message}`);
    const trouble = { kind: 'asset', text: error.message.slice(0, 2000) } as const;
    this.#hear({ kind: 'unprepared', at: Date.now(), trouble, isFinal });
  }

  /** Decides, keeps, and does what follows. */
  #hear(event: LifeEvent): void {
    const before = this.#record.life;
    const { life, command } = decideLife(before, event, this.#record.spec.health);
    this.#record.life = life;
    if (isNews(before, life)) {
      this.#save();
      this.#parts.onChange();
    }
    if (command?.kind === 'start-after' && !this.#halt.signal.aborted) {
      this.#timer = setTimeout(() => this.#bringUp(), command.milliseconds);
    }
    if (command?.kind === 'end-process') {
      this.#probes.stop();
      this.#isEndedForHealth = true;
      void this.#running?.end(this.#record.spec.stopGraceSeconds * 1000);
    }
  }

  #save(): void {
    try {
      writeRecord(this.#folder, this.#record);
    } catch (error) {
      // A full disk must not end what runs; the next change tries again.
      this.#parts.log(`the record of instance ${this.id} cannot be written: ${(error as Error).message}`);
    }
  }
}

/** Whether others should hear of it: everything but the count of misses. */
function isNews(before: object, after: object): boolean {
  const relevant = (life: object) => JSON.stringify({ ...life, misses: 0 });
  return relevant(before) !== relevant(after);
}
