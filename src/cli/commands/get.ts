import { buildCommand } from '@stricli/core';
import { nearest } from '../../config/index.ts';
import type { CliContext } from '../context.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { type OutputFormat, outputFlag, printJson, printRows } from '../output.ts';
import { kindOfPath, resourceKinds } from '../resources.ts';

interface Flags {
  readonly output: OutputFormat;
  readonly filter?: readonly string[];
}

/** `slipway get rollouts --filter state=running`. */
export const getCommand = buildCommand<Flags, [string], CliContext>({
  docs: {
    brief: 'List things of one kind',
    fullDescription: `Kinds: ${Object.keys(resourceKinds).join(', ')}; or a path of the API below /api/slipway/v1, like nhn-deploy/projects.`,
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'What to list',
          placeholder: 'kind',
          parse: String,
          proposeCompletions: async () => Object.keys(resourceKinds),
        },
      ],
    },
    flags: {
      output: outputFlag,
      filter: {
        kind: 'parsed',
        parse: String,
        optional: true,
        variadic: true,
        brief: 'A filter of the API, like state=failed, host=s1, limit=10; may be repeated',
        placeholder: 'name=value',
      },
    },
    aliases: { o: 'output' },
  },
  async func({ output, filter = [] }, kind) {
    const known = Object.hasOwn(resourceKinds, kind) ? resourceKinds[kind] : undefined;
    if (!known && !kind.includes('/')) throw unknownKind(kind);
    const path = known?.path ?? `/${kind.replace(/^\/+/, '')}`;
    const answer = await this.api().call<{ items?: Record<string, unknown>[] }>(
      'GET',
      `${path}${queryOf(filter)}`,
    );
    if (!Array.isArray(answer?.items)) return printJson(this, answer);
    const { headings, row } = known ?? kindOfPath(path, answer.items);
    const now = Date.now();
    printRows(
      this,
      output,
      answer.items,
      headings,
      answer.items.map((item) => row(item, now)),
    );
  },
});

function unknownKind(kind: string): CommandError {
  const near = nearest(kind, Object.keys(resourceKinds));
  const hint = near
    ? `did you mean ${near}?`
    : `there are ${Object.keys(resourceKinds).join(', ')}, and paths of the API like nullplatform/scopes`;
  return new CommandError(exitCodes.usage, `There is no kind ${kind}; ${hint}`);
}

function queryOf(filters: readonly string[]): string {
  const query = new URLSearchParams();
  for (const filter of filters) {
    const equals = filter.indexOf('=');
    if (equals < 1) throw new CommandError(exitCodes.usage, `A filter is name=value, not ${filter}`);
    query.append(filter.slice(0, equals), filter.slice(equals + 1));
  }
  return query.size === 0 ? '' : `?${query}`;
}
