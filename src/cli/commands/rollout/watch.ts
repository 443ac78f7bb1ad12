import { buildCommand } from '@stricli/core';
import type { RolloutView } from '../../../engine/index.ts';
import type { CliContext } from '../../context.ts';
import { followRollout, requireSuccess } from '../../follow-rollout.ts';
import { type OutputFormat, outputFlag, printJson } from '../../output.ts';
import { describeRollout, transitions } from '../../rollout-text.ts';

/** `slipway rollout watch <id>`. */
export const watchCommand = buildCommand<{ readonly output: OutputFormat }, [string], CliContext>({
  docs: {
    brief: 'Follow a rollout to its end',
    fullDescription:
      'Prints each change as a line and at the end what every host did. The exit status is 6 unless the rollout succeeded.',
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The id of the rollout', placeholder: 'rollout', parse: String }],
    },
    flags: { output: outputFlag },
    aliases: { o: 'output' },
  },
  func({ output }, id) {
    return watchRollout(this, id, output);
  },
});

/** Follows a rollout with a line for each change (on standard error with JSON), prints its end, and judges it. */
export async function watchRollout(context: CliContext, id: string, output: OutputFormat): Promise<void> {
  const progress = output === 'json' ? context.process.stderr : context.process.stdout;
  let last: RolloutView | undefined;
  for await (const view of followRollout(context.api(), id)) {
    for (const line of transitions(last, view)) progress.write(`${line}\n`);
    last = view;
  }
  if (!last) return;
  if (output === 'json') printJson(context, last);
  else progress.write(`\n${describeRollout(last, Date.now())}\n`);
  requireSuccess(last);
}
