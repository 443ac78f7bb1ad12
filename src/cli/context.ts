import type { ApplicationContext, CommandContext } from '@stricli/core';
import type { ApiClient } from './api-client.ts';

/** What every command has: the process's streams, environment and folder, and the server. */
export interface CliContext extends CommandContext {
  readonly process: Omit<NodeJS.Process, 'exitCode'> & ApplicationContext['process'];
  /** The native API of `SLIPWAY_URL`; throws a CommandError when no key is set. */
  readonly api: () => ApiClient;
}
