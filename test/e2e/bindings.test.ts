import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { serveOn, type Served } from '../server/client.ts';
import { end, gate, write } from '../server/script.ts';
import { startTestServer } from '../server/server.ts';
import { bundleApp, REACT_18, renderApp, serveApp, type AppServer } from './app-server.ts';

declare const window: Window & { send(question: string): Promise<unknown>; show(isShown: boolean): void };

interface AppOptions {
  readonly name: string;
  readonly isPiped?: boolean;
  readonly alias?: Readonly<Record<string, string>>;
}
const APPS: Readonly<Record<string, AppOptions>> = {
  'React 18.3, piped': { name: 'react.jsx', isPiped: true, alias: REACT_18 },
  'React 19': { name: 'react.jsx' },
  Vue: { name: 'vue.js' },
  'React 19, piped': { name: 'react.jsx', isPiped: true },
  Svelte: { name: 'svelte.js' },
  'React 18.3': { name: 'react.jsx', alias: REACT_18 },
};
const CASES = (['development', 'production'] as const).flatMap((mode) =>
  Object.entries(APPS).map(([framework, app]) => ({ framework, mode, app })),
);

const chunk = (content: string): string =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ delta: { content } }] })}\n\n`;

let browser: Browser;
let answers: Awaited<ReturnType<typeof startTestServer>>;
let app: AppServer;
let page: Page;
let model: Served;
let problems: string[];
const { error, warn } = console;

beforeAll(async () => {
  browser = await launchChromium();
  answers = await startTestServer();
});
afterAll(async () => {
  await browser.close();
  await answers.stop();
});
beforeEach(async () => {
  problems = [];
  // The messages of the server count, too.
  console.error = console.warn = (...values: unknown[]) => void problems.push(values.join(' '));
  const half = [write(chunk('One. ')), gate('rest'), write(`${chunk('Two.')}data: [DONE]\n\n`), end];
  model = await serveOn(answers.url, half);
});
afterEach(async () => {
  Object.assign(console, { error, warn });
  await page.close();
  app.close();
});

const shown = (selector: string): Promise<string> => page.locator(selector).innerText();
const requests = async (): Promise<number> => (await model.requests()).length;

describe('an answer that the server has rendered', () => {
  test.each(CASES)(
    'hydrates without warnings, and sends one request at start(): $framework, $mode build',
    async ({ mode, app: { name, alias = {}, isPiped = false } }) => {
      const url = `globalThis.answerURL = ${JSON.stringify(model.url)}`;
      Object.assign(globalThis, { answerURL: model.url });
      const html = await renderApp(`bindings-${name.replace('.', '-server.')}`, { alias, isPiped });
      expect(html).toContain('idle');
      app = await serveApp(
        `<!doctype html><title>An app</title><link rel="icon" href="data:,"><script>${url}</script>` +
          `<div id="root">${html}</div><script src="/app.js"></script>`,
        { '/app.js': await bundleApp(`bindings-${name}`, mode, alias) },
      );
      page = await browser.newPage();
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) problems.push(message.text());
      });
      page.on('pageerror', ({ message }) => problems.push(message));
      await page.goto(app.url);
      await expect.poll(() => page.evaluate(() => 'show' in globalThis && 'send' in globalThis)).toBe(true);
      expect([await shown('#state'), await shown('#answer'), await requests()]).toEqual(['idle', '', 0]);

      // Until the page is hydrated, the button has no listener.
      await expect
        .poll(async () => {
          if ((await shown('#state')) === 'idle') await page.locator('#start').click();
          return shown('#answer');
        })
        .toBe('One.');
      expect(await requests()).toBe(1);
      await page.evaluate(() => void window.send('Why?'));
      await expect.poll(() => shown('#chat')).toBe('streaming Why? | One.');
      await page.locator('#stop').click();
      await expect.poll(() => shown('#state')).toBe('stopped');
      await model.open('rest');
      await expect.poll(() => shown('#chat')).toBe('ready Why? | One. Two.');
      await page.locator('#start').click();
      await expect.poll(() => shown('#answer')).toBe('One. Two.');
      await expect.poll(() => shown('#state')).toBe('complete');
      expect(await requests()).toBe(3);

      await page.evaluate(() => window.show(false));
      await expect.poll(() => page.locator('#answer').count()).toBe(0);
      expect(problems).toEqual([]);
    },
  );
});
