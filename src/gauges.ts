import type { Gauge, Parts } from './http/index.ts';

/** What `/metrics` tells of the core at the moment of asking. */
export function gaugesOf({ engine, work }: Pick<Parts, 'engine' | 'work'>): Gauge[] {
  return [
    {
      name: 'hosts',
      help: 'Hosts that have joined.',
      read: async () => (await engine.hosts.list()).length,
    },
    {
      name: 'hosts_up',
      help: 'Hosts whose agent was heard within 30 s.',
      read: async () => (await engine.hosts.list()).filter((host) => host.up).length,
    },
    {
      name: 'instances',
      help: 'Instances that were started and are wanted.',
      read: async () => (await engine.instances.totals()).instances,
    },
    {
      name: 'instances_healthy',
      help: 'Instances that pass their health check and get requests.',
      read: async () => (await engine.instances.totals()).healthy,
    },
    {
      name: 'routers_live',
      help: 'Routers that were heard within 15 s.',
      read: async () => (await engine.routes.routers()).filter((router) => router.live).length,
    },
    {
      name: 'work_waiting',
      help: 'Durable work that waits.',
      read: async () => (await work.counts()).waiting,
    },
    {
      name: 'work_running',
      help: 'Durable work that runs.',
      read: async () => (await work.counts()).running,
    },
    {
      name: 'work_dead',
      help: 'Durable work that was given up.',
      read: async () => (await work.counts()).dead,
    },
  ];
}
