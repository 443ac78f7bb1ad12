import { type Application, buildApplication, buildRouteMap } from '@stricli/core';
import { version } from '../../package.json';
import { applicationText } from './application-text.ts';
import { agentCommand } from './commands/agent.ts';
import { applyCommand } from './commands/apply.ts';
import { backupCommand } from './commands/backup.ts';
import { completionCommands } from './commands/completion.ts';
import { describeCommand } from './commands/describe.ts';
import { getCommand } from './commands/get.ts';
import { regenerateSecretCommand } from './commands/image-service/regenerate-secret.ts';
import { switchCommand } from './commands/image-service/switch.ts';
import { logsCommand } from './commands/logs.ts';
import { restoreCommand } from './commands/restore.ts';
import { againCommand } from './commands/rollout/again.ts';
import { planCommand } from './commands/rollout/plan.ts';
import { runCommand } from './commands/rollout/run.ts';
import { stopCommand } from './commands/rollout/stop.ts';
import { watchCommand } from './commands/rollout/watch.ts';
import { routerCommand } from './commands/router.ts';
import { serverCommand } from './commands/server.ts';
import type { CliContext } from './context.ts';
import { CommandError, exitCodes } from './exit-codes.ts';

const root = buildRouteMap({
  docs: {
    brief: 'A self-hosted deployment platform',
    fullDescription: [
      'Commands that talk to a server read SLIPWAY_URL (default http://127.0.0.1:4600), SLIPWAY_KEY_ID and SLIPWAY_KEY_SECRET.',
      'Exit status: 0 done, 1 failed, 2 wrong usage, 3 not allowed, 4 not found, 5 no server, 6 the rollout did not succeed.',
    ].join('\n'),
  },
  routes: {
    server: serverCommand,
    agent: agentCommand,
    router: routerCommand,
    apply: applyCommand,
    get: getCommand,
    describe: describeCommand,
    logs: logsCommand,
    rollout: buildRouteMap({
      docs: { brief: 'Plan, run, follow and stop rollouts' },
      routes: {
        plan: planCommand,
        run: runCommand,
        watch: watchCommand,
        stop: stopCommand,
        again: againCommand,
      },
    }),
    'image-service': buildRouteMap({
      docs: { brief: 'Secret keys and switches of image services' },
      routes: { 'regenerate-secret': regenerateSecretCommand, switch: switchCommand },
    }),
    backup: backupCommand,
    restore: restoreCommand,
    completion: completionCommands,
  },
});

/** The program `slipway`. */
export const application: Application<CliContext> = buildApplication(root, {
  name: 'slipway',
  versionInfo: { currentVersion: version },
  scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
  // What may be left out stands below the usage: the forty settings of the server would hide all else.
  documentation: {
    caseStyle: 'convert-camel-to-kebab',
    useAliasInUsageLine: false,
    onlyRequiredInUsageLine: true,
  },
  localization: { text: applicationText },
  determineExitCode: (error) => (error instanceof CommandError ? error.exitCode : exitCodes.failed),
});
