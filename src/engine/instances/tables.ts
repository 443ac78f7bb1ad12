import type { InstanceState } from './instance.ts';

/** Instances that requests can go to; belongs to the owner of the rollout whose plan first named it. */
export interface PoolTable {
  name: string;
  dialect: string;
  noun: string;
  owner_id: string;
  made_at: number;
}

/** One supervised process or container. */
export interface InstanceTable {
  id: string;
  pool: string;
  host: string;
  /** The rollout that plans it (`rollout.number`); it outlives that one. */
  rollout: number;
  state: InstanceState;
  healthy: number;
  wanted: number;
  port: number | null;
  pid: number | null;
  started_at: number | null;
  restarts: number;
  /** `InstanceTrouble` as JSON. */
  trouble: string | null;
  changed_at: number;
}

/** The tables of instances. */
export interface InstanceTables {
  pool: PoolTable;
  instance: InstanceTable;
}
