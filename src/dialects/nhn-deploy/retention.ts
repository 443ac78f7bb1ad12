/** When binaries of a group go by themselves; any of the limits may be absent (contract nhn-deploy 5.5). */
export interface RetentionPolicy {
  readonly maxAgeDays: number | null;
  readonly maxTotalBytes: number | null;
  readonly maxCount: number | null;
  /** So many of the newest always stay. */
  readonly minKeep: number | null;
}

/** A live binary as the policy sees it. */
export interface RetainedBinary {
  readonly id: number;
  readonly size: number;
  readonly uploadedAt: number;
  /** Pinned, or needed by a running deployment: it stays, whatever the policy says. */
  readonly spared: boolean;
}

const day = 24 * 60 * 60 * 1000;

/** Whether the policy ever deletes anything. */
export function isPolicyOn(policy: RetentionPolicy): boolean {
  return policy.maxAgeDays !== null || policy.maxTotalBytes !== null || policy.maxCount !== null;
}

/**
 * The ids of the binaries that go, oldest first. A binary goes when any one limit says so: it is older than the age,
 * it stands behind the newest `maxCount`, or the sum of what is left exceeds the size and it is the oldest.
 */
export function expiredBinaries(
  binaries: readonly RetainedBinary[],
  policy: RetentionPolicy,
  now: number,
): number[] {
  const newest = [...binaries].sort((a, b) => b.uploadedAt - a.uploadedAt || b.id - a.id);
  const removable = newest.slice(policy.minKeep ?? 0).filter((binary) => !binary.spared);
  const allowed = new Set(newest.slice(0, policy.maxCount ?? newest.length));
  const oldest = policy.maxAgeDays === null ? Number.NEGATIVE_INFINITY : now - policy.maxAgeDays * day;
  const gone = removable.filter((binary) => binary.uploadedAt < oldest || !allowed.has(binary));
  const tooMany = new Set(gone);
  let total = newest.reduce((sum, binary) => sum + (tooMany.has(binary) ? 0 : binary.size), 0);
  for (const binary of removable.toReversed()) {
    if (policy.maxTotalBytes === null || total <= policy.maxTotalBytes) break;
    if (tooMany.has(binary)) continue;
    tooMany.add(binary);
    total -= binary.size;
  }
  return newest
    .filter((binary) => tooMany.has(binary))
    .map(({ id }) => id)
    .reverse();
}
