import { invalidParameter, missingParameter } from './errors.ts';
import {
  isSent,
  optionalBoolean,
  optionalObject,
  optionalText,
  optionalWord,
  requiredText,
} from './input.ts';
import { nrnOf } from './nrn.ts';
import type { ParameterChange, ParameterInput, ValueInput } from './parameters.ts';
import type { Parameter } from './store/parameter.ts';
import { type Application, applicationPlace } from './wire.ts';

type Fields = Readonly<Record<string, unknown>>;

const longestValue = 1_048_576;

/** What a new parameter is given. Throws 400. */
export function parameterInput(fields: Fields): ParameterInput {
  const type = optionalWord(fields, 'type', ['environment', 'file']) ?? 'environment';
  const name = requiredText(fields, 'name', 200);
  const variable = targetOf(fields, type) ?? (type === 'environment' ? name : undefined);
  if (variable === undefined) throw missingParameter('destination_path');
  return {
    name,
    type,
    variable: checkedTarget(type, variable),
    encoding: optionalWord(fields, 'encoding', ['plaintext', 'base64']) ?? 'plaintext',
    secret: optionalBoolean(fields, 'secret') ?? false,
    readOnly: optionalBoolean(fields, 'read_only') ?? false,
  };
}

/**
 * What of a parameter is to change. terraform sends what stays as empty texts and, whatever it is, as false: beside an
 * empty name, `read_only` says nothing. Throws 400.
 */
export function parameterChange(fields: Fields, { type }: Pick<Parameter, 'type'>): ParameterChange {
  const variable = targetOf(fields, type);
  const readOnly = optionalBoolean(fields, 'read_only');
  return {
    name: isSent(fields, 'name') ? requiredText(fields, 'name', 200) : undefined,
    variable: variable === undefined ? undefined : checkedTarget(type, variable),
    readOnly: fields.name === '' ? undefined : readOnly,
  };
}

/** Of a file its path, which clients send beside a variable that means nothing for it. */
function targetOf(fields: Fields, type: Parameter['type']): string | undefined {
  const variable = optionalText(fields, 'variable') || undefined;
  const path = optionalText(fields, 'destination_path') || undefined;
  return type === 'file' ? (path ?? variable) : (variable ?? path);
}

function checkedTarget(type: Parameter['type'], target: string): string {
  if (type === 'environment' && !/^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(target)) {
    throw invalidParameter('variable');
  }
  if (type === 'file' && (/(^|\/)\.\.(\/|$)/.test(target) || target.endsWith('/'))) {
    throw invalidParameter('destination_path');
  }
  return target;
}

/** One value and where it holds: in the application, in some of its dimensions, or in one of its scopes. Throws 400. */
export function valueInput(application: Application, encoding: string, fields: Fields): ValueInput {
  const own = nrnOf(applicationPlace(application));
  const nrn = optionalText(fields, 'nrn', 500) || own;
  const [, digits] = nrn.startsWith(own)
    ? (/^:scope=([1-9]\d{0,14})$/.exec(nrn.slice(own.length)) ?? [])
    : [];
  if (nrn !== own && digits === undefined) throw invalidParameter('nrn');
  const dimensions = optionalObject(fields, 'dimensions') ?? {};
  const words = Object.values(dimensions);
  // A scope is one place whatever its dimensions are.
  if (!words.every((word) => typeof word === 'string') || (digits !== undefined && words.length > 0)) {
    throw invalidParameter('dimensions');
  }
  const value = optionalText(fields, 'value', longestValue);
  if (value === undefined) throw missingParameter('value');
  if (encoding === 'base64' && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value)) throw invalidParameter('value');
  return {
    nrn,
    scopeId: digits === undefined ? undefined : Number(digits),
    dimensions: dimensions as Readonly<Record<string, string>>,
    value,
  };
}
