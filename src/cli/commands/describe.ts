import { buildCommand } from '@stricli/core';
import type { Host, Instance, Pool, RolloutView } from '../../engine/index.ts';
import type { CliContext } from '../context.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { describeHost, type ReachedInstance } from '../host-text.ts';
import { type OutputFormat, outputFlag, printJson } from '../output.ts';
import { type ResourceKind, resourceKinds, sharesInWords } from '../resources.ts';
import { describeRollout } from '../rollout-text.ts';
import { cell, formatTable, timeCell } from '../table.ts';

const kinds: Readonly<Record<string, (name: string) => string>> = {
  rollout: (id) => `/rollouts/${encodeURIComponent(id)}`,
  host: (name) => `/hosts/${encodeURIComponent(name)}`,
  principal: (name) => `/principals/${encodeURIComponent(name)}`,
  'image-service': (id) => `/nhn-image-manager/services/${encodeURIComponent(id)}`,
  'image-service-usage': (id) => `/nhn-image-manager/services/${encodeURIComponent(id)}/usage`,
  instance: (id) => `/instances/${encodeURIComponent(id)}`,
  router: (id) => `/routers/${encodeURIComponent(id)}`,
  pool: (name) => `/pools/${encodeURIComponent(name)}`,
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
      if (kind === 'pool') return showPool(this, output, value as unknown as Pool);
      if (output === 'json') return printJson(this, value);
      this.process.stdout.write(`${textOf(kind, value)}\n`);
    },
  },
);

function textOf(kind: string, value: Record<string, unknown>): string {
  if (kind === 'rollout') return describeRollout(value as unknown as RolloutView, Date.now());
  if (kind !== 'instance') return fieldsOf(value);
  return fieldsOf({ ...value, trouble: (value as unknown as Instance).trouble?.text ?? null });
}

/** With its instances. */
async function showPool(context: CliContext, output: OutputFormat, pool: Pool): Promise<void> {
  const path = `/instances?${new URLSearchParams({ pool: pool.name })}`;
  const { items } = await context.api().call<{ items: Record<string, unknown>[] }>('GET', path);
  if (output === 'json') return printJson(context, { ...pool, instances: items });
  const { headings, row } = resourceKinds.instances as ResourceKind;
  const text = fieldsOf({ ...pool, routes: sharesInWords((pool as unknown as { routes: unknown }).routes) });
  const table = formatTable(
    headings,
    items.map((item) => row(item, Date.now())),
  );
  context.process.stdout.write(`${text}\n\n${items.length === 0 ? 'No instances.' : table}\n`);
}

/** With its instances, and whether the server and the routers can reach them. */
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
