import { rawText } from './query-path.ts';

/**
 * `NP_STATUS='running'`, a line a field, for `eval` in a shell. Objects are spread (`NP_COMMIT_ID`), lists stay JSON.
 * Values stand in single quotes in which nothing is special, so that no answer can run anything.
 */
export function bashText(value: unknown, prefix: string): string {
  const isRecord = (part: unknown): part is Record<string, unknown> =>
    typeof part === 'object' && part !== null && !Array.isArray(part);
  const lines = (part: unknown, name: string): string[] =>
    isRecord(part) && Object.keys(part).length > 0
      ? Object.entries(part).flatMap(([key, inner]) => lines(inner, `${name}_${variableName(key)}`))
      : [line(name, quoted(part === null ? '' : rawText(part)))];
  return isRecord(value)
    ? Object.entries(value)
        .flatMap(([key, part]) => lines(part, `${prefix}_${variableName(key)}`))
        .join('\n')
    : lines(value, `${prefix}_VALUE`).join('\n');
}

/** What np itself reads: an answer whose fields somebody else named must not send the next call, and its key, elsewhere. */
const ownVariables = ['NP_API_BASE', 'NP_API_KEY', 'NP_TOKEN', 'NULLPLATFORM_API_KEY', 'NULLPLATFORM_HOST'];

function line(name: string, value: string): string {
  return ownVariables.includes(name)
    ? `: '${name} is left out: np reads it; say --bash-prefix'`
    : `${name}=${value}`;
}

function variableName(key: string): string {
  return key.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

function quoted(text: string): string {
  return `'${text.replaceAll('\0', '').replaceAll("'", `'\\''`)}'`;
}
