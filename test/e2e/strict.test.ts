import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ATTACKS, EVIL } from '../attacks.ts';
import { launchChromium } from '../chromium.ts';
import { shareOf } from '../share.ts';
import { startDemoWithModel } from './demo-server.ts';

const STRICT =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

let demo: Awaited<ReturnType<typeof startDemoWithModel>>;
let browser: Browser;

beforeAll(async () => {
  demo = await startDemoWithModel();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
});

/** Opens a page under the strict policy. Its element gets this answer, one letter per event. */
async function open(answer: string, attributes: string, policy = STRICT) {
  const tab = await browser.newPage();
  const requests: string[] = [];
  const problems: string[] = [];
  tab.on('request', (request) => requests.push(request.url()));
  tab.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  tab.on('pageerror', ({ message }) => problems.push(message));
  await tab.exposeFunction('ran', () => problems.push('ran'));
  await tab.exposeFunction('violated', (what: string) => problems.push(what));
  await tab.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      (globalThis as unknown as { violated(what: string): void }).violated(
        `${violatedDirective} ${blockedURI}`,
      );
    });
  });
  await tab.route(`${EVIL}/**`, (route) => route.abort());
  await tab.route(`${demo.url}/answer`, (route) =>
    route.fulfill({
      contentType: 'text/event-stream',
      body: `${[...answer].map((text) => `data: ${JSON.stringify({ text })}\n\n`).join('')}event: end\ndata:\n\n`,
    }),
  );
  await tab.route(`${demo.url}/strict`, (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'Content-Security-Policy': policy },
      body: `<!doctype html><title>x</title><script src="/dist/teleprinter.full.js"></script><tele-printer src="/answer" speed="100000" ${attributes}></tele-printer>`,
    }),
  );
  await tab.goto(`${demo.url}/strict`);
  await expect.poll(() => tab.locator('tele-printer:state(done)').count()).toBe(1);
  return { tab, requests, problems };
}

describe('a page with a strict Content-Security-Policy and Trusted Types', () => {
  test.each(['', 'markdown follow'])('runs the element (%s) without a violation', async (attributes) => {
    const answer =
      '# Hi\n\nIt is **mild** in [Lisbon](https://example.com).\n\n- a\n- b\n\n| a |\n|:-:|\n| x |\n\n```js\nlet a\n```\n';
    const { tab, requests, problems } = await open(answer, attributes);
    expect(problems).toEqual([]);
    const isMarkdown = attributes.includes('markdown');
    expect(await tab.locator('tele-printer h1').count()).toBe(isMarkdown ? 1 : 0);
    // The page loads no other script.
    expect(requests.filter((url) => url.endsWith('.js'))).toEqual([`${demo.url}/dist/teleprinter.full.js`]);
    await tab.close();
  });
});

describe.each(['markdown', 'plain'])('what a model is made to say, shown as %s,', (attribute) => {
  // As text, all attacks form one answer, because text is not parsed.
  const answers = attribute === 'plain' ? [ATTACKS.join('\n\n')] : shareOf(ATTACKS, 40);

  test.each(answers)('runs nothing and fetches nothing: %s', async (attack) => {
    // Without a policy, so that only the sanitising protects the page.
    const { tab, requests, problems } = await open(attack, attribute, "object-src 'self'");
    const inside = tab.locator('tele-printer');
    const links = await inside
      .locator('a')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol));
    const others = requests.filter(
      (url) => !url.startsWith(demo.url) || !/\/(strict|answer|dist\/.*)$/.test(url),
    );
    expect({ problems, others }).toEqual({ problems: [], others: [] });
    expect(links.filter((protocol) => !/^(https?|mailto):$/.test(protocol))).toEqual([]);
    const forbidden = ':is(script, iframe, object, embed, svg, style, link, form, img, video, audio)';
    expect(await inside.locator(forbidden).count()).toBe(0);
    await tab.close();
  });
});

test('attacks in an answer cause no violation of the strict policy', async () => {
  for (const attack of shareOf(ATTACKS, 60)) {
    const { tab, requests, problems } = await open(`${attack}\n\nAfter.`, 'markdown');
    expect({ attack, problems }).toEqual({ attack, problems: [] });
    expect(requests.filter((url) => url.startsWith(EVIL))).toEqual([]);
    await tab.close();
  }
}, 120_000);

test('these tests notice scripts that run and URLs that are fetched', async () => {
  const { tab, requests, problems } = await open('x', 'markdown', "object-src 'self'");
  await tab.evaluate(() => {
    document.body.innerHTML = '<img src="https://evil.example/x" onerror="ran()">';
  });
  await expect.poll(() => problems).toEqual(['ran']);
  expect(requests).toContain('https://evil.example/x');
  await tab.close();
});
