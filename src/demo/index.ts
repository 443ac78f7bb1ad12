import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Management } from '../management/index.ts';
import { endAgent, ensureAgent } from './agent-process.ts';
import { demoDeclaration, demoHosts } from './declaration.ts';

/** The demo of one server. */
export interface Demo {
  /** Starts or adopts the local agents of a server that listens; the answered function ends them. */
  startAgents(server: string): Promise<() => Promise<void>>;
}

/** Declares the demo project, as `SLIPWAY_DATA/demo/slipway.yaml` shows it. */
export async function startDemo(parts: {
  readonly data: string;
  /** What the server listens on. */
  readonly host: string;
  readonly management: Management;
  readonly log: Logger;
}): Promise<Demo> {
  const { data, host, management, log } = parts;
  if (!/^(127\.|localhost$|::1$)/.test(host)) {
    log.warn({ host }, 'the keys of the demo are well known, and others can reach this server');
  }
  const folder = join(data, 'demo');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'slipway.yaml'), demoDeclaration);
  await management.declareAtStart(demoDeclaration);

  return {
    async startAgents(server) {
      const program = join(folder, 'slipway-agent.mjs');
      // The way every host gets it, so that the demo shows what others will see.
      const answer = await fetch(`${server}/agent/slipway-agent.mjs`);
      await writeFile(program, Buffer.from(await answer.arrayBuffer()));
      for (const name of demoHosts) {
        const agent = await ensureAgent({ name, server, program, folder: join(folder, name) });
        log.info({ host: name, ...agent }, agent.adopted ? 'demo agent adopted' : 'demo agent started');
      }
      return async () => {
        for (const name of demoHosts) await endAgent(join(folder, name));
      };
    },
  };
}
