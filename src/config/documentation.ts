import { configurationKeys, flagOf, settingOf, variableOf } from './schema.ts';

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

function shown(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  return `\`${typeof value === 'boolean' ? Number(value) : String(value)}\``;
}
