import { buildCommand } from '@stricli/core';
import type { Host, RolloutView } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { describeHost, type ReachedInstance } from '../host-text.ts';
import { type OutputFormat, outputFlag, printJson } from '../output.ts';
import { describeRollout } from '../rollout-text.ts';
import { cell, timeCell } from '../table.ts';

const kinds: Readonly<Record<string, (name: string) => string>> = {
  rollout: (id) => `/rollouts/${encodeURIComponent(id)}`,
  host: (name) => `/hosts/${encodeURIComponent(name)}`,
  principal: (name) => `/principals/${encodeURIComponent(name)}`,
  'image-service': (id) => `/nhn-image-manager/services/${encodeURIComponent(id)}`,
  'image-service-usage': (id) => `/nhn-image-manager/services/${encodeURIComponent(id)}/usage`,
  route: (host) => `/routes/${encodeURIComponent(host)}`,
  server: () => '/server',
};

/** `slipway describe rollout <id>`. */
export const describeCommand = buildCommand<{ readonly output: OutputFormat }, [string, string?], CliContext>(
  {
    docs: {
      brief: 'Show one thing',
      fullDescription: `Kinds: ${Object.keys(kinds).join(', ')}; or a path of the API below /api/slipway/v1, like nhn-deploy/projects/1.`,
    },
    parameters: {
      positional: {
        kind: 'tuple',
        parameters: [
          {
            brief: 'What it is',
            placeholder: 'kind',
            parse: String,
            proposeCompletions: async () => Object.keys(kinds),
          },
          { brief: 'Its id or name', placeholder: 'name', parse: String, optional: true },
        ],
      },
      flags: { output: outputFlag },
      aliases: { o: 'output' },
    },
    async func({ output }, kind, name) {
      const value = await this.api().call<Record<string, unknown>>('GET', pathOf(kind, name));
      if (kind === 'host') return showHost(this, output, value as unknown as Host);
      if (output === 'json') return printJson(this, value);
      const text =
        kind === 'rollout' ? describeRollout(value as unknown as RolloutView, Date.now()) : fieldsOf(value);
      this.process.stdout.write(`${text}\n`);
    },
  },
);

/** With its instances, and whether the server can reach them. */
async function showHost(context: CliContext, output: OutputFormat, host: Host): Promise<void> {
  const path = `/hosts/${encodeURIComponent(host.name)}/instances?reach=true`;
  const { items } = await context.api().call<{ items: ReachedInstance[] }>('GET', path);
  if (output === 'json') printJson(context, { ...host, instances: items });
  else context.process.stdout.write(`${describeHost(host, items)}\n`);
}

function pathOf(kind: string, name: string | undefined): string {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (known && (name !== undefined || kind === 'server')) return known(name ?? '');
  if (known) throw new CommandError(exitCodes.usage, `Which ${kind}? Give its id or name`);
  if (kind.includes('/')) return `/${kind.replace(/^\/+/, '')}`;
  throw new CommandError(
    exitCodes.usage,
    `There is no kind ${kind}; there are ${Object.keys(kinds).join(', ')}`,
  );
}

function fieldsOf(value: Record<string, unknown>): string {
  const width = Math.max(...Object.keys(value).map((key) => key.length));
  return Object.entries(value)
    .map(
      ([key, field]) =>
        `${key.padEnd(width)}  ${/At$/.test(key) ? timeCell(field as number | null) : cell(field)}`,
    )
    .join('\n');
}
