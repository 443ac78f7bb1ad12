type Place = readonly [row: number, column: number];

/** Rows that Page Up and Page Down pass. */
const page = 10;

/**
 * Where a key leads from a place in a grid of `size` rows and columns: the nearest existing cell in its direction, as
 * the grid pattern of WAI-ARIA has it. Undefined for other keys and where there is no further cell.
 */
export function stepTo(
  key: string,
  control: boolean,
  [row, column]: Place,
  [rows, columns]: Place,
  exists: (row: number, column: number) => boolean,
): Place | undefined {
  switch (key) {
    case 'ArrowRight':
      return firstOf(
        range(column + 1, columns).map((next) => [row, next]),
        exists,
      );
    case 'ArrowLeft':
      return firstOf(
        range(0, column)
          .reverse()
          .map((next) => [row, next]),
        exists,
      );
    case 'ArrowDown':
      return firstOf(
        range(row + 1, rows).map((next) => [next, column]),
        exists,
      );
    case 'ArrowUp':
      return firstOf(
        range(0, row)
          .reverse()
          .map((next) => [next, column]),
        exists,
      );
    case 'PageDown':
      return firstOf(
        range(row + 1, Math.min(rows, row + page + 1))
          .reverse()
          .map((next) => [next, column]),
        exists,
      );
    case 'PageUp':
      return firstOf(
        range(Math.max(0, row - page), row).map((next) => [next, column]),
        exists,
      );
    case 'Home':
      return firstOf(
        range(0, columns).map((next) => [control ? 0 : row, next]),
        exists,
      );
    case 'End':
      return firstOf(
        range(0, columns)
          .reverse()
          .map((next) => [control ? rows - 1 : row, next]),
        exists,
      );
    default:
      return undefined;
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

function firstOf(
  places: readonly Place[],
  exists: (row: number, column: number) => boolean,
): Place | undefined {
  return places.find(([row, column]) => exists(row, column));
}
