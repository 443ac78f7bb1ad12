import type { TSchema } from 'typebox';
import Value from 'typebox/value';
import { nearest } from '../config/index.ts';

/** One mistake in a value: where (`servers/0/name`, empty for the whole) and what would be right. */
export interface Mistake {
  readonly path: string;
  readonly message: string;
}

interface PlainSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly PlainSchema[];
  readonly properties?: Readonly<Record<string, PlainSchema>>;
  readonly patternProperties?: Readonly<Record<string, PlainSchema>>;
  readonly additionalProperties?: boolean | PlainSchema;
  readonly required?: readonly string[];
  readonly items?: PlainSchema;
}

/**
 * Every mistake of `value` against `schema`, in words for people; empty when it fits. A choice between objects is
 * judged by the alternative that the value's literal fields (`type: user-command`) name, not by all of them.
 */
export function explain(schema: TSchema, value: unknown, path = ''): Mistake[] {
  if (Value.Check(schema, value)) return [];
  const mistakes = explainPart(schema as PlainSchema, value, path);
  return mistakes.length > 0 ? mistakes : [{ path, message: firstMessage(schema, value) }];
}

function explainPart(schema: PlainSchema, value: unknown, path: string): Mistake[] {
  if (schema.anyOf) return explainChoice(schema, schema.anyOf, value, path);
  if (schema.type === 'object') return explainObject(schema, value, path);
  if (schema.type === 'array') return explainArray(schema, value, path);
  return [{ path, message: firstMessage(schema, value) }];
}

function explainObject(schema: PlainSchema, value: unknown, path: string): Mistake[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ path, message: `should be an object, not ${nameOf(value)}` }];
  }
  const fields = value as Record<string, unknown>;
  const missing = (schema.required ?? [])
    .filter((key) => fields[key] === undefined)
    .map((key) => ({ path: below(path, key), message: 'is missing' }));
  const wrong = Object.entries(fields).flatMap(([key, field]) => {
    const part = partFor(schema, key);
    if (part === false)
      return [{ path: below(path, key), message: unknownKey(key, Object.keys(schema.properties ?? {})) }];
    if (part === undefined || field === undefined) return [];
    return explain(part as TSchema, field, below(path, key));
  });
  return [...missing, ...wrong];
}

/** The schema of one key; false when the key is not allowed, undefined when anything is. */
function partFor(schema: PlainSchema, key: string): PlainSchema | false | undefined {
  const named = Object.hasOwn(schema.properties ?? {}, key) ? schema.properties?.[key] : undefined;
  if (named) return named;
  const pattern = Object.entries(schema.patternProperties ?? {}).find(([source]) =>
    new RegExp(source).test(key),
  );
  if (pattern) return pattern[1];
  if (schema.additionalProperties === true) return undefined;
  return schema.additionalProperties;
}

function explainArray(schema: PlainSchema, value: unknown, path: string): Mistake[] {
  if (!Array.isArray(value)) return [{ path, message: `should be a list, not ${nameOf(value)}` }];
  const { items } = schema;
  return items
    ? value.flatMap((item, index) => explain(items as TSchema, item, below(path, String(index))))
    : [];
}

function explainChoice(
  schema: PlainSchema,
  choices: readonly PlainSchema[],
  value: unknown,
  path: string,
): Mistake[] {
  if (choices.every((choice) => choice.const !== undefined)) {
    const list = choices.map((choice) => JSON.stringify(choice.const)).join(', ');
    return [{ path, message: `should be one of ${list}, not ${shown(value)}` }];
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const key = discriminator(choices);
    if (key !== undefined) return explainTagged(choices, key, value as Record<string, unknown>, path);
  }
  const sameType = choices.filter((choice) => choice.type === typeOf(value));
  if (sameType.length === 1 && sameType[0]) return explain(sameType[0] as TSchema, value, path);
  return [{ path, message: firstMessage(schema, value) }];
}

function explainTagged(
  choices: readonly PlainSchema[],
  key: string,
  value: Record<string, unknown>,
  path: string,
): Mistake[] {
  const tagOf = (choice: PlainSchema): unknown => choice.properties?.[key]?.const;
  const chosen = choices.find((choice) => tagOf(choice) === value[key]);
  if (chosen) return explain(chosen as TSchema, value, path);
  const list = choices.map((choice) => JSON.stringify(tagOf(choice))).join(', ');
  return [{ path: below(path, key), message: `should be one of ${list}, not ${shown(value[key])}` }];
}

/** The field that is a literal in every alternative. */
function discriminator(choices: readonly PlainSchema[]): string | undefined {
  return Object.keys(choices[0]?.properties ?? {}).find((key) =>
    choices.every((choice) => choice.properties?.[key]?.const !== undefined),
  );
}

/** What to say about a key that nobody knows; names the nearest known one. */
export function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  if (near !== undefined) return `is not a known key; did you mean \`${near}\`?`;
  return known.length === 0 ? 'is not a known key' : `is not a known key; there are ${known.join(', ')}`;
}

function firstMessage(schema: PlainSchema, value: unknown): string {
  const first = Value.Errors(schema as TSchema, value)[0];
  return first ? `${first.message}${typeof value === 'number' ? `, and is ${value}` : ''}` : 'is not valid';
}

const below = (path: string, key: string): string => (path === '' ? key : `${path}/${key}`);

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return typeof value;
}

const names: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'an object',
  undefined: 'absent',
  null: 'null',
};

function nameOf(value: unknown): string {
  const type = typeOf(value);
  return names[type] ?? `a ${type}`;
}

/** A value where one of a few literals belongs; elsewhere texts may be secrets and are not shown. */
function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string')
    return value.length <= 40 ? JSON.stringify(value) : `a text of ${value.length} characters`;
  return nameOf(value);
}
