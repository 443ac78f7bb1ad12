import { defineConfig } from 'vitest/config';

/** The faults: one file after another, since each kills servers and agents of its own. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/chaos/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    hookTimeout: 60_000,
    reporters: ['default'],
  },
});
