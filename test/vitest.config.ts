import { defineConfig } from 'vitest/config';

/** The suites: which files, and how long one test may take. `SUITE` is set by bin/dev. */
const suites = {
  default: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/agents/**', 'test/chaos/**', 'test/hostile/**', 'test/bench/**'],
    seconds: 60,
  },
  agents: { include: ['test/agents/**/*.test.ts'], exclude: [], seconds: 240 },
  chaos: { include: ['test/chaos/**/*.test.ts', 'test/hostile/**/*.test.ts'], exclude: [], seconds: 240 },
};

const suite = suites[(process.env.SUITE ?? 'default') as keyof typeof suites];

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    include: suite.include,
    exclude: ['**/node_modules/**', ...suite.exclude],
    setupFiles: ['test/support/guard.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Shared machines stall now and then; what fails twice is wrong. The report names what was tried again.
    retry: process.env.CI === undefined ? 0 : 1,
    testTimeout: suite.seconds * 1000,
    hookTimeout: suite.seconds * 1000,
    teardownTimeout: 10_000,
  },
});
