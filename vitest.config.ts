import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { playwright } from '@vitest/browser-playwright';
import type { PluginOption } from 'vite';
import { defineConfig } from 'vitest/config';
import type { BrowserConfigOptions } from 'vitest/node';
import { firefox } from './test/engines/firefox.ts';
import { webkit } from './test/engines/webkit.ts';
import { chromiumArgs, findChromium } from './test/chromium.ts';

const { executablePath, env } = await findChromium();

/** The share of a long test that this run has: see test/long.mjs. */
const share = (otherwise: number): { from: number; count: number; isLong: boolean } => ({
  from: Number(process.env.LONG_FROM ?? 1),
  count: Number(process.env.LONG_COUNT ?? otherwise),
  isLong: process.env.LONG_COUNT !== undefined,
});

/** A new one for each project: Vitest names the instances in it. */
const browser = (): BrowserConfigOptions => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  instances: [
    process.env.ENGINE === 'firefox'
      ? { browser: 'firefox', provider: firefox() }
      : process.env.ENGINE === 'webkit'
        ? { browser: 'webkit', provider: webkit() }
        : {
            browser: 'chromium',
            provider: playwright({ launchOptions: { executablePath, env, args: chromiumArgs } }),
          },
  ],
});

/** A new one for each project: Vitest takes out of it what it has read. */
const forFrameworks = (): Record<string, string> => ({
  DEVELOPMENT: 'true',
  __VUE_OPTIONS_API__: 'true',
  __VUE_PROD_DEVTOOLS__: 'false',
  __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
});

const compileSvelte = (): PluginOption =>
  svelte({
    configFile: false,
    // A component of a test is mounted once, with props that stay.
    compilerOptions: { warningFilter: ({ code }) => code !== 'state_referenced_locally' },
  });

export default defineConfig({
  test: {
    // Most tests wait for a page or a server more than they compute: more of them than there are cores.
    maxWorkers: 3,
    projects: [
      {
        define: { DEVELOPMENT: 'true' },
        test: {
          name: 'node',
          include: ['test/**/*.node.test.ts'],
        },
      },
      {
        define: forFrameworks(),
        plugins: [compileSvelte()],
        optimizeDeps: { include: ['@microsoft/fetch-event-source', 'eventsource-parser', 'zod'] },
        test: {
          name: 'browser',
          // One page at a time: what takes too long here is taken for a silent server.
          maxWorkers: 1,
          // Chrome may try for 5 s to drain a cancelled response before it closes the connection.
          expect: { poll: { timeout: 10_000 } },
          include: ['test/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            'test/**/*.node.test.ts',
            'test/**/*.dom.test.ts',
            'test/e2e/**',
            'test/docs/**',
          ],
          globalSetup: 'test/server/setup.ts',
          provide: { fuzz: share(300), chaos: share(100), markdown: share(60), react: '19' },
          browser: browser(),
        },
      },
      {
        define: { DEVELOPMENT: 'true' },
        resolve: {
          alias: [
            { find: /^react(?=$|\/)/, replacement: 'react-18' },
            { find: /^react-dom(?=$|\/)/, replacement: 'react-dom-18' },
          ],
        },
        optimizeDeps: { include: ['react', 'react-dom/client', 'eventsource-parser'] },
        test: {
          name: 'browser-react-18',
          maxWorkers: 1,
          expect: { poll: { timeout: 10_000 } },
          include: ['test/frameworks/react.test.ts'],
          globalSetup: 'test/server/setup.ts',
          provide: { react: '18' },
          browser: browser(),
        },
      },
      {
        define: forFrameworks(),
        plugins: [compileSvelte(), svelteTesting()],
        test: {
          name: 'dom',
          include: ['test/**/*.dom.test.ts'],
          globalSetup: 'test/server/setup.ts',
        },
      },
      {
        test: {
          name: 'e2e',
          expect: { poll: { timeout: 10_000 } },
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 30_000,
          // A frame or a process that a busy CI machine delays is tried once more there; a real fault fails twice.
          retry: process.env.CI ? 1 : 0,
        },
      },
    ],
  },
});
