import { numberParser } from '@stricli/core';
import { type OutputFormat, outputFlag } from '../../output.ts';

/** What `run` and `plan` take. */
export interface ScenarioFlags {
  readonly output: OutputFormat;
  readonly group?: string;
  readonly servers?: readonly string[];
  readonly concurrency?: number;
  readonly nextWhenFail: boolean;
  readonly note?: string;
}

/** Their flags. */
export const scenarioFlags = {
  output: outputFlag,
  group: {
    kind: 'parsed',
    parse: String,
    optional: true,
    brief: 'The server group; default: the scenario’s only one',
  },
  servers: {
    kind: 'parsed',
    parse: String,
    optional: true,
    variadic: ',',
    brief: 'Only these servers of the group, separated by commas',
  },
  concurrency: {
    kind: 'parsed',
    parse: numberParser,
    optional: true,
    brief: 'So many servers at once; default all',
  },
  nextWhenFail: { kind: 'boolean', default: false, brief: 'Go on with the next server after a failure' },
  note: { kind: 'parsed', parse: String, optional: true, brief: 'A note that the history keeps' },
} as const;

/** Their arguments. */
export const scenarioArguments = {
  kind: 'tuple',
  parameters: [
    { brief: 'The artifact, names or ids', placeholder: 'project/artifact', parse: String },
    { brief: 'The scenario, name or id', placeholder: 'scenario', parse: String },
  ],
} as const;

/** The body of the native API's calls. */
export function runBody(flags: ScenarioFlags, address: { scenario: number; serverGroup: number }): object {
  return {
    scenario: address.scenario,
    serverGroup: address.serverGroup,
    nextWhenFail: flags.nextWhenFail,
    ...(flags.servers ? { servers: flags.servers } : {}),
    ...(flags.concurrency === undefined ? {} : { concurrentNum: flags.concurrency }),
    ...(flags.note === undefined ? {} : { note: flags.note }),
  };
}
