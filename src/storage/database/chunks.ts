/**
 * Cuts a list for IN: databases limit the parameters of a query (SQLite 32,766, PostgreSQL 65,535), and each length is
 * a statement of its own to prepare. Duplicates are kept.
 * @example for (const some of chunked(ids)) rows.push(...(await query.where('id', 'in', some).execute()));
 */
export function* chunked<Item>(items: readonly Item[], size = 500): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
