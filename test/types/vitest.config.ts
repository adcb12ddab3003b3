import { defineConfig } from 'vitest/config';

/** `npm run test:types`: programs as users write them, against the packed package. */
export default defineConfig({
  test: {
    root: '.',
    include: ['test/types/run.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxConcurrency: 2,
  },
});
