import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import Compile from 'typebox/compile';
import Value from 'typebox/value';
import { CoreError } from '../errors/index.ts';
import { explain } from './explain.ts';

/**
 * Validates by TypeBox below `app`, each schema compiled at its first use. Parameters and query strings are converted
 * from text; bodies are taken as they are. Answers are documented by their schemas and written by JSON.stringify.
 */
export function validateBySchema(app: FastifyInstance): void {
  app.setValidatorCompiler<TSchema>(({ schema, httpPart }) => {
    const check = lazyCheck(schema);
    const convert = httpPart !== 'body';
    return (given: unknown) => {
      const value = convert ? fromText(schema, given as Texts) : (given ?? undefined);
      if (check(value)) return { value };
      return { error: mistakesError(schema, value, httpPart) };
    };
  });
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
}

type Texts = Readonly<Record<string, unknown>>;

/** Parameters in their types. Only digits are a whole number: TypeBox also reads `1.9`, `0x1` and `true` as 1. */
function fromText(schema: TSchema, given: Texts): unknown {
  const value = Value.Convert(schema, Value.Default(schema, { ...given })) as Record<string, unknown>;
  const properties = (schema as { properties?: Record<string, { type?: unknown }> }).properties ?? {};
  for (const [name, text] of Object.entries(given)) {
    if (properties[name]?.type === 'integer' && !/^-?\d+$/.test(String(text))) value[name] = text;
  }
  return value;
}

function lazyCheck(schema: TSchema): (value: unknown) => boolean {
  let compiled: { Check(value: unknown): boolean } | undefined;
  return (value) => {
    compiled ??= Compile(schema);
    return compiled.Check(value);
  };
}

/** The first mistake as the error; all of them in its text. */
function mistakesError(schema: TSchema, value: unknown, httpPart: string | undefined): CoreError {
  const mistakes = explain(schema, value);
  const place = httpPart === 'querystring' ? 'query' : (httpPart ?? 'request');
  const text = mistakes
    .map(({ path, message }) => `${path === '' ? `the ${place}` : path} ${message}`)
    .join('; ');
  const path = mistakes[0]?.path;
  return new CoreError('invalid', text, path ? { path } : {});
}
