import { defineConfig } from 'vitest/config';

/** `npm run test:docs`: the site in a browser, and its code blocks with all that they import. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/docs/*.test.ts'],
    env: { DOCS: 'installed' },
    testTimeout: 60_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
