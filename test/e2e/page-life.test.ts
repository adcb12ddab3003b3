import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import puppeteer, { type Browser, type CDPSession, type Page } from 'puppeteer-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type * as teleprinter from '../../src/index.ts';
import { chromiumArgs, findChromium } from '../chromium.ts';
import { serveOn, type Served } from '../server/client.ts';
import { cut, end, endEvent, gate, sse, type Script } from '../server/script.ts';
import { startTestServer } from '../server/server.ts';

/** The globals of the page. */
interface PageWindow extends Window {
  teleprinter: typeof teleprinter;
  fetchEventSource: (url: string, init: RequestInit) => Promise<void>;
  /** The stream of a test, its outcome once it has ended, and the concatenated deltas. */
  source: teleprinter.EventStream;
  outcome: string | undefined;
  typed: string;
}
declare const window: PageWindow;

const isHeadlessShell = !process.env.CHROME_PATH;

let server: Awaited<ReturnType<typeof startTestServer>>;
let pages: Server;
let pageUrl: string;
let browser: Browser;
let page: Page;
let devtools: CDPSession;

beforeAll(async () => {
  server = await startTestServer();
  const { outputFiles } = await build({
    stdin: {
      contents: "export { fetchEventSource } from '@microsoft/fetch-event-source'",
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: 'iife',
    globalName: 'microsoft',
    write: false,
  });
  const scripts = [
    readFileSync('dist/teleprinter.global.js', 'utf8'),
    outputFiles[0]!.text,
    'window.fetchEventSource = microsoft.fetchEventSource',
  ];
  pages = createServer((request, response) => {
    response
      .setHeader('content-type', request.url === '/scripts.js' ? 'text/javascript' : 'text/html')
      .end(
        request.url === '/scripts.js'
          ? scripts.join(';\n')
          : '<title>A page</title><script src="/scripts.js"></script>',
      );
  }).listen(0, '127.0.0.1');
  const { executablePath, env } = await findChromium();
  browser = await puppeteer.launch({
    executablePath,
    env,
    headless: isHeadlessShell ? 'shell' : true,
    args: chromiumArgs,
    // Defaults that keep hidden pages awake and disable the back/forward cache.
    ignoreDefaultArgs: [
      '--disable-back-forward-cache',
      '--disable-renderer-backgrounding',
      '--disable-backgrounding-occluded-windows',
    ],
  });
  pageUrl = `http://127.0.0.1:${(pages.address() as AddressInfo).port}/`;
});
afterAll(async () => {
  await browser.close();
  pages.close();
  await server.stop();
});
beforeEach(async () => {
  page = await browser.newPage();
  devtools = await page.createCDPSession();
  await page.goto(pageUrl);
});
afterEach(() => page.close());

const serve = (...script: Script): Promise<Served> => serveOn(server.url, ...script);

/** Opens a stream in the page. `body` makes it a POST. */
function open(
  url: string,
  options: { body?: object; resume?: string; resumeKey?: string; timeout?: object; retry?: object },
): Promise<void> {
  return page.evaluate(
    (url, options) => {
      window.outcome = undefined;
      window.typed = '';
      window.source = window.teleprinter.stream(url, {
        transport: 'fetch',
        end: 'end',
        retry: { delay: 1 },
        ...options,
        onText: (delta) => (window.typed += delta),
        onEnd: ({ outcome }) => (window.outcome = outcome),
      });
    },
    url,
    options,
  );
}

const state = (): Promise<unknown> =>
  page.evaluate(() => ({
    text: window.source.getSnapshot().text,
    typed: window.typed,
    outcome: window.outcome,
  }));
const textIs = (text: string) => expect.poll(async () => (await state()) as object).toMatchObject({ text });
const endsAs = (outcome: string, text: string) =>
  expect.poll(state, { timeout: 10_000 }).toEqual({ text, typed: text, outcome });

/** Shows another tab. In a browser without tabs, the page gets the same events. */
async function switchTabs(): Promise<void> {
  if (isHeadlessShell) {
    for (const isHidden of [true, false]) {
      await page.evaluate((isHidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden });
        Object.defineProperty(document, 'visibilityState', {
          configurable: true,
          value: isHidden ? 'hidden' : 'visible',
        });
        document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      }, isHidden);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return;
  }
  const other = await browser.newPage();
  await other.bringToFront();
  await expect.poll(() => page.evaluate(() => document.hidden)).toBe(true);
  await page.bringToFront();
  await expect.poll(() => page.evaluate(() => document.hidden)).toBe(false);
  await other.close();
}

describe('a tab that is hidden and shown again', () => {
  const answer = [
    sse('a', { event: 'token' }),
    gate('shown again'),
    sse('b', { event: 'token' }),
    endEvent,
    end,
  ];

  test('sends a POST once, and continues', async () => {
    const served = await serve(answer);
    await open(served.url, { body: { prompt: 'hi' } });
    await textIs('a');
    await switchTabs();
    await served.open('shown again');
    await endsAs('complete', 'ab');
    expect(await served.requests()).toHaveLength(1);
  });

  test('makes the original @microsoft/fetch-event-source send two requests', async () => {
    const served = await serve(answer);
    await page.evaluate(
      (url) => void window.fetchEventSource(url, { method: 'POST', body: '{}' }),
      served.url,
    );
    await expect.poll(() => served.requests()).toHaveLength(1);
    await switchTabs();
    await expect.poll(() => served.requests()).toHaveLength(2);
  });
});

test('a page that was frozen continues with the events that arrived meanwhile, though its timers are late', async () => {
  const served = await serve([
    sse('a', { event: 'token' }),
    gate('frozen'),
    sse('b', { event: 'token' }),
    endEvent,
    end,
  ]);
  await open(served.url, { body: { prompt: 'hi' }, timeout: { idle: 1000 } });
  await textIs('a');
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await served.open('frozen');
  // Longer than the idle timeout, and long enough for the delay of timers to be noticed.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await endsAs('complete', 'ab');
  expect(await served.requests()).toHaveLength(1);
});

test('a frozen page whose connection breaks resumes when it wakes', async () => {
  const served = await serve(
    [sse('a', { id: 1, event: 'token' }), gate('frozen'), cut],
    [sse('b', { id: 2 }), endEvent, end],
  );
  await open(served.url, {});
  await textIs('a');
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await served.open('frozen');
  await expect.poll(async () => (await served.requests())[0]?.closed).toBe(true);
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await endsAs('complete', 'ab');
  expect(await served.requests()).toHaveLength(2);
});

test('offline, it waits, and resumes when the network is back', async () => {
  const served = await serve(
    [sse('a', { id: 1, event: 'token' }), gate('offline'), cut],
    [sse('b', { id: 2 }), endEvent, end],
  );
  await open(served.url, {});
  await textIs('a');
  await page.setOfflineMode(true);
  await served.open('offline');
  await expect.poll(() => page.evaluate(() => window.source.state)).toBe('reconnecting');
  // More than ten times the delay of an attempt.
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await page.evaluate(() => window.source.state)).toBe('reconnecting');
  expect(await served.requests()).toHaveLength(1);
  await page.setOfflineMode(false);
  await endsAs('complete', 'ab');
  expect(await served.requests()).toMatchObject([{}, { headers: { 'last-event-id': '1' } }]);
});

describe.skipIf(isHeadlessShell)('a page that comes back from the back/forward cache', () => {
  async function leaveAndReturn(meanwhile: () => Promise<void>): Promise<boolean> {
    await page.evaluate(() =>
      addEventListener('pageshow', ({ persisted }) => (window.name = String(persisted))),
    );
    await page.goto(`${pageUrl}elsewhere`);
    await meanwhile();
    await page.goBack();
    return page.evaluate(() => window.name === 'true');
  }

  test('resumes from the last event ID', async () => {
    const served = await serve(
      [sse('a', { id: 1, event: 'token' }), gate('away'), cut],
      [sse('b', { id: 2 }), endEvent, end],
    );
    await open(served.url, {});
    await textIs('a');
    expect(await leaveAndReturn(() => served.open('away'))).toBe(true);
    await endsAs('complete', 'ab');
    expect(await served.requests()).toHaveLength(2);
  });

  test('never repeats a POST, and ends as truncated if its answer was cut off', async () => {
    const served = await serve([sse('a', { event: 'token' }), gate('away'), cut]);
    await open(served.url, { body: { prompt: 'hi' } });
    await textIs('a');
    expect(await leaveAndReturn(() => served.open('away'))).toBe(true);
    await endsAs('truncated', 'a');
    expect(await served.requests()).toHaveLength(1);
  });
});

describe('after a reload in mid-answer, resumeKey', () => {
  const kept = (): Promise<number> => page.evaluate(() => sessionStorage.length);

  test('resumes after the last event ID, and shows the stored text first', async () => {
    const served = await serve(
      [sse('a', { id: 1 }), sse('b', { id: 2 }), sse('c'), gate('never')],
      // Events after the last ID are sent again.
      [sse('c'), sse('d', { id: 4 }), endEvent, end],
    );
    await open(served.url, { resumeKey: 'answer' });
    await textIs('abc');
    await page.reload();
    expect(await kept()).toBe(1);
    await open(served.url, { resumeKey: 'answer' });
    await endsAs('complete', 'abcd');
    expect(await served.requests()).toMatchObject([{}, { headers: { 'last-event-id': '2' } }]);
    // The answer has ended, so the next stream starts a new one.
    expect(await kept()).toBe(0);
    await open(served.url, { resumeKey: 'answer' });
    await endsAs('complete', 'cd');
    expect((await served.requests())[2]?.headers['last-event-id']).toBeUndefined();
  });

  test('does not repeat a POST: it resumes at the URL of `resume`, which replays the answer', async () => {
    const served = await serve(
      [sse('a', { event: 'token' }), gate('never')],
      [sse('a', { event: 'token' }), sse('b', { event: 'token' }), endEvent, end],
    );
    const options = { body: { prompt: 'hi' }, resumeKey: 'answer', resume: `${served.url}?chat=7` };
    await open(served.url, options);
    await textIs('a');
    await page.reload();
    await open(served.url, options);
    await endsAs('complete', 'ab');
    expect((await served.requests()).map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  test('survives a second reload, and a connection that fails at first', async () => {
    const served = await serve(
      [sse('a', { id: 1, event: 'token' }), gate('never')],
      [gate('never')],
      [{ head: { status: 503 } }, end],
      [sse('b', { id: 2 }), endEvent, end],
    );
    const options = { body: { prompt: 'hi' }, resumeKey: 'answer', resume: `${served.url}?chat=7` };
    await open(served.url, options);
    await textIs('a');
    await page.reload();
    await open(served.url, options);
    await expect.poll(() => served.requests()).toHaveLength(2);
    await page.reload();
    await open(served.url, options);
    await endsAs('complete', 'ab');
    expect((await served.requests()).map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET']);
  });

  test('keeps an answer that was cut off for the next load, and forgets one that was stopped or refused', async () => {
    const served = await serve(
      [sse('a', { id: 1, event: 'token' }), gate('go'), cut],
      [{ head: { status: 410 } }, end],
    );
    const options = { resumeKey: 'answer', retry: { limit: 0 } };
    await open(served.url, options);
    await textIs('a');
    await served.open('go');
    await endsAs('truncated', 'a');
    expect(await kept()).toBe(1);
    await open(served.url, options);
    await endsAs('failed', 'a');
    expect(await kept()).toBe(0);
    const busy = await serve(
      [sse('a', { id: 1, event: 'token' }), gate('go'), cut],
      [{ head: { status: 503 } }, end],
    );
    await open(busy.url, { resumeKey: 'answer', retry: { limit: 1, delay: 1 } });
    await textIs('a');
    await busy.open('go');
    await endsAs('truncated', 'a');
    // A server that is busy may still have the answer.
    expect(await kept()).toBe(1);
    await page.evaluate((url) => {
      // As a component that is mounted twice: closed before its request.
      const source = window.teleprinter.stream(url, { resumeKey: 'answer' });
      source.subscribe(() => {});
      source.close();
    }, busy.url);
    expect(await kept()).toBe(1);
    await page.evaluate(() => sessionStorage.clear());
    const hanging = await serve([sse('b', { id: 1, event: 'token' }), gate('never')]);
    await open(hanging.url, options);
    await textIs('b');
    await page.evaluate(() => window.source.close());
    await page.reload();
    expect(await kept()).toBe(0);
  });
});
