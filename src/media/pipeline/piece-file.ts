import { unlink } from 'node:fs/promises';

/** The file of one piece of a request. */
export function pieceFile(into: string, piece: number): string {
  return `${into}-${piece}`;
}

/** Removes what a failed request made. Pieces are written in their order, so the first that is missing ends them. */
export async function removePieces(into: string): Promise<void> {
  for (let piece = 0; ; piece += 1) {
    const isThere = await unlink(pieceFile(into, piece)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return false;
        throw error;
      },
    );
    if (!isThere) return;
  }
}
