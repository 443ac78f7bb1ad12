import { defineConfig } from 'vitest/config';

/** The faults. Each kills servers of its own; most of their time they wait for leases to run out, so they do it at once. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/chaos/**/*.test.ts'],
    pool: 'forks',
    hookTimeout: 120_000,
    reporters: ['default'],
  },
});
