import { defineConfig } from 'vitest/config';

/** A test of its own, which takes a minute: `npm run test:next`. */
export default defineConfig({
  test: { root: '.', include: ['test/next/run.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});
