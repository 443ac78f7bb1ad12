import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { type OutputFormat, printJson } from '../../output.ts';
import { findScenario } from '../../scenario-address.ts';
import { runBody, type ScenarioFlags, scenarioArguments, scenarioFlags } from './scenario-flags.ts';
import { watchRollout } from './watch.ts';

interface Started {
  readonly deployKey: number;
  readonly rolloutId: string;
}

/** `slipway rollout run demo/shop-api release`. */
export const runCommand = buildCommand<
  ScenarioFlags & { readonly wait: boolean },
  [string, string],
  CliContext
>({
  docs: {
    brief: 'Run a scenario of nhn-deploy and follow it to its end',
    fullDescription:
      'The exit status is 6 unless the rollout succeeded. With --no-wait it only prints the id of the rollout.',
  },
  parameters: {
    positional: scenarioArguments,
    flags: { ...scenarioFlags, wait: { kind: 'boolean', default: true, brief: 'Follow it to its end' } },
    aliases: { o: 'output' },
  },
  async func(flags, artifact, scenario) {
    const api = this.api();
    const { group } = flags;
    const address = await findScenario(api, {
      artifact,
      scenario,
      ...(group === undefined ? {} : { group }),
    });
    const started = await api.call<Started>('POST', `${address.path}/deployments`, runBody(flags, address));
    await printStarted(this, started, flags);
  },
});

/** Follows what was started, or prints its id. */
export async function printStarted(
  context: CliContext,
  started: Started,
  { output, wait }: { output: OutputFormat; wait: boolean },
): Promise<void> {
  if (wait) return watchRollout(context, started.rolloutId, output);
  if (output === 'json') printJson(context, started);
  else context.process.stdout.write(`${started.rolloutId}\n`);
}
