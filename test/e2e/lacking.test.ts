import type { Browser } from 'playwright';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listen } from '../../demo/listen.mjs';
import { launchChromium } from '../chromium.ts';
import { shareOf } from '../share.ts';

const ANSWER = '# Tea 👩‍👩‍👧\n\nWarm the **pot**, `so`. Is it? [x][y]\n\n- one\n';
const PAGE = `<!doctype html><title>A page</title><form id="ask"><input name="prompt" value="tea"><button>Ask</button></form>
<script src="/full.js"></script>
<tele-printer src="/answer" end="end" markdown follow loading="lazy">Thinking…</tele-printer>
<tele-printer for="ask" src="/answer" end="end" follow>Ask me.</tele-printer>`;

let browser: Browser;
let site: Awaited<ReturnType<typeof listen>>;

beforeAll(async () => {
  browser = await launchChromium();
  site = await listen(
    ({ url }, response) => {
      if (url === '/full.js')
        response.setHeader('Content-Type', 'text/javascript').end(readFileSync('dist/teleprinter.full.js'));
      else if (url === '/answer') {
        response.setHeader('Content-Type', 'text/event-stream');
        for (const letter of ANSWER) response.write(`data: ${JSON.stringify({ text: letter })}\n\n`);
        response.end('event: end\ndata:\n\n');
      } else response.setHeader('Content-Type', 'text/html').end(PAGE);
    },
    0,
    '127.0.0.1',
  );
});
afterAll(async () => {
  await browser.close();
  await site.stop();
});

/** Features that older browsers or other DOMs lack. */
const LACKING = [
  'matchMedia',
  'performance.measure',
  'performance.mark',
  'IntersectionObserver',
  'ResizeObserver',
  'Document.prototype.adoptedStyleSheets',
  'Intl.Segmenter',
  'reportError',
  'requestIdleCallback',
  'Element.prototype.attachInternals',
  'ElementInternals.prototype.states',
  'Navigator.prototype.userActivation',
  'Element.prototype.getAnimations',
  'Element.prototype.setHTML',
  'AbortSignal.any',
  'AbortSignal.timeout',
  'structuredClone',
  'sessionStorage',
  'trustedTypes',
];

test.each(shareOf(LACKING, 4))('a page without %s shows its answers', { timeout: 30_000 }, async (name) => {
  const tab = await browser.newPage();
  const problems: string[] = [];
  tab.on('pageerror', ({ message }) => problems.push(message));
  await tab.addInitScript((path) => {
    const names = path.split('.');
    let owner = globalThis as Record<string, unknown>;
    for (const part of names.slice(0, -1)) owner = owner[part] as typeof owner;
    const last = names.at(-1)!;
    while (owner && !Object.hasOwn(owner, last)) owner = Object.getPrototypeOf(owner) as typeof owner;
    if (owner) delete owner[last];
    if (path === 'Document.prototype.adoptedStyleSheets')
      delete (ShadowRoot.prototype as Partial<ShadowRoot>).adoptedStyleSheets;
  }, name);
  await tab.goto(`http://127.0.0.1:${site.port}/`);
  await expect.poll(() => tab.locator('tele-printer strong').count()).toBe(1);
  await expect.poll(() => tab.locator('tele-printer [data-teleprinter=finished]').count()).toBe(1);
  expect(await tab.textContent('tele-printer h1')).toBe('Tea 👩‍👩‍👧');
  expect(await tab.textContent('tele-printer li')).toBe('one');
  await tab.click('button');
  await expect
    .poll(() => tab.locator('tele-printer').nth(1).locator('[data-teleprinter=finished]').count())
    .toBe(1);
  expect(await tab.locator('tele-printer').nth(1).locator('[part=answer]').textContent()).toBe(ANSWER);
  await expect.poll(() => tab.locator('.teleprinter-announcer').count()).toBeGreaterThan(0);
  expect(problems).toEqual([]);
  await tab.close();
});
