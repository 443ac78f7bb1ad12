import { buildCommand } from '@stricli/core';
import type { RolloutView } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { followRollout } from '../follow-rollout.ts';
import { followLog, type LogFilter, type StepLog, stepLogs } from '../step-logs.ts';

interface Flags extends LogFilter {
  readonly follow: boolean;
}

/** `slipway logs <rollout> --follow`. */
export const logsCommand = buildCommand<Flags, [string], CliContext>({
  docs: {
    brief: 'Print what the steps of a rollout wrote',
    fullDescription:
      'Standard output and standard error go where they belong; each line is marked with its host and step.',
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'The id of the rollout', placeholder: 'rollout', parse: String }],
    },
    flags: {
      follow: { kind: 'boolean', default: false, brief: 'Go on until the rollout has ended' },
      host: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Only this host; `server` for steps on the server',
      },
      step: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Only the step with this name or number',
      },
    },
    aliases: { f: 'follow' },
  },
  async func({ follow, ...filter }, id) {
    const api = this.api();
    const write = ({ label, stream }: StepLog, line: string): void => {
      this.process[stream].write(`${label} | ${line}\n`);
    };
    if (follow) {
      const begun = new Map<string, Promise<void>>();
      for await (const rollout of followRollout(api, id)) {
        for (const log of stepLogs(rollout, filter)) {
          const key = `${log.hostRunId} ${log.step} ${log.stream}`;
          if (!begun.has(key)) begun.set(key, followLog(api, log, write));
        }
      }
      await Promise.all(begun.values());
      return;
    }
    const rollout = await api.call<RolloutView>('GET', `/rollouts/${encodeURIComponent(id)}`);
    for (const log of stepLogs(rollout, filter)) await printTail(this, log, write);
  },
});

async function printTail(
  context: CliContext,
  log: StepLog,
  write: (log: StepLog, line: string) => void,
): Promise<void> {
  const path = `/rollouts/${encodeURIComponent(log.rolloutId)}/output/${log.hostRunId}/${log.step}/${log.stream}`;
  const answer = await context.api().open(path);
  const cut = Number(answer.headers.get('x-slipway-offset') ?? 0);
  const text = await answer.text();
  if (cut > 0) write(log, `[${cut} bytes were cut]`);
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) write(log, line);
}
