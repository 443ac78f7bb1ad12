import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { CoreError } from '../../errors/index.ts';

/** Where the viewer's prebuilt files lie: beside the bundled server, or, when it runs from sources, in its package. */
const folders = ['./docs-viewer/', '../../../node_modules/swagger-ui-dist/'];

/** A file of the viewer that shows the OpenAPI document; `not-found` in an installation that was built without it. */
export async function viewerFile(name: string): Promise<{ stream: Readable; size: number }> {
  for (const folder of folders) {
    const file = fileURLToPath(new URL(folder + name, import.meta.url));
    const found = await stat(file).catch(() => undefined);
    if (found) return { stream: createReadStream(file), size: found.size };
  }
  throw new CoreError('not-found', 'This installation was built without the viewer; read /docs/openapi.json');
}
