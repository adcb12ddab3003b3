import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';

/** A separate page, so that `window.stop()` does not affect the page of the test. */
declare const window: Window & { Both: Record<string, typeof EventSource> };

let pages: Server;
let origin: string;
let browser: Browser;
let script: string;
let requests: string[] = [];

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { EventSource as Ours } from './dist/eventsource.js'; window.Both = { ours: Ours, native: EventSource };`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: 'iife',
    write: false,
  });
  script = outputFiles[0]!.text;
  pages = createServer(({ url = '' }, response) => {
    if (url.startsWith('/feed')) {
      requests.push(url);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('retry: 1\n\ndata: a\n\n');
      return;
    }
    const policy = url === '/strict' ? { 'content-security-policy': "connect-src 'none'" } : {};
    response.writeHead(200, { 'content-type': 'text/html', ...policy }).end(`<script>${script}</script>`);
  }).listen(0, '127.0.0.1');
  await once(pages, 'listening');
  origin = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  pages.closeAllConnections();
  pages.close();
});

async function open(path: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(origin + path);
  requests = [];
  return page;
}

/** The `readyState` of an EventSource on this URL: at each error, and at the end. */
const states = (page: Page, name: string, url: string): Promise<number[]> =>
  page.evaluate(
    async ([name, url]) => {
      const source = new window.Both[name!]!(url!);
      const seen: number[] = [];
      source.onerror = () => seen.push(source.readyState);
      await new Promise((resolve) => setTimeout(resolve, 300));
      seen.push(source.readyState);
      source.close();
      return seen;
    },
    [name, url],
  );

test.each(['ours', 'native'])(
  'window.stop() closes it for good, without another request: %s',
  async (name) => {
    const page = await open('/');
    const seen = await page.evaluate(async (name) => {
      const source = new window.Both[name]!('/feed');
      await new Promise((resolve) => (source.onmessage = resolve));
      const seen: number[] = [];
      source.onerror = () => seen.push(source.readyState);
      window.stop();
      await new Promise((resolve) => setTimeout(resolve, 300));
      return seen;
    }, name);
    expect(seen).toEqual([2]);
    expect(requests).toHaveLength(1);
    await page.close();
  },
);

test.each(['ours', 'native'])('a URL that can never work closes it for good: %s', async (name) => {
  const page = await open('/');
  for (const url of ['ws://127.0.0.1/', 'ftp://127.0.0.1/', 'foo:bar', 'about:blank', 'mailto:a@b']) {
    expect(await states(page, name, url), url).toEqual([2, 2]);
  }
  expect(await states(page, name, origin.replace('//', '//user:secret@'))).toEqual([2, 2]);
  await page.close();
});

test.each(['ours', 'native'])('a policy that forbids the connection closes it for good: %s', async (name) => {
  const page = await open('/strict');
  expect(await states(page, name, '/feed')).toEqual([2, 2]);
  expect(requests).toEqual([]);
  await page.close();
});
