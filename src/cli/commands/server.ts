import { buildCommand } from '@stricli/core';
import { type ConfigurationKey, configurationKeys, flagOf, settingHelp } from '../../config/index.ts';
import type { CliContext } from '../context.ts';
import { runServer } from '../run-server.ts';

const flagKeys = configurationKeys.filter(
  (key): key is Exclude<ConfigurationKey, 'secretKey'> => key !== 'secretKey',
);

const settingFlags = Object.fromEntries(
  flagKeys.map((key) => [
    key,
    {
      kind: 'parsed',
      parse: String,
      optional: true,
      brief: settingHelp(key),
      placeholder: 'value',
    } as const,
  ]),
);

type Flags = Readonly<Record<string, string | undefined>>;

/** `slipway server`: the flags are the settings of `slipway.config.yaml`. */
export const serverCommand = buildCommand<Flags, [], CliContext>({
  docs: {
    brief: 'Run the server',
    customUsage: ['[--SETTING value]...'],
    fullDescription:
      'Settings come from slipway.config.yaml, then SLIPWAY_* variables, then flags. SIGTERM drains and ends it with status 0.',
  },
  parameters: {
    flags: {
      ...settingFlags,
      config: {
        kind: 'parsed',
        parse: String,
        optional: true,
        brief: 'Another file than slipway.config.yaml',
      },
    },
  },
  async func({ config, ...settings }) {
    const given = Object.entries(settings).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const flags = Object.fromEntries(given.map(([key, value]) => [flagOf(key as ConfigurationKey), value]));
    await runServer(this.process, { flags, ...(config === undefined ? {} : { file: config }) });
  },
});
