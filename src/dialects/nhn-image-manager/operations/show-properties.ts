import { refusal } from '../errors.ts';
import { textField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { folderPath } from '../paths.ts';
import { libraryOf } from '../store/service.ts';
import { inTree } from '../tree-refusal.ts';
import { wireFolder, wireFor } from '../wire.ts';

/** A folder with what lies below it at any depth (contract nhn-image-manager 3.3). */
export const showProperties: Handler = (context, call) => properties(context, call, true);

/** The folder alone (contract nhn-image-manager 3.4). */
export const showSimpleProperties: Handler = (context, call) => properties(context, call, false);

async function properties(
  context: Parameters<Handler>[0],
  { service, request, query }: Parameters<Handler>[1],
  withTotals: boolean,
) {
  const { storage, media } = context.parts;
  const library = libraryOf(service);
  const path = folderPath(textField(query, 'path'));
  return await inTree(path, () =>
    storage.read(async (reader) => {
      const folder = await media.tree.folderByPath(reader, library, path);
      if (!folder) throw refusal('NO_SUCH_PATH');
      const totals = withTotals ? await media.tree.totals(reader, library, path) : undefined;
      return { folder: wireFolder(wireFor(context, service, request), folder, totals) };
    }),
  );
}
