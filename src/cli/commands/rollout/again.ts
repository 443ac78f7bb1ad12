import { buildCommand } from '@stricli/core';
import type { RolloutView } from '../../../engine/index.ts';
import type { CliContext } from '../../context.ts';
import { CommandError, exitCodes } from '../../exit-codes.ts';
import { type OutputFormat, outputFlag } from '../../output.ts';
import { printStarted } from './run.ts';

interface Flags {
  readonly output: OutputFormat;
  readonly wait: boolean;
}

/** `slipway rollout again <id>`. */
export const againCommand = buildCommand<Flags, [string], CliContext>({
  docs: { brief: 'Run a deployment again: the scenario as it was, with the same binaries' },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The id of the rollout', placeholder: 'rollout', parse: String }],
    },
    flags: { output: outputFlag, wait: { kind: 'boolean', default: true, brief: 'Follow it to its end' } },
    aliases: { o: 'output' },
  },
  async func(flags, id) {
    const { owner, resource } = await this.api().call<RolloutView>(
      'GET',
      `/rollouts/${encodeURIComponent(id)}`,
    );
    if (owner.dialect !== 'nhn-deploy' || owner.noun !== 'deployment') {
      throw new CommandError(
        exitCodes.usage,
        `The rollout ${id} is a ${owner.noun} of ${owner.dialect}, which cannot be run again`,
      );
    }
    const path = `${resource}/deployments/${encodeURIComponent(owner.id)}/again`;
    await printStarted(this, await this.api().call('POST', path), flags);
  },
});
