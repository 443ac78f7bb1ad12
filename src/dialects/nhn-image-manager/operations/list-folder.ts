import type { ListOrder } from '../../../media/index.ts';
import { refusal } from '../errors.ts';
import { type Fields, textField } from '../fields.ts';
import type { Handler } from '../operation.ts';
import { readPage, readSort, type Sort } from '../paging.ts';
import { folderPath } from '../paths.ts';
import { libraryOf } from '../store/service.ts';
import { inTree } from '../tree-refusal.ts';
import { wireFile, wireFolder, wireFor } from '../wire.ts';

/** A page of what a folder holds, folders first (contract nhn-image-manager 3.2). */
export const listFolder: Handler = async (context, { service, request, query }) => {
  const path = folderPath(textField(query, 'basepath'));
  const origin = readOrigin(query);
  const nameContains = readNamePart(query);
  const { page, rows } = readPage(query, 100);
  const order = orderOf(readSort(query, 'name:asc'));
  const listing = await inTree(path, () =>
    context.parts.media.tree.list({
      library: libraryOf(service),
      path,
      order,
      // Behind any list that there can be, a page is empty wherever it begins.
      offset: Math.min((page - 1) * rows, 2 ** 52),
      limit: rows,
      ...(origin && { origin }),
      ...(nameContains !== undefined && { nameContains }),
    }),
  );
  const wire = wireFor(context, service, request);
  return {
    paging: {
      page,
      rows,
      totalFolderCount: listing.totalFolders,
      totalFileCount: listing.totalFiles,
    },
    folders: listing.folders.map((folder) => wireFolder(wire, folder)),
    files: listing.files.map((file) => wireFile(wire, file)),
  };
};

function readOrigin(query: Fields): 'user' | 'derived' | undefined {
  const word = textField(query, 'createdBy');
  if (word === undefined) return undefined;
  if (word === 'U') return 'user';
  if (word === 'P') return 'derived';
  throw refusal('INVALID_VALUE', 'createdBy');
}

function readNamePart(query: Fields): string | undefined {
  const part = textField(query, 'name')?.normalize('NFC');
  if (part === undefined) return undefined;
  if (part.includes('\0')) throw refusal('INVALID_VALUE', 'name');
  if ([...part].length < 2) throw refusal('TOO_LOW', 'name', 2);
  if (Buffer.byteLength(part) > 255) throw refusal('OUT_OF_RANGE', 'name', 2, 255);
  return part;
}

function orderOf({ by, descending }: Sort): ListOrder {
  if (by === 'name') return descending ? 'name-down' : 'name-up';
  return descending ? 'newest' : 'oldest';
}
