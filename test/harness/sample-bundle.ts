import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar } from 'modern-tar';

/** What a sample bundle's program does. */
export interface SampleOptions {
  /** Answered to `GET /`, and in the header `x-version` of every answer. */
  readonly version: string;
  /**
   * How `GET /health` behaves: `ok` (default) 200 · `never` nothing listens · `status-500` · `slow` it is never
   * answered · `crash` the program ends at once with `exitCode`.
   */
  readonly health?: 'ok' | 'never' | 'status-500' | 'slow' | 'crash';
  /** With `crash`; default 3. */
  readonly exitCode?: number;
  /** The program does not end when it is asked to. */
  readonly ignoresTerm?: boolean;
  /** In the place of `web: node server.mjs`. */
  readonly procfile?: string;
  /** More files by their path. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * A tar.gz with a Procfile `web: node server.mjs`. Its program answers `/` (its version), `/env`, `/instance` and
 * `/headers` (JSON), `/health`, `/set-health?status=503` or `?silent=true`, `/slow?ms=`, `/status?code=`, `/echo` (the
 * body), `/stream?pieces=&ms=`, `/say?text=&stream=`, `/crash?code=`, and echoes WebSocket frames on every path.
 */
export async function sampleBundle(options: SampleOptions): Promise<Buffer> {
  const { procfile = 'web: node server.mjs\n', files = {} } = options;
  const sample = { health: 'ok', exitCode: 3, ignoresTerm: false, ...options };
  const content: Record<string, string> = {
    Procfile: procfile,
    'sample.json': JSON.stringify(sample),
    'server.mjs': await readFile(new URL('./sample-program.mjs', import.meta.url), 'utf8'),
    ...files,
  };
  const tar = await packTar(
    Object.entries(content).map(([name, text]) => ({
      header: { name, size: Buffer.byteLength(text), mode: 0o644 },
      body: text,
    })),
  );
  return await promisify(gzip)(tar);
}
