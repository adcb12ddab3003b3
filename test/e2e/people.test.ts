import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { startDemoWithModel } from './demo-server.ts';

let demo: Awaited<ReturnType<typeof startDemoWithModel>>;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  demo = await startDemoWithModel({ tokenDelay: 4, delay: 2 });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});
afterEach(() => page.context().close());

/** The violations that axe finds in the page. */
async function violations(): Promise<unknown> {
  await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  });
}

/** Saves a screenshot if `SCREENSHOTS` names a folder. */
async function screenshot(name: string): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/** The horizontal overflow of the page, in pixels. */
const overflow = (): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Presses Tab until a matching element has the focus. */
async function tabTo(selector: string): Promise<void> {
  for (let count = 0; count < 40; count++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate((selector) => document.activeElement!.matches(selector), selector)) return;
  }
  throw new Error(`Tab does not lead to ${selector}.`);
}

const answered = (): Promise<void> =>
  expect.poll(() => page.textContent('#status'), { timeout: 20_000 }).toMatch(/^Complete/);
const galleryTyped = (): Promise<void> =>
  expect
    .poll(() => page.locator('#gallery [data-teleprinter="finished"]').count(), { timeout: 20_000 })
    .toBeGreaterThanOrEqual(5);

const READERS: Record<string, BrowserContextOptions> = {
  'on a phone': { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true },
  'at 200 % zoom': { viewport: { width: 640, height: 360 }, deviceScaleFactor: 2 },
  'in forced colours': { viewport: { width: 1000, height: 700 }, forcedColors: 'active' },
};

describe.each(Object.entries(READERS))('%s', (name, context) => {
  const label = name.replaceAll(/\W+/g, '-');

  test('the chat answers without horizontal overflow, and axe finds no violation', async () => {
    page = await (await browser.newContext(context)).newPage();
    await page.goto(`${demo.url}/chat`);
    if (context.hasTouch) await page.tap('#send');
    else await page.click('#send');
    await answered();
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await violations()).toEqual([]);
    await screenshot(`chat-${label}`);
  });

  test('the element types without horizontal overflow, and axe finds no violation', async () => {
    page = await (await browser.newContext(context)).newPage();
    await page.goto(demo.url);
    await expect.poll(() => page.locator('tele-printer:state(done)').count(), { timeout: 20_000 }).toBe(1);
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await violations()).toEqual([]);
    await screenshot(`element-${label}`);
  });

  test('the gallery types without horizontal overflow, and axe finds no violation', async () => {
    page = await (await browser.newContext(context)).newPage();
    await page.goto(`${demo.url}/gallery`);
    await page.fill('[name=speed]', '2000');
    await galleryTyped();
    expect(await overflow()).toBeLessThanOrEqual(0);
    expect(await violations()).toEqual([]);
    await screenshot(`gallery-${label}`);
  });
});

test('the caret is visible in forced colours', async () => {
  page = await browser.newPage({ forcedColors: 'active' });
  await page.goto(`${demo.url}/gallery`);
  const card = page.locator('#gallery .card').nth(1);
  await expect.poll(() => card.textContent()).toMatch(/^\w/);
  const [caret, canvas] = await card.evaluate((element) => {
    const last = element.lastElementChild!.lastElementChild!;
    const canvas = getComputedStyle(document.body).backgroundColor;
    // Forced colours override the page's own colour.
    (element as HTMLElement).style.color = canvas;
    return [getComputedStyle(last, '::after').backgroundColor, canvas];
  });
  expect(caret).not.toBe(canvas);
});

test('the chat can be used by keyboard alone: ask, stop, ask again', async () => {
  page = await browser.newPage();
  await page.goto(`${demo.url}/chat`);
  await tabTo('#prompt');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('How do I make tea?');
  await page.keyboard.press('Enter');
  await answered();
  await tabTo('#send');
  await page.keyboard.press('Enter');
  await expect.poll(() => page.textContent('#status')).toMatch(/^Answering/);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.textContent('#status')).toMatch(/^Stopped/);
  await tabTo('.idea');
  await page.keyboard.press('Enter');
  await answered();
});

test('the gallery and the scrolling of its cards can be used by keyboard alone', async () => {
  page = await browser.newPage({ viewport: { width: 1000, height: 500 } });
  await page.goto(`${demo.url}/gallery`);
  await tabTo('[name=speed]');
  await page.keyboard.press('End');
  await tabTo('[name=chunks]');
  await tabTo('.primary');
  await page.keyboard.press('Enter');
  await galleryTyped();
  await tabTo('#gallery .card');
  expect(await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle)).not.toBe('none');
});
