import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'console/**/*.test.ts'],
    exclude: ['test/chaos/**', 'node_modules/**'],
    globalSetup: ['test/harness/run-postgres.ts'],
    pool: 'forks',
    isolate: false,
    // Many tests wait for processes and databases: three files at once keep two cores busy.
    maxWorkers: 3,
    // They end what hangs, and say nothing about speed: a machine may be slow, and busy with other things.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default'],
  },
});
