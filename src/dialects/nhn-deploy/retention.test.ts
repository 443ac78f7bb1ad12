import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiredBinaries, isPolicyOn, type RetentionPolicy } from './retention.ts';

const off: RetentionPolicy = { maxAgeDays: null, maxTotalBytes: null, maxCount: null, minKeep: null };
const day = 86_400_000;
const now = 100 * day;

/** Binaries 1, 2, 3, … from oldest to newest, one a day until now. */
const shelf = (count: number, change: Record<number, { spared?: boolean; size?: number }> = {}) =>
  Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    size: 10,
    uploadedAt: now - (count - index - 1) * day - 1,
    spared: false,
    ...change[index + 1],
  }));

describe('the auto-delete policy', () => {
  it('is off when no limit is set', () => {
    expect(isPolicyOn(off)).toBe(false);
    expect(expiredBinaries(shelf(50), off, now)).toEqual([]);
  });

  it('keeps the newest maxCount', () => {
    expect(expiredBinaries(shelf(5), { ...off, maxCount: 3, minKeep: 2 }, now)).toEqual([1, 2]);
  });

  it('removes what is older than the age, but never the newest minKeep', () => {
    const policy = { ...off, maxAgeDays: 1, maxCount: 10, minKeep: 2 };
    expect(expiredBinaries(shelf(4), policy, now)).toEqual([1, 2]);
    expect(expiredBinaries(shelf(4), policy, now + 30 * day)).toEqual([1, 2]);
  });

  it('removes the oldest while the sum exceeds the size', () => {
    expect(expiredBinaries(shelf(5), { ...off, maxTotalBytes: 25 }, now)).toEqual([1, 2, 3]);
    expect(expiredBinaries(shelf(5), { ...off, maxTotalBytes: 50 }, now)).toEqual([]);
  });

  it('spares pinned binaries and those in use, and takes the next oldest for the size', () => {
    const binaries = shelf(5, { 1: { spared: true } });
    expect(expiredBinaries(binaries, { ...off, maxCount: 3, minKeep: 2 }, now)).toEqual([2]);
    expect(expiredBinaries(binaries, { ...off, maxTotalBytes: 30 }, now)).toEqual([2, 3]);
  });

  it('never removes a spared one nor one of the newest minKeep, for any shelf and policy', () => {
    const binary = fc.record({
      size: fc.nat(100),
      uploadedAt: fc.integer({ min: 0, max: now }),
      spared: fc.boolean(),
    });
    const limit = fc.option(fc.nat(20));
    fc.assert(
      fc.property(fc.array(binary), limit, limit, limit, fc.nat(5), (drawn, age, total, count, minKeep) => {
        const binaries = drawn.map((value, index) => ({ ...value, id: index + 1 }));
        const policy = { maxAgeDays: age, maxTotalBytes: total, maxCount: count, minKeep };
        const gone = new Set(expiredBinaries(binaries, policy, now));
        const newest = [...binaries].sort((a, b) => b.uploadedAt - a.uploadedAt || b.id - a.id);
        const kept = newest.slice(0, minKeep).every(({ id }) => !gone.has(id));
        return kept && binaries.every(({ id, spared }) => !(spared && gone.has(id)));
      }),
    );
  });
});
