/** Epoch milliseconds as the API writes them: UTC with milliseconds, `2025-03-18T14:09:33.412Z` (contract nullplatform 3.0). */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** Like `timestamp`, and null for null. */
export function optionalTimestamp(milliseconds: number | null): string | null {
  return milliseconds === null ? null : timestamp(milliseconds);
}
