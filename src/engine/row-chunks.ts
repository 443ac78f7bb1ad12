/** Sizes of many-row statements: few different texts, so that the database's prepared statements are found again. */
const sizes = [64, 16, 4, 1];

/** Cuts `rows` into chunks of 64, 16, 4 and 1. */
export function rowChunks<Row>(rows: readonly Row[]): Row[][] {
  const chunks: Row[][] = [];
  let from = 0;
  for (const size of sizes) {
    while (rows.length - from >= size) {
      chunks.push(rows.slice(from, from + size));
      from += size;
    }
  }
  return chunks;
}
