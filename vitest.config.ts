import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The limits are for what hangs: on a machine that is busy a test may take ten times as long as alone.
  test: { include: ['test/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});
