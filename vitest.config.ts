import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { playwright } from '@vitest/browser-playwright';
import type { PluginOption } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import {
  BaseSequencer,
  type BrowserConfigOptions,
  type InlineConfig,
  type TestSpecification,
} from 'vitest/node';
import { firefox } from './test/engines/firefox.ts';
import { webkit } from './test/engines/webkit.ts';
import { chromiumArgs, findChromium } from './test/chromium.ts';
import { isWhole } from './test/share.ts';

const { executablePath, env } = await findChromium();

/** What a busy machine delays (a frame, a process) is tried once more; a real fault fails twice, and both are reported. */
const RETRY = 1;

/** The share of a long test that this run has: see test/long.mjs. */
const share = (otherwise: number): { from: number; count: number; isLong: boolean } => ({
  from: Number(process.env.LONG_FROM ?? 1),
  count: Number(process.env.LONG_COUNT ?? otherwise),
  isLong: process.env.LONG_COUNT !== undefined,
});

/** The tests of pages that only `npm run test:whole` and the other engines have, as they take long. */
const FOR_WHOLE = ['**/{callbacks,caret-and-follow}.test.ts'];

/** A new one for each project: Vitest names the instances in it. */
const browser = (): BrowserConfigOptions => ({
  enabled: true,
  // One page at a time in each browser: what takes too long here is taken for a silent server.
  fileParallelism: false,
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

/** The tests of these folders that run in a page. Each such project has a browser of its own, beside the others'. */
const pages = (
  name: string,
  folders: readonly string[],
  test: InlineConfig,
): TestProjectInlineConfiguration => ({
  define: forFrameworks(),
  plugins: [compileSvelte()],
  optimizeDeps: {
    include: [
      '@microsoft/fetch-event-source',
      'axe-core',
      'eventsource-parser',
      'katex',
      'react',
      'react-dom/client',
      'zod',
    ],
  },
  test: {
    name,
    // Chrome may try for 5 s to drain a cancelled response before it closes the connection.
    expect: { poll: { timeout: 10_000 } },
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    exclude: [
      '**/node_modules/**',
      '**/*.node.test.ts',
      '**/*.dom.test.ts',
      ...(isWhole || process.env.ENGINE ? [] : FOR_WHOLE),
    ],
    globalSetup: 'test/server/setup.ts',
    retry: RETRY,
    browser: browser(),
    ...test,
  },
});

/** The tests of the binding to React, on the oldest that it takes; for `npm run test:whole` and the other engines. */
const onReact18 = (): TestProjectInlineConfiguration => ({
  ...pages('browser-react-18', [], { include: ['test/frameworks/react.test.ts'], provide: { react: '18' } }),
  resolve: {
    alias: [
      { find: /^react(?=$|\/)/, replacement: 'react-18' },
      { find: /^react-dom(?=$|\/)/, replacement: 'react-dom-18' },
    ],
  },
});

/** What waits for other processes, for long, goes first: beside it others have the processor. */
class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // eslint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    const isWaiting = ({ moduleId }: TestSpecification): boolean => /test\/(relay|docs)\//.test(moduleId);
    return [...sorted.filter(isWaiting), ...sorted.filter((file) => !isWaiting(file))];
  }
}

export default defineConfig({
  test: {
    // Most tests wait for a page or a server more than they compute: more of them than there are cores.
    maxWorkers: 3,
    sequence: { sequencer: WaitingFirst },
    projects: [
      {
        define: { DEVELOPMENT: 'true' },
        test: {
          name: 'node',
          include: ['test/**/*.node.test.ts'],
          retry: RETRY,
          // `npm run test:whole` has these as well.
          exclude: ['**/node_modules/**', ...(isWhole ? [] : ['**/{broken,clients}.node.test.ts'])],
        },
      },
      pages('browser', ['connection', 'conversation', 'formats', 'frameworks', 'stream', 'transports'], {
        provide: { fuzz: share(60), chaos: share(40), react: '19' },
      }),
      pages('browser-views', ['element', 'typewriter'], { provide: { markdown: share(8), isWhole } }),
      ...(isWhole || process.env.ENGINE ? [onReact18()] : []),
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
          // `npm run test:whole` has these as well.
          exclude: isWhole ? [] : ['**/{bindings,cost,hot,lacking,people,readme-frameworks}.test.ts'],
          testTimeout: 30_000,
          retry: RETRY,
        },
      },
    ],
  },
});
