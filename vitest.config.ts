import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Vitest leaves one processor to itself, which hardly needs it: of two that would be half. */
const maxWorkers = Math.max(2, availableParallelism() - 1);
/** For what hangs: on a machine that is busy a test may take ten times as long as alone. */
const testTimeout = 300_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers,
    testTimeout,
    hookTimeout: testTimeout,
  },
});
