import { maskedAccount } from './masked-account.ts';
import { formatSimpleDate } from './simple-date-format.ts';

/** A binary that a Binary Deploy task puts on the servers, as variables show it. */
export interface BinaryValues {
  readonly version: string;
  readonly key: number;
  readonly name: string;
  readonly targetDirectory: string;
  readonly groupKey: number;
  readonly groupName: string;
}

/** What `$${…}` in commands and target directories stands for, for one deployment (contract nhn-deploy 5.4). */
export interface VariableValues {
  readonly artifact: { readonly id: number; readonly name: string };
  readonly serverGroup: { readonly id: number; readonly name: string };
  /** The name of the principal that asked for the deployment. */
  readonly executor: string;
  /** Epoch milliseconds; one for the whole deployment. */
  readonly timestamp: number;
  readonly timeZone: string;
  /** By the Variable As of the Binary Deploy task. */
  readonly binaries: ReadonlyMap<string, BinaryValues>;
  /** Secret variables of the scenario, by name: the numbers that the engine resolves when a lease is given. */
  readonly secrets: ReadonlyMap<string, number>;
}

/** A secret's stand-in inside a step; the engine puts the value there and masks it in output. */
export interface SecretPlaceholder {
  readonly placeholder: string;
  readonly secretId: number;
}

const reference = /\$\$\{([^{}]*)\}/g;

/** Replaces every known `$${…}`; unknown ones, and every single `$`, stay as they are. A value is never read for variables again. */
export function replaceVariables(text: string, values: VariableValues): string {
  return text.replace(reference, (whole: string, name: string) => variableValue(name, values) ?? whole);
}

/** The placeholders of the secrets that `texts` (with variables replaced) hold, each once. */
export function placeholdersIn(texts: readonly string[], values: VariableValues): SecretPlaceholder[] {
  return [...new Set(values.secrets.values())]
    .map((secretId) => ({ placeholder: placeholder(secretId, values), secretId }))
    .filter((secret) => texts.some((text) => text.includes(secret.placeholder)));
}

// The timestamp makes a text that already holds such words by chance (or by an earlier output) harmless.
function placeholder(secretId: number, values: VariableValues): string {
  return `@@slipway-secret-${secretId}-${values.timestamp}@@`;
}

function variableValue(name: string, values: VariableValues): string | undefined {
  const dot = name.indexOf('.');
  const [noun, field] = dot < 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
  if (field === undefined)
    return noun === 'timestamp' ? String(Math.floor(values.timestamp / 1000)) : undefined;
  switch (noun) {
    case 'artifact':
      return named(values.artifact, field);
    case 'serverGroup':
      return named(values.serverGroup, field);
    case 'executor':
      if (field === 'account') return values.executor;
      return field === 'maskedAccount' ? maskedAccount(values.executor) : undefined;
    case 'timestamp':
      return field === '' ? undefined : formatSimpleDate(field, values.timestamp, values.timeZone);
    case 'binary':
      return binaryValue(field, values.binaries);
    case 'secret': {
      const secretId = values.secrets.get(field);
      return secretId === undefined ? undefined : placeholder(secretId, values);
    }
    default:
      return undefined;
  }
}

function named(noun: { id: number; name: string }, field: string): string | undefined {
  if (field === 'id') return String(noun.id);
  return field === 'name' ? noun.name : undefined;
}

/** `<Variable As>.<field>`; a Variable As may hold dots itself. */
function binaryValue(path: string, binaries: ReadonlyMap<string, BinaryValues>): string | undefined {
  const dot = path.lastIndexOf('.');
  const binary = dot < 0 ? undefined : binaries.get(path.slice(0, dot));
  if (!binary) return undefined;
  switch (path.slice(dot + 1)) {
    case 'version':
      return binary.version;
    case 'key':
      return String(binary.key);
    case 'name':
      return binary.name;
    case 'targetDir':
      return binary.targetDirectory;
    case 'binaryGroupKey':
      return String(binary.groupKey);
    case 'binaryGroupName':
      return binary.groupName;
    default:
      return undefined;
  }
}
