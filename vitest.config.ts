import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/harness/longest-first.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'console/**/*.test.ts'],
    exclude: ['test/chaos/**', 'node_modules/**'],
    globalSetup: ['test/harness/run-postgres.ts'],
    pool: 'forks',
    isolate: false,
    // Many tests wait for processes and databases: four files at once keep two cores busy.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // They end what hangs, and say nothing about speed: a machine may be slow, and busy with other things.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // On a machine that others load, chance may fail one test of thousands: it is tried once more there, and the report
    // marks it (`retry x1`). What is broken fails twice.
    retry: process.env.CI === 'true' ? 1 : 0,
    reporters: ['default'],
  },
});
