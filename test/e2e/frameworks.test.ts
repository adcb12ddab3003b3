import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { bundleApp, renderApp, serveApp, type AppServer } from './app-server.ts';
import { shareOf } from '../share.ts';

type PageWindow = Window & { setStep(step: number): void; unmount(): void; ended: string };
declare const window: PageWindow;

const OURS = '<script src="/dist/teleprinter.full.js"></script>';
const MODES = ['development', 'production'] as const;

let browser: Browser;
let page: Page;
let server: AppServer;
let problems: string[];

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
afterEach(async () => {
  await page.close();
  server.close();
});

async function open(html: string, app: string): Promise<void> {
  server = await serveApp(`<!doctype html><title>An app</title><link rel="icon" href="data:,">${html}`, {
    '/app.js': app,
  });
  page = await browser.newPage();
  problems = [];
  page.on('console', (message) => {
    const isOfLit = message.text().startsWith('Lit is in dev mode.');
    if (['error', 'warning'].includes(message.type()) && !isOfLit) problems.push(message.text());
  });
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(server.url);
}

/** The visible answer of an element. */
const shown = (id: string): Promise<string> => page.locator(`#${id} [part=answer]`).innerText();
const isPlaceholderVisible = (id: string): Promise<boolean> =>
  page.evaluate((id) => {
    const [slot] = document.getElementById(id)!.shadowRoot!.querySelectorAll('slot');
    return getComputedStyle(slot!).display !== 'none';
  }, id);

/** Asserts the life of a page of `apps/`: an answer, three updates, and its removal. */
async function expectLife(): Promise<void> {
  await expect.poll(() => shown('first')).toBe('It is one.');
  await expect.poll(() => shown('second')).toBe('It is **text**.');
  await expect.poll(() => page.locator('tele-printer:state(done)').count()).toBe(2);
  // Wait until the answers have become children.
  await expect.poll(() => page.locator('tele-printer > [slot=answer]').count()).toBe(2);
  expect(server.asked.toSorted()).toEqual(['one', 'text']);
  for (const step of [1, 2]) {
    await page.evaluate((step) => window.setStep(step), step);
    await expect.poll(() => page.locator('h1').innerText()).toBe(`Step ${step}`);
    expect(await shown('first')).toBe('It is one.');
    await expect.poll(() => shown('second').catch(() => '')).toBe('It is **text**.');
  }
  expect(await page.locator('#first em').count()).toBe(0);
  expect(await page.locator('#first > b').count()).toBe(1);
  expect(await isPlaceholderVisible('first')).toBe(false);
  await page.evaluate(() => window.setStep(3));
  await expect.poll(() => shown('first')).toBe('It is two.');
  expect(server.asked.toSorted()).toEqual(['one', 'text', 'two']);
  expect(await page.evaluate(() => window.ended)).toBe('complete');
  expect(problems).toEqual([]);
  await page.evaluate(() => window.unmount());
  await expect.poll(() => page.locator('tele-printer').count()).toBe(0);
  expect(problems).toEqual([]);
}

describe.each(shareOf(MODES, 2))('an element that a framework makes, %s build,', (mode) => {
  test.each(shareOf(['react.jsx', 'vue.js', 'svelte.js', 'solid.js', 'lit.js'], 2))(
    'survives updates of its page: %s',
    async (file) => {
      await open(`${OURS}<div id="root"></div><script src="/app.js"></script>`, await bundleApp(file, mode));
      await expectLife();
    },
  );

  test('may be defined after the framework has created it', async () => {
    await open(
      `<div id="root"></div><script src="/app.js"></script>${OURS}`,
      await bundleApp('react.jsx', mode),
    );
    await expectLife();
  });
});

describe.each([
  ['react.jsx', 'react-server.jsx'],
  ['vue.js', 'vue-server.js'],
  ['svelte.js', 'svelte-server.js'],
])('an element that the server has rendered for %s', (client, forServer) => {
  const APP = '<script src="/app.js"></script>';
  const later = (script: string): string => script.replace('src', 'defer src');
  const PAGES = {
    'in the head': (root: string) => `${OURS}${root}${APP}`,
    'in the page, before the app': (root: string) => `${root}${OURS}${APP}`,
    'in the page, after the app': (root: string) => `${root}${APP}${OURS}`,
    deferred: (root: string) => `${later(OURS)}${later(APP)}${root}`,
    'in the head, the app deferred': (root: string) => `${OURS}${later(APP)}${root}`,
  };
  const cases = Object.entries(PAGES).flatMap(([where, pageOf]) =>
    MODES.map((mode) => ({ where, mode, pageOf })),
  );
  test.each(shareOf(cases, 11))(
    'is hydrated with one request, with the script $where, $mode build',
    async ({ mode, pageOf }) => {
      const root = `<div id="root">${await renderApp(forServer)}</div>`;
      await open(pageOf(root), await bundleApp(client, mode));
      await expectLife();
    },
  );
});

test('objects that Svelte can render only as text on the server are sent once it hydrates the page', async () => {
  const html = await renderApp('object-body-server.js');
  expect(html.match(/"\[object Object]"/g)).toHaveLength(2);
  const app = await bundleApp('object-body.js', 'production');
  await open(`${OURS}<div id="root">${html}</div><script src="/app.js"></script>`, app);
  await expect.poll(() => shown('first').catch(() => '')).toBe('It is **{"prompt":"tea"}**.');
  expect(server.asked).toEqual(['{"prompt":"tea"}']);
  expect(problems).toEqual([]);
});

test('an object that no framework sets as a property is an error once the page has loaded', async () => {
  await open(`${OURS}<tele-printer src="/answer" body="[object Object]">Thinking…</tele-printer>`, '');
  await expect.poll(() => problems.join()).toContain('"[object Object]"');
  expect(server.asked).toEqual([]);
});

test('what the reader selects while a page is loading stays selected when it has loaded', async () => {
  server = await serveApp(
    `<!doctype html>${OURS}<tele-printer id="early" src="/answer" method="POST" body="one" end="end">Thinking…</tele-printer><img src="/slow.png">`,
    {},
  );
  page = await browser.newPage();
  let load = (): void => {};
  await page.route('**/slow.png', async (route) => {
    await new Promise<void>((resolve) => (load = resolve));
    await route.abort();
  });
  await page.goto(server.url, { waitUntil: 'commit' });
  const answer = page.locator('#early [part=answer]');
  await expect.poll(() => answer.innerText().catch(() => '')).toBe('It is **one**.');
  expect(await page.locator('tele-printer > [slot=answer]').count()).toBe(0);
  const { x, y, height } = (await answer.boundingBox())!;
  await page.mouse.move(x + 1, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + 300, y + height / 2, { steps: 4 });
  await page.mouse.up();
  load();
  await expect.poll(() => page.locator('tele-printer > [slot=answer]').count()).toBe(1);
  expect(await page.evaluate(() => String(getSelection()).trim())).toBe('It is **one**.');
});

describe('a page that React cannot hydrate', () => {
  test.each([
    [
      'as something else in it is not what the server sent',
      'before',
      (html: string) => html.replace('Below', 'Above'),
    ],
    ['as it is late', 'long after', (html: string) => html],
  ])('asks once all the same: %s', async (_, when, change) => {
    const app = await bundleApp('react.jsx', 'production');
    const root = `<div id="root">${change(await renderApp('react-server.jsx'))}</div>`;
    await open(`${OURS}${root}${when === 'before' ? '<script src="/app.js"></script>' : ''}`, app);
    if (when === 'long after') {
      await expect.poll(() => page.locator('tele-printer > [slot=answer]').count()).toBe(2);
      await page.addScriptTag({ url: '/app.js' });
    }
    await expect.poll(() => problems.join()).toContain('React error');
    problems = [];
    await expectLife();
  });
});
