import { defineConfig } from 'vitest/config';

/** `npm run test:examples`: each example as its page makes it, with the package as it is published. A few minutes. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/examples/run.ts'],
    testTimeout: 300_000,
    // Most of the time is that of the registry.
    maxConcurrency: 3,
    hookTimeout: 300_000,
    // The registry, Next's development server and a page that is compiled as it is asked for are not ours.
    retry: 1,
    expect: { poll: { timeout: 20_000 } },
  },
});
