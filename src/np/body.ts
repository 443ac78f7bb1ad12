import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { wrongUsage } from './np-error.ts';
import type { Runtime } from './runtime.ts';

/** Text in quotes and comments, which stay as they are, and versions without quotes, which get some. */
const versions =
  /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<![\w.+-])v?\d+\.\d+\.\d+[\w.+-]*/g;

/**
 * The object of a body as people write it, and as the original's own pages print it: with comments, bare keys, single
 * quotes, trailing commas, and versions without quotes (contract nullplatform 3.0, 6.4). Throws wrong usage, with the
 * place, for anything else.
 */
export async function readBodyText(text: string): Promise<object> {
  const value = strictly(text) ?? (await leniently(text));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongUsage('The body is no JSON object: it should look like { "status": "active" }');
  }
  for (const [key, part] of Object.entries(value)) {
    // As in `"scope_id": "<scope_id>"`; other text in such brackets may be meant, like the value of a parameter.
    const [, placeholder] = (typeof part === 'string' && /^<([\w ]+)>$/.exec(part)) || [];
    if (placeholder?.split(' ')[0] !== key) continue;
    throw wrongUsage(`The body has no ${key} yet: put a value in the place of ${part}`);
  }
  return value;
}

function strictly(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function leniently(text: string): Promise<unknown> {
  // Loaded for those that need it: it is the largest part of the program.
  const { default: json5 } = await import('json5');
  try {
    const quoted = text.replace(versions, (part) => (/^v?\d/.test(part) ? JSON.stringify(part) : part));
    return json5.parse(quoted, (key, value) => {
      // What JSON has no word for would be sent as null.
      if (typeof value === 'number' && !Number.isFinite(value))
        throw new Error(`${key} is no number: ${value}`);
      return value;
    });
  } catch (error) {
    const [placeholder] = /<[\w ]+>/.exec(text) ?? [];
    const hint = placeholder === undefined ? '' : `; put a value in the place of ${placeholder}`;
    throw wrongUsage(`The body is no JSON: ${(error as Error).message.replace(/^JSON5: /, '')}${hint}`);
  }
}

/** The object that `--body` means: text, the path of a file, or `-` for standard input. */
export async function readBody(given: string, runtime: Pick<Runtime, 'stdin' | 'folder'>): Promise<object> {
  if (given === '-') return await readBodyText(await wholeText(runtime.stdin));
  if (/^\s*([{[]|\/\/|\/\*)/.test(given)) return await readBodyText(given);
  const path = resolve(runtime.folder, given.replace(/^@/, ''));
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw wrongUsage(`--body is neither a JSON object nor a file that can be read: ${path} (${error.code})`);
  });
  return await readBodyText(text.replace(/^\uFEFF/, ''));
}

async function wholeText(stream: Runtime['stdin']): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
