import { readFileSync } from 'node:fs';
import type { Browser, CDPSession, Page } from 'playwright';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type * as teleprinter from '../../src/index.ts';
import { launchChromium } from '../chromium.ts';

declare const window: Window & { teleprinter: typeof teleprinter; typed: teleprinter.Typewriter };

let browser: Browser;
let page: Page;
let devtools: CDPSession;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  page = await browser.newPage();
  devtools = await page.context().newCDPSession(page);
  await page.setContent('<main id="answer" lang="en"></main>');
  await page.addScriptTag({ content: readFileSync('dist/teleprinter.global.js', 'utf8') });
});

interface AXNode {
  readonly nodeId: string;
  readonly childIds?: string[];
  readonly ignored: boolean;
  readonly name?: { value: string };
  readonly role?: { value: string };
  readonly properties?: { name: string; value: { value: unknown } }[];
}

/** The text of the live region in the accessibility tree. */
async function live(): Promise<string> {
  const { nodes } = (await devtools.send('Accessibility.getFullAXTree')) as unknown as { nodes: AXNode[] };
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const textOf = (node: AXNode | undefined): string =>
    node?.role?.value === 'StaticText'
      ? (node.name?.value ?? '')
      : (node?.childIds ?? []).map((id) => textOf(byId.get(id))).join('');
  const region = nodes.find(({ properties = [] }) =>
    properties.some(({ name, value }) => name === 'live' && value.value === 'polite'),
  );
  return textOf(region);
}

const type = (text: string): Promise<void> =>
  page.evaluate((text) => {
    window.typed = window.teleprinter.typewriter(text, document.getElementById('answer')!, { speed: 1e6 });
  }, text);

test('the accessibility tree has every character of the answer in a live region', async () => {
  const text = 'If 5 > 3 and 2 * 3 = 6, use C# with user_name.';
  await type(text);
  await expect.poll(live).toBe(text);
});

test('the live region is in the accessibility tree while a modal dialog with the answer is open', async () => {
  await page.evaluate(() => {
    const dialog = document.createElement('dialog');
    document.body.append(dialog);
    dialog.append(document.getElementById('answer')!);
    dialog.showModal();
  });
  await type('It is mild.');
  await expect.poll(live).toBe('It is mild.');
});

test('the live region is empty after an answer was cancelled, even if all of it was shown', async () => {
  await type('One. Two. Three.');
  await page.evaluate(() => window.typed.finished);
  await page.evaluate(() => window.typed.cancel());
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await live()).toBe('');
});
