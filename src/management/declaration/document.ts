import { CoreError } from '../../errors/index.ts';

/** Parses a declaration: YAML, of which JSON is a part. Throws `invalid` with the line of the mistake. */
export async function parseDocument(text: string): Promise<unknown> {
  // Only declarations need it, and it would cost every start.
  const { parse, YAMLParseError } = await import('yaml');
  try {
    return parse(text, { maxAliasCount: 100, uniqueKeys: true }) ?? {};
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    const place = line === undefined ? '' : ` in line ${line}`;
    throw new CoreError(
      'invalid',
      `The declaration is not YAML${place}: ${(error as Error).message.split('\n')[0]}`,
    );
  }
}
