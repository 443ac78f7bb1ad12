import { type ConfigurationKey, configurationKeys, flagOf, settingOf, variableOf } from './schema.ts';

/** The table of settings in docs/configuration.md, as Markdown. */
export function configurationTable(): string {
  const rows = configurationKeys.map((key) => {
    const { kind, defaultValue, description } = settingOf(key);
    const flag = key === 'secretKey' ? '' : `\`--${flagOf(key)}\``;
    return `| \`${key}\` | \`${variableOf(key)}\` | ${flag} | ${kind} | ${shown(defaultValue)} | ${description} |`;
  });
  return [
    '| file | variable | flag | kind | default | meaning |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** A setting's description for a terminal, with its default at the end where the text does not say it. */
export function settingHelp(key: ConfigurationKey): string {
  const { defaultValue, description } = settingOf(key);
  const text = defaultText(defaultValue);
  return text === '' ? description : `${description} Default: ${text}`;
}

function shown(value: unknown): string {
  const text = defaultText(value);
  return text === '' ? '' : `\`${text}\``;
}

function defaultText(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}
