import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import Value from 'typebox/value';
import { CoreError } from '../errors/index.ts';
import { nearest } from './nearest.ts';
import {
  type Configuration,
  type ConfigurationKey,
  configurationKeys,
  configurationSchema,
  flagOf,
  settingOf,
  variableOf,
} from './schema.ts';
import { valueOfText } from './setting-text.ts';

/** Variables that other parts of the program read: the agent, the command line, the tests. */
const otherVariables = /^SLIPWAY_(CONFIG|URL|KEY_ID|KEY_SECRET|TOKEN|TEST_[A-Z0-9_]+|STEP_[A-Z0-9_]+)$/;
const defaultFile = 'slipway.config.yaml';

/** Where settings come from, from weak to strong: defaults, file, variables, flags. */
export interface ConfigurationSources {
  /** Flags by their names without dashes in front: `{ 'drain-seconds': '5' }`. */
  readonly flags?: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Relative paths, and the file `slipway.config.yaml`, are looked for here. */
  readonly folder: string;
  /** Another file than `slipway.config.yaml`; it must exist. */
  readonly file?: string;
}

/**
 * The settings of a server, with all paths made absolute. Throws `invalid` for an unknown key in the file or the flags
 * (naming the nearest known one) and for values that don't fit; an unknown variable is only a warning, because
 * environments are shared.
 */
export async function loadConfiguration(
  sources: ConfigurationSources,
): Promise<{ configuration: Configuration; warnings: string[] }> {
  const { flags = {}, environment, folder } = sources;
  const warnings: string[] = [];
  const settings: Record<string, unknown> = {};
  for (const key of configurationKeys) {
    const { defaultValue } = settingOf(key);
    if (defaultValue !== undefined) settings[key] = defaultValue;
  }
  Object.assign(settings, await fileSettings(sources));
  Object.assign(settings, variableSettings(environment, warnings), flagSettings(flags));
  check(settings);
  const configuration = withAbsolutePaths(settings as Configuration, folder);
  return { configuration, warnings };
}

async function fileSettings({
  folder,
  file,
  environment,
}: ConfigurationSources): Promise<Record<string, unknown>> {
  const given = file ?? environment.SLIPWAY_CONFIG;
  const path = absolute(given ?? defaultFile, folder);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (given === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new CoreError('invalid', `The configuration file ${path} cannot be read`, { cause: error });
  }
  // Loaded only when there is a file: it costs 15 ms of the start.
  const { parse } = await import('yaml');
  const parsed = (parse(text) ?? {}) as Record<string, unknown>;
  if (typeof parsed !== 'object' || Array.isArray(parsed))
    throw new CoreError('invalid', `${path} should be a list of \`key: value\``);
  for (const key of Object.keys(parsed)) {
    if (key === 'secretKey')
      throw new CoreError('invalid', `${path}: give secretKey as ${variableOf('secretKey')}, not in a file`);
    if (!isKey(key))
      throw new CoreError('invalid', `${path}: ${unknown(key, configurationKeys)}`, { path: key });
  }
  return parsed;
}

function variableSettings(
  environment: ConfigurationSources['environment'],
  warnings: string[],
): Record<string, unknown> {
  const keys = new Map(configurationKeys.map((key) => [variableOf(key), key]));
  const settings: Record<string, unknown> = {};
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('SLIPWAY_') || text === undefined) continue;
    const key = keys.get(variable);
    // An empty variable is how compose files and shells say "not set".
    if (key && text !== '') settings[key] = valueOfText(settingOf(key), text, variable);
    else if (!key && !otherVariables.test(variable)) warnings.push(unknown(variable, [...keys.keys()]));
  }
  return settings;
}

function flagSettings(flags: Readonly<Record<string, string>>): Record<string, unknown> {
  const keys = new Map(
    configurationKeys.filter((key) => key !== 'secretKey').map((key) => [flagOf(key), key]),
  );
  const settings: Record<string, unknown> = {};
  for (const [flag, text] of Object.entries(flags)) {
    const key = keys.get(flag);
    if (!key)
      throw new CoreError(
        'invalid',
        unknown(
          `--${flag}`,
          [...keys.keys()].map((name) => `--${name}`),
        ),
      );
    settings[key] = valueOfText(settingOf(key), text, `--${flag}`);
  }
  return settings;
}

function check(settings: Record<string, unknown>): void {
  const [error] = Value.Errors(configurationSchema, settings);
  if (error) {
    const key = error.instancePath.split('/')[1] ?? '';
    throw new CoreError('invalid', `${isKey(key) ? `${key} (${variableOf(key)})` : key} ${error.message}`, {
      path: key,
    });
  }
  if ((settings.tlsCert === undefined) !== (settings.tlsKey === undefined)) {
    throw new CoreError(
      'invalid',
      'tlsCert and tlsKey (SLIPWAY_TLS_CERT, SLIPWAY_TLS_KEY) are given together or not at all',
    );
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: settings.timeZone as string });
  } catch {
    throw new CoreError(
      'invalid',
      `timeZone (SLIPWAY_TIME_ZONE) should be a zone like Asia/Seoul, not ${String(settings.timeZone)}`,
    );
  }
}

function withAbsolutePaths(settings: Configuration, folder: string): Configuration {
  const paths: Partial<Configuration> = { data: absolute(settings.data, folder) };
  for (const key of ['declaration', 'tlsCert', 'tlsKey'] as const) {
    const path = settings[key];
    if (path !== undefined) paths[key] = absolute(path, folder);
  }
  return { ...settings, ...paths };
}

function absolute(path: string, folder: string): string {
  return isAbsolute(path) ? path : join(folder, path);
}

function isKey(key: string): key is ConfigurationKey {
  return (configurationKeys as readonly string[]).includes(key);
}

function unknown(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near === undefined
    ? `${key} is not a known setting`
    : `${key} is not a known setting; did you mean ${near}?`;
}
