import { buildCommand } from '@stricli/core';
import type { CliContext } from '../../context.ts';
import { type OutputFormat, outputFlag } from '../../output.ts';
import { watchRollout } from './watch.ts';

interface Flags {
  readonly output: OutputFormat;
  readonly wait: boolean;
}

/** `slipway rollout stop <id>`. */
export const stopCommand = buildCommand<Flags, [string], CliContext>({
  docs: { brief: 'Stop a rollout: running steps are ended, waiting ones never start' },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The id of the rollout', placeholder: 'rollout', parse: String }],
    },
    flags: { output: outputFlag, wait: { kind: 'boolean', default: false, brief: 'Follow it to its end' } },
    aliases: { o: 'output' },
  },
  async func({ output, wait }, id) {
    await this.api().call('POST', `/rollouts/${encodeURIComponent(id)}/cancel`);
    if (wait) await watchRollout(this, id, output);
    else this.process.stderr.write(`The rollout ${id} is asked to stop.\n`);
  },
});
