import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CoreError } from '../../errors/index.ts';

/** Where the viewer's prebuilt script lies: beside the bundled server, or, when it runs from sources, in its package. */
const places = ['./docs-viewer.js', '../../../node_modules/@scalar/api-reference/dist/browser/standalone.js'];

/** The script that shows the OpenAPI document; `not-found` in an installation that was built without it. */
export async function browserBundle(): Promise<{ stream: Readable; size: number }> {
  for (const place of places) {
    const file = fileURLToPath(new URL(place, import.meta.url));
    const found = await stat(file).catch(() => undefined);
    if (found) return { stream: createReadStream(file), size: found.size };
  }
  throw new CoreError('not-found', 'This installation was built without the viewer; read /docs/openapi.json');
}
