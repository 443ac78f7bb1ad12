import type { Sorting } from './page-marks.ts';
import type { ListOrder } from './tree.ts';

/** Which index an order reads, and whether from its end. */
export function sortingOf(order: ListOrder): { sorting: Sorting; descending: boolean } {
  return {
    sorting: order === 'oldest' || order === 'newest' ? 'date' : 'name',
    descending: order === 'name-down' || order === 'newest',
  };
}
