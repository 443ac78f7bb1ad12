import type { Unit } from '../../storage/index.ts';
import type { RolloutOwnerReference } from '../engine.ts';

/**
 * `planned` accepted, nothing reported yet · `starting` its asset is fetched or its process was started and was never
 * well · `running` it was well · `backing-off` it ended and is started again soon · `crash-loop` it ends again and
 * again (still tried, ever more slowly) · `stopping` · `stopped` · `lost` its host was removed or its agent replaced.
 */
export type InstanceState =
  | 'planned'
  | 'starting'
  | 'running'
  | 'backing-off'
  | 'crash-loop'
  | 'stopping'
  | 'stopped'
  | 'lost';

/**
 * Why an instance is not well. `asset` it could not be fetched, verified or unpacked, or the host cannot run it ·
 * `not-listening` · `status` the probe was answered with another status than 200 to 299 · `timeout` the probe was not
 * answered in time · `crashed` · `out-of-memory`.
 */
export interface InstanceTrouble {
  readonly kind: 'asset' | 'not-listening' | 'status' | 'timeout' | 'crashed' | 'out-of-memory';
  /** For people: `GET http://127.0.0.1:20017/health answered status 503`. */
  readonly text: string;
  readonly path?: string;
  readonly port?: number;
  readonly status?: number;
  /** 128 + its number for a signal; absent when nobody could see it. */
  readonly exitCode?: number;
}

/** A supervised process or container on a host. Times are epoch milliseconds. */
export interface Instance {
  readonly id: string;
  readonly pool: string;
  readonly host: string;
  readonly state: InstanceState;
  /** Passes its health check; only then the router sends it requests. */
  readonly healthy: boolean;
  /** False once it is to be stopped; an agent that still has it is told so. */
  readonly wanted: boolean;
  readonly port: number | null;
  readonly pid: number | null;
  /** Of the process that runs now. */
  readonly startedAt: number | null;
  readonly restarts: number;
  readonly trouble: InstanceTrouble | null;
  readonly changedAt: number;
}

/** Instances that requests can go to, of one owner, and how many are there. */
export interface Pool {
  readonly name: string;
  readonly dialect: string;
  readonly noun: string;
  readonly ownerId: string;
  /** Epoch milliseconds. */
  readonly madeAt: number;
  /** Wanted and reported beyond `planned`. */
  readonly launched: number;
  readonly healthy: number;
}

/** What an owner hears when the agent reported something new of an instance, inside the transaction that stores it. */
export interface InstanceChange {
  readonly owner: RolloutOwnerReference;
  readonly before: Instance;
  readonly instance: Instance;
}

/** One line that an instance wrote. `at` is epoch milliseconds of its host. */
export interface InstanceLine {
  readonly instance: string;
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
  /** When a server stored it, by the server's clock: never before an earlier line of its instance. */
  readonly arrivedAt: number;
  /** Counts the lines of its instance from 1, in the order of their arrival; 0 for those that an older version stored. */
  readonly number: number;
}

/**
 * Which lines: the last `limit` that were written after and before these moments (epoch milliseconds of their hosts)
 * and arrived after that one (of the server). Whoever follows asks by arrival: a line may come after younger ones.
 */
export interface InstanceLineRange {
  readonly after?: number;
  readonly before?: number;
  readonly arrivedAfter?: number;
  /** Of this instance only. */
  readonly instance?: string;
  readonly limit: number;
}

/** What all processes of an instance used of their host within some seconds, as its agent saw it (Linux only). */
export interface InstanceUsage {
  readonly instance: string;
  /** The end of the seconds, epoch milliseconds. */
  readonly at: number;
  /** How long they were; about 10 s. */
  readonly milliseconds: number;
  /** Processor time within them; more than `milliseconds` where several cores worked. */
  readonly cpuMilliseconds: number;
  /** Memory at their end. Pages that processes share are counted for each. */
  readonly residentBytes: number;
  /** What the host has. */
  readonly cores: number;
  readonly memoryBytes: number;
}

/**
 * The instances of all hosts. They come from the `service-start` steps of accepted plans, as `planned`; what agents
 * report changes them; rows of stopped ones stay for a day.
 */
export interface InstanceDirectory {
  /** In order of id; reads the committed state or, `within` a unit, what the unit sees. */
  list(filter: { pools?: readonly string[]; hosts?: readonly string[] }, within?: Unit): Promise<Instance[]>;
  find(id: string): Promise<Instance | undefined>;
  /** All pools, or that one, in order of name. */
  pools(name?: string): Promise<Pool[]>;
  /** How many instances of each pool are there (wanted and reported beyond `planned`), and how many are healthy. One query for all pools. */
  counts(
    pools: readonly string[],
    within?: Unit,
  ): Promise<ReadonlyMap<string, { launched: number; healthy: number }>>;
  /** How many instances of all pools were started and are wanted, and how many of them are healthy. */
  totals(): Promise<{ instances: number; healthy: number }>;
  /**
   * Wants none of the pool's instances any more: they get no requests, and agents stop those that no `service-stop`
   * step has stopped, now or whenever they are heard again. Nothing is left behind on a host that was down.
   */
  retire(unit: Unit, pool: string): Promise<void>;
  /** The last lines of the pools' instances within the range, oldest first. */
  lines(pools: readonly string[], range: InstanceLineRange): Promise<InstanceLine[]>;
  /**
   * What the pools' instances used, oldest first, a sample every 10 s for each; the last seven hours at least are kept.
   * `after` and `before` are epoch milliseconds.
   */
  usage(pools: readonly string[], range: { after?: number; before?: number }): Promise<InstanceUsage[]>;
}
