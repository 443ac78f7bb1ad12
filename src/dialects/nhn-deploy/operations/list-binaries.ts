import { zonedDateTime } from '../../../vendors/nhn-cloud/index.ts';
import { binaryGroupOfCall } from '../call-lookups.ts';
import type { Context } from '../context.ts';
import { refusal } from '../errors.ts';
import type { Call } from '../operation.ts';
import { readPage } from '../paging.ts';
import { type Binary, type BinarySort, pageOfBinaries } from '../store/binary.ts';

const sortColumns: Readonly<Record<string, BinarySort['column']>> = {
  VERSION: 'version',
  BINARY_KEY: 'id',
  UPLOAD_DATE: 'uploaded_at',
};

/** L: a page of the live binaries of a group (contract nhn-deploy 3.8 L). */
export async function listBinaries(context: Context, call: Call) {
  const page = readPage(call.query);
  const sort = readSort(call.query);
  const keyword = call.query.keyword ?? '';
  const { total, rows } = await context.parts.storage.read(async (reader) => {
    const { group } = await binaryGroupOfCall(reader, call);
    return await pageOfBinaries(reader, group.id, { keyword, sort, page });
  });
  const { timeZone } = context.parts.settings;
  return { totalCount: total, binaries: rows.map((binary) => binaryRow(binary, timeZone)) };
}

function readSort({ sortKey, sortDirection }: Readonly<Record<string, string>>): BinarySort {
  const column = sortColumns[sortKey?.trim().toUpperCase() || 'UPLOAD_DATE'];
  const direction = sortDirection?.trim().toLowerCase() || 'desc';
  if (!column || (direction !== 'asc' && direction !== 'desc')) {
    throw refusal('BAD_REQUEST', 'sortKey is VERSION, BINARY_KEY or UPLOAD_DATE, sortDirection ASC or DESC');
  }
  return { column, direction };
}

function binaryRow(binary: Binary, timeZone: string) {
  return {
    binaryKey: binary.id,
    version: binary.version,
    binaryName: binary.name,
    binarySize: binary.size,
    uploadDate: zonedDateTime(binary.uploaded_at, timeZone),
    uploader: binary.uploader,
    description: binary.description,
  };
}
