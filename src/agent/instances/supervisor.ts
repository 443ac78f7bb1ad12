import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import type { BlobCache } from '../blob-cache.ts';
import type { Log } from '../log.ts';
import { findContainerProgram } from './container-command.ts';
import { removeStrayContainers } from './container-run.ts';
import { unborn } from './life.ts';
import { LineBuffer } from './line-buffer.ts';
import { endMarked } from './process-run.ts';
import { type InstanceSpec, readRecords } from './record.ts';
import type { InstanceStatus } from './status.ts';
import { strayMarks } from './stray-marks.ts';
import { type InstanceParts, SupervisedInstance } from './supervised-instance.ts';

/** What the supervisor works with. */
export interface SupervisorParts {
  /** The folder that holds one folder per instance. */
  readonly folder: string;
  readonly blobs: BlobCache;
  /** Random and lasting; makes the marks of this agent's instances differ from those of another on this machine. */
  readonly installation: string;
  readonly log: Log;
}

const strayGraceMilliseconds = 5000;

/** All instances of this host. */
export class Supervisor {
  readonly #parts: SupervisorParts;
  readonly #instances = new Map<string, SupervisedInstance>();
  /** Stopped ones that the server has not heard of yet. */
  readonly #stopped = new Map<string, InstanceStatus>();
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly lines = new LineBuffer();

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  /** Takes over what an earlier agent process left, and ends what belongs to no instance. */
  async adopt(): Promise<void> {
    const { folder, installation, log } = this.#parts;
    for (const { folder: own, record } of readRecords(folder)) {
      this.#instances.set(
        record.spec.instance,
        new SupervisedInstance(own, record, this.#instanceParts(), true),
      );
    }
    const known = new Set(this.#instances.keys());
    for (const mark of strayMarks(installation, known)) {
      log(`ending what is left of the unknown instance ${mark}`);
      await endMarked(mark, strayGraceMilliseconds);
    }
    const program = findContainerProgram();
    // Many hosts have the program and no service behind it: nothing of ours runs there then.
    if (program) void removeStrayContainers(program, installation, known).catch(() => {});
    for (const instance of this.#instances.values()) instance.begin();
  }

  /** Starts an instance; one that is there already is left as it is. */
  start(spec: InstanceSpec, masked: readonly string[]): void {
    const id = spec.instance;
    if (this.#instances.has(id)) return;
    this.#stopped.delete(id);
    const record = {
      spec,
      masked,
      mark: `${this.#parts.installation}.${id}`,
      life: unborn,
      isPrepared: false,
      port: null,
      running: null,
    };
    const instance = new SupervisedInstance(
      join(this.#parts.folder, id),
      record,
      this.#instanceParts(),
      false,
    );
    this.#instances.set(id, instance);
    instance.begin();
    this.#changed();
  }

  /** Stops these; those that are not there count as stopped. Resolves when nothing of them is left. */
  async stop(ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.#stop(id)));
  }

  /** The instance, also when it was just stopped; undefined when it is not there. */
  status(id: string): InstanceStatus | undefined {
    return this.#instances.get(id)?.status ?? this.#stopped.get(id);
  }

  /** All instances, and those that were stopped and not `forgetStopped` yet. */
  statuses(): InstanceStatus[] {
    return [...[...this.#instances.values()].map(({ status }) => status), ...this.#stopped.values()];
  }

  /** The server has heard of these stopped ones. */
  forgetStopped(reported: readonly InstanceStatus[]): void {
    for (const each of reported) {
      if (this.#stopped.get(each.instance) === each) this.#stopped.delete(each.instance);
    }
  }

  /** A report is made that holds the output so far. */
  markPositions(): void {
    for (const instance of this.#instances.values()) instance.markPositions();
  }

  /** The server has that report. */
  keepPositions(): void {
    for (const instance of this.#instances.values()) instance.keepPositions();
  }

  /** Calls back at every change of any instance; the returned function ends that. */
  onChange(listener: () => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }

  /** Resolves at the next change of any instance. Rejects when `signal` aborts. */
  async nextChange(signal: AbortSignal): Promise<void> {
    await once(this.#changes, 'change', { signal });
  }

  /** The agent ends: the instances run on alone or, when `endsProcesses`, are started again with the next agent process. */
  async leave(endsProcesses: boolean): Promise<void> {
    await Promise.all([...this.#instances.values()].map((instance) => instance.leave(endsProcesses)));
  }

  async #stop(id: string): Promise<void> {
    const instance = this.#instances.get(id);
    await instance?.stop();
    const status = instance?.status ?? stoppedStatus(id);
    // Somebody may have started one of the same id meanwhile, or stopped this one too.
    if (this.#instances.get(id) === instance && !this.#stopped.has(id)) {
      this.#instances.delete(id);
      this.#stopped.set(id, status);
      this.#changed();
    }
  }

  #changed(): void {
    this.#changes.emit('change');
  }

  #instanceParts(): InstanceParts {
    const { blobs, installation, log } = this.#parts;
    return {
      blobs,
      installation,
      log,
      ports: () => new Set(this.statuses().flatMap(({ port }) => (port === null ? [] : [port]))),
      onLine: (instance, line) => this.lines.add({ instance, at: Date.now(), ...line }),
      onChange: () => this.#changed(),
    };
  }
}

function stoppedStatus(instance: string): InstanceStatus {
  return {
    instance,
    state: 'stopped',
    healthy: false,
    port: null,
    pid: null,
    startedAt: null,
    restarts: 0,
    trouble: null,
  };
}
