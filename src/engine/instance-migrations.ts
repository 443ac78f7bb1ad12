import type { Migration } from '../storage/index.ts';

/** Instances, pools, routes and routers: the engine's second part of the core's schema. */
export const instanceMigrations: readonly Migration[] = [
  {
    name: '0009-instances',
    statements: ({ text, integer, end }) => [
      `create table pool (
        name ${text} not null primary key,
        dialect ${text} not null,
        noun ${text} not null,
        owner_id ${text} not null,
        made_at ${integer} not null
      ) ${end}`,
      `create table instance (
        id ${text} not null primary key,
        pool ${text} not null references pool (name),
        host ${text} not null,
        rollout ${integer} not null,
        state ${text} not null,
        healthy ${integer} not null,
        wanted ${integer} not null,
        port ${integer},
        pid ${integer},
        started_at ${integer},
        restarts ${integer} not null,
        trouble ${text},
        changed_at ${integer} not null
      ) ${end}`,
      'create index instance_by_pool on instance (pool, id)',
      'create index instance_by_host on instance (host, id)',
      "create index instance_planned on instance (rollout) where state = 'planned'",
      "create index instance_over on instance (changed_at) where state in ('stopped', 'lost')",
      `create table route (
        host ${text} not null primary key,
        dialect ${text} not null,
        when_empty ${text} not null,
        version ${integer} not null,
        removed ${integer} not null
      ) ${end}`,
      'create index route_by_version on route (version)',
      `create table route_target (
        host ${text} not null references route (host) on delete cascade,
        pool ${text} not null,
        position ${integer} not null,
        weight ${integer} not null,
        primary key (host, pool)
      ) ${end}`,
      'create index route_target_by_pool on route_target (pool)',
      `create table router (
        id ${text} not null primary key,
        address ${text} not null,
        server ${text},
        heard_at ${integer} not null,
        applied ${integer} not null,
        drained ${integer} not null,
        run ${text} not null,
        sequence ${integer} not null
      ) ${end}`,
      `create table router_token (hash ${text} not null primary key, made_at ${integer} not null) ${end}`,
      `create table routing_version (
        id ${integer} not null primary key,
        version ${integer} not null,
        floor ${integer} not null
      ) ${end}`,
      'insert into routing_version (id, version, floor) values (1, 1, 0)',
      `create table route_measure (
        host ${text} not null,
        pool ${text} not null,
        at ${integer} not null,
        requests ${integer} not null,
        errors ${integer} not null,
        milliseconds ${integer} not null,
        primary key (host, pool, at)
      ) ${end}`,
      'create index route_measure_by_time on route_measure (at)',
    ],
  },
  {
    name: '0010-router-draining',
    statements: ({ text }) => [`alter table router add column draining ${text}`],
  },
  {
    name: '0011-router-reach',
    statements: ({ text, integer, end }) => [
      `create table router_reach (
        router ${text} not null references router (id) on delete cascade,
        instance ${text} not null references instance (id) on delete cascade,
        address ${text} not null,
        port ${integer} not null,
        outcome ${text} not null,
        told_at ${integer} not null,
        primary key (router, instance)
      ) ${end}`,
      'create index router_reach_by_instance on router_reach (instance)',
    ],
  },
];
