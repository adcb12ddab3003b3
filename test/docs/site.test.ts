import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import sirv from 'sirv';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';

let server: Server;
let url: string;
let browser: Browser;
let page: Page;
let problems: string[];

beforeAll(async () => {
  // `SITE=built` takes the site as it stands.
  if (process.env.SITE !== 'built') execFileSync(process.execPath, ['docs/build.mjs'], { stdio: 'inherit' });
  const serve = sirv('docs/.vitepress/dist', { dev: true, extensions: ['html'] });
  server = createServer((request, response) =>
    serve(request, response, () => void response.writeHead(404).end()),
  ).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A service worker needs a secure context, as this name has.
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

async function open(path: string, options: BrowserContextOptions = {}): Promise<void> {
  page = await (await browser.newContext(options)).newPage();
  page.on('console', (message) => {
    if (/error|warning/.test(message.type())) problems.push(message.text());
  });
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(url + path);
}

beforeEach(() => {
  problems = [];
});
afterEach(async () => {
  await page.context().close();
});

/** What axe finds that is serious. */
async function serious(): Promise<unknown> {
  await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => /serious|critical/.test(impact))
      .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  });
}

/** Keeps a picture, where somebody wants to look: `SCREENSHOTS=folder`. */
async function picture(name: string, fullPage = true): Promise<void> {
  const folder = process.env.SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage });
}

const sideways = (): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const status = (): Promise<string | null> => page.textContent('.playground [role=status]');

/** Asks with a fault, as fast as it goes. */
async function ask(fault: string, format = 'anthropic'): Promise<void> {
  await page.selectOption('[name=format]', format);
  await page.fill('[name=speed]', '200');
  await page.check(`[name=fault][value=${fault}]`);
  await page.click('.playground button.ask');
  await expect.poll(status).toMatch(/^Ended/);
}

describe('the front page', () => {
  test('shows an answer by itself, complete and as markdown', async () => {
    await open('/');
    await page.locator('.playground .panes').scrollIntoViewIfNeeded();
    await expect.poll(status, { timeout: 40_000 }).toMatch(/^Ended: complete/);
    expect(await page.locator('[data-answer] table').count()).toBe(1);
    expect(await page.textContent('[data-answer] h2')).toBe('A pot of tea');
    expect(problems).toEqual([]);
  });

  test('search opens, and finds a page', async () => {
    await open('/');
    await page.keyboard.press('Control+k');
    await page.fill('.VPLocalSearchBox input', 'buffering');
    await expect.poll(() => page.locator('.VPLocalSearchBox .result').count()).toBeGreaterThan(0);
    expect(problems).toEqual([]);
  });
});

describe('the playground', () => {
  test('every format answers completely', async () => {
    await open('/playground');
    const formats = await page
      .locator('[name=format] option')
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    expect(formats.length).toBeGreaterThan(5);
    for (const format of formats) {
      await ask('none', format);
      expect(await status(), format).toMatch(/^Ended: complete/);
      expect(await page.textContent('.playground dl'), format).toContain(`format${format}`);
    }
    expect(problems).toEqual([]);
  });

  test('an answer that is cut off is truncated', async () => {
    await open('/playground');
    await ask('cut');
    expect(await status()).toMatch(/^Ended: truncated/);
    expect(await page.textContent('[data-answer]')).toContain('A pot of tea');
  });

  test.each(['drop', 'stall', 'repeat'])(
    'an answer with the fault %s is complete all the same',
    async (fault) => {
      await open('/playground');
      await ask('none');
      const whole = await page.textContent('[data-answer]');
      await ask(fault);
      expect(await status()).toMatch(/^Ended: complete/);
      expect(await page.textContent('.playground dl')).toContain('reconnects1');
      expect(await page.textContent('[data-answer]')).toBe(whole);
    },
  );

  test('text as it stands, in lumps, from right to left', async () => {
    await open('/playground');
    await page.uncheck('[name=markdown]');
    await page.check('[name=lumps]');
    await page.selectOption('[name=script]', 'rtl');
    await ask('none');
    expect(await status()).toMatch(/^Ended: complete/);
    expect(await page.textContent('[data-answer]')).toMatch(/^## إبريق/);
  });

  test('it answers where there is no service worker', async () => {
    await open('/playground', { serviceWorkers: 'block' });
    await ask('drop');
    expect(await status()).toMatch(/^Ended: complete/);
  });

  test('the keyboard alone asks and stops', async () => {
    await open('/playground');
    await page.focus('.playground button.ask');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('[data-answer] h2').count()).toBe(1);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(status).toMatch(/^Ended: stopped/);
  });
});

const READERS: Record<string, BrowserContextOptions> = {
  desktop: { viewport: { width: 1280, height: 900 } },
  'desktop-dark': { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  'phone-dark': {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
    colorScheme: 'dark',
  },
};

describe.each(Object.entries(READERS))('%s', (name, context) => {
  test.each([
    '/',
    '/playground',
    '/guide/first-answer',
    '/guide/start/',
    '/guide/start/react-vite',
    '/guide/outcomes',
    '/reference/options',
    '/api/',
  ])('%s has nothing that axe calls serious, and does not scroll sideways', async (path) => {
    await open(path, { ...context, reducedMotion: 'reduce' });
    if (path === '/playground') await ask('drop');
    await picture(`${name}${path.replaceAll('/', '-').replace(/-$/, '')}`);
    expect(await serious()).toEqual([]);
    expect(await sideways()).toBe(0);
    expect(problems).toEqual([]);
  });
});
