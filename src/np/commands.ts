import type { Command } from './command.ts';
import { buildCommands } from './commands/builds.ts';
import { deploymentCommands } from './commands/deployments.ts';
import { hierarchyCommands } from './commands/hierarchy.ts';
import { keyAndParameterCommands } from './commands/keys-and-parameters.ts';
import { ownCommands } from './commands/own.ts';
import { scopeCommands } from './commands/scopes.ts';

/** Every command, in the order in which the help shows them. */
export const commands: readonly Command[] = [
  ...deploymentCommands,
  ...buildCommands,
  ...scopeCommands,
  ...hierarchyCommands,
  ...keyAndParameterCommands,
  ...ownCommands,
];
