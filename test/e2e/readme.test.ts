import { readFileSync } from 'node:fs';
import OpenAI from 'openai';
import { chromium, type Browser, type Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startModel } from '../../demo/model.mjs';
import { startDemo } from '../../demo/server.mjs';
import { chromiumArgs, findChromium } from '../chromium.ts';
import { scriptTag, scriptTagsIn } from '../script-tag.mjs';
import { blocks, serverCode, startReadmeServer } from './readme-server.ts';

const readme = readFileSync('README.md', 'utf8');
const [page = '', example = ''] = blocks;
const blockWith = (text: string): string => blocks.find((code) => code.includes(text)) ?? '';
const feed = blockWith('teleprinter/eventsource');
const importMap = JSON.stringify({
  imports: {
    teleprinter: '/dist/index.js',
    'teleprinter/eventsource': '/dist/eventsource.js',
    'teleprinter/json': '/dist/json.js',
    'teleprinter/markdown': '/dist/markdown.js',
    'character-entities-html4': '/entities/index.js',
    'eventsource-parser': '/parser/index.js',
    jsonriver: '/jsonriver/index.js',
  },
});

let model: Awaited<ReturnType<typeof startModel>>;
let demo: Awaited<ReturnType<typeof startDemo>>;
let browser: Browser;

beforeAll(async () => {
  model = await startModel({ tokenDelay: 1 });
  demo = await startDemo({
    port: 0,
    openai: new OpenAI({ apiKey: 'none', baseURL: model.baseURL }),
    model: 'test',
  });
  browser = await chromium.launch({ ...(await findChromium()), args: chromiumArgs });
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
  await model.stop();
});

/** Answers for the CDN, which has nothing but the files of this package. */
async function serveFromCdn(tab: Page): Promise<void> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const root = `https://unpkg.com/teleprinter@${version}/`;
  await tab.route('https://unpkg.com/**', (route) => {
    const url = route.request().url();
    return url.startsWith(root)
      ? route.fulfill({ path: url.slice(root.length), headers: { 'Access-Control-Allow-Origin': '*' } })
      : route.abort();
  });
}

/** Opens a page of the demo's origin that has just this in it. */
async function open(html: string) {
  const tab = await browser.newPage();
  await tab.route(`${demo.url}/readme`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await serveFromCdn(tab);
  const logged = tab.waitForEvent('console', { timeout: 20_000 });
  logged.catch(() => {});
  await tab.goto(`${demo.url}/readme`);
  return { tab, logged };
}

test("the README's script tag types an answer", async () => {
  const { tab } = await open(page);
  await expect
    .poll(() => tab.textContent('tele-printer [part=answer]'), { timeout: 10_000 })
    .toMatch(/^Because.*🙂$/s);
});

test("the README's EventSource hears a feed, with its headers", async () => {
  const tab = await browser.newPage();
  const sent: (string | undefined)[] = [];
  await tab.route(`${demo.url}/feed`, (route) => {
    sent.push(route.request().headers().authorization);
    return route.fulfill({ contentType: 'text/event-stream', body: 'data: news\n\n' });
  });
  const html = `<script type="importmap">${importMap}</script><script type="module">const token = 'mine';${feed}</script>`;
  await tab.route(`${demo.url}/readme`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  const logged = tab.waitForEvent('console', { timeout: 20_000 });
  await tab.goto(`${demo.url}/readme`);
  expect((await logged).text()).toBe('news');
  expect(sent).toEqual(['Bearer mine']);
  await tab.close();
});

/** Runs a block of the README on a page, which gets this answer wherever it asks, and gives what it logs. */
async function run(code: string, path: string, body: string): Promise<string[]> {
  const tab = await browser.newPage();
  const logged: string[] = [];
  tab.on('console', (message) => logged.push(message.text()));
  tab.on('pageerror', (error) => logged.push(`error: ${error.message}`));
  await tab.route(`${demo.url}${path}`, (route) => route.fulfill({ contentType: 'text/event-stream', body }));
  await tab.route(`${demo.url}/jsonriver/*`, (route) =>
    route.fulfill({ path: `node_modules/jsonriver/dist/${route.request().url().split('/').at(-1)}` }),
  );
  const html = `<script type="importmap">${importMap}</script><script type="module">${code};console.log('done')</script>`;
  await tab.route(`${demo.url}/readme`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await tab.goto(`${demo.url}/readme`);
  await expect.poll(() => logged.at(-1)).toMatch(/^(done|error)/);
  await tab.close();
  return logged.slice(0, -1);
}

const sse = (...events: unknown[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

test("the README's parts come from any model's stream", async () => {
  const body = readFileSync('demo/streams/anthropic.sse', 'utf8');
  const logged = await run(blockWith('answer.parts) {'), '/api/agent', body);
  expect(logged).toContain('thinks for the weather.');
  expect(logged).toContain('in Lisbon');
  expect(logged).toContain('calls get_weather {"city":"Lisbon"}');
  expect(logged.slice(-2)).toEqual(['24 18', 'tool-calls tool_use']);
});

test("the README's own format is recognised, and tells an end from a cut", async () => {
  const house = blockWith("name: 'house'");
  const begun = [{ tok: 'Hel' }, { tok: 'lo' }];
  expect(await run(house, '/api/house', sse(...begun, { fin: 'eos' }))).toEqual(['complete Hello']);
  expect(await run(house, '/api/house', sse(...begun))).toEqual(['truncated Hello']);
});

test("the README's recipe is read while it arrives", async () => {
  const deltas = ['{"title":', '"Soup', ' of the day"', ',"minutes":20}'].map((text) => ({ text }));
  const logged = await run(blockWith('teleprinter/json'), '/api/recipe', sse(...deltas));
  expect(logged.slice(-2)).toEqual(['{"title":"Soup of the day","minutes":20}', 'Soup of the day']);
});

test("the README's markdown is shown, and its hook called", async () => {
  const { tab, logged } = await open(
    `<output></output><script type="importmap">${importMap}</script><script type="module">${blockWith('teleprinter/markdown')}</script>`,
  );
  expect((await logged).text()).toBe('Tea 1');
  await tab.close();
});

test("the README's form asks, and the answer is markdown", async () => {
  const { tab } = await open(`${scriptTagsIn(page)[0]}${blockWith('<form id="ask">')}`);
  expect(await tab.textContent('tele-printer')).toContain('Ask me something.');
  await tab.click('button');
  await expect
    .poll(() => tab.textContent('tele-printer p'), { timeout: 10_000 })
    .not.toContain('Ask me something.');
  await expect.poll(() => tab.locator('tele-printer:state(done)').count(), { timeout: 10_000 }).toBe(1);
});

test("the README's five lines of ESM type an answer", async () => {
  expect(example.trim().split('\n')).toHaveLength(5);
  const { tab, logged } = await open(
    `<output></output><script type="importmap">${importMap}</script><script type="module">${example}</script>`,
  );
  expect((await logged).text()).toMatch(/^complete Because.*🙂$/s);
  await expect.poll(() => tab.textContent('output')).toMatch(/^Because.*🙂$/s);
});

test("the README's script tags name this version, and the integrity of what the build makes", () => {
  const tags = scriptTagsIn(readme);
  expect(tags.length).toBeGreaterThan(0);
  // `npm run readme` writes them.
  for (const tag of tags) expect(tag).toBe(scriptTag());
});

test("the README's server streams, ends, and stops the model when the browser leaves", async () => {
  expect(serverCode.trim().split('\n').length).toBeLessThanOrEqual(30);
  const server = await startReadmeServer(model.baseURL);
  onTestFinished(() => server.stop());
  expect(await (await fetch(`http://localhost:${server.port}/api/chat?prompt=tea`)).text()).toMatch(
    /^data: \{"id":"chatcmpl.*event: end\ndata:\n\n$/s,
  );
  const slow = await startModel({ tokenDelay: 200 });
  onTestFinished(() => slow.stop());
  const slowServer = await startReadmeServer(slow.baseURL);
  onTestFinished(() => slowServer.stop());
  const { body } = await fetch(`http://localhost:${slowServer.port}/api/chat`);
  await body?.cancel();
  await expect.poll(() => slow.stats.stopped).toBe(1);
  expect(slowServer.isRunning()).toBe(true);
});

test("the README's first examples ask the README's first server, which answers what they ask", async () => {
  const server = await startReadmeServer(model.baseURL);
  onTestFinished(() => server.stop());
  const url = `http://localhost:${server.port}`;
  const { prompts } = model.stats;
  const tab = await browser.newPage();
  await serveFromCdn(tab);
  const modules = `${url}/{dist,parser}/**`;
  await tab.route(modules, async (route) => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: demo.url + pathname }) });
  });
  const pages = {
    tag: page,
    module: `<output></output><script type="importmap">${importMap}</script><script type="module">${example}</script>`,
  };
  for (const [name, html] of Object.entries(pages)) {
    await tab.route(`${url}/${name}`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await tab.goto(`${url}/${name}`);
    await expect.poll(() => tab.textContent('tele-printer [part=answer], output')).toMatch(/^Because.*🙂$/s);
  }
  expect(prompts.slice(-2)).toEqual(['Hello', 'Why is streaming worth it?']);
  await tab.close();
});

test('the README lists every option, error and outcome', async () => {
  const options = readFileSync('src/contract/options.ts', 'utf8');
  const [, own = ''] = /export interface StreamOptions[^{]*\{(.*)\n\}/s.exec(options) ?? [];
  const names = Array.from(own.matchAll(/^ {2}readonly (\w+)\?:/gm), ([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) expect(readme).toContain(`\`${name}\``);
  const exported = await import('../../src/core.ts');
  for (const name of Object.keys(exported).filter((key) => key.endsWith('Error')))
    expect(readme).toContain(`\`${name}\``);
});
