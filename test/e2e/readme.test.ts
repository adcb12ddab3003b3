import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startModel } from '../../demo/model.mjs';
import { ATTACKS } from '../attacks.ts';
import { launchChromium } from '../chromium.ts';
import { scriptTagsIn } from '../script-tag.mjs';
import { startDemoWithModel } from './demo-server.ts';
import { blockOf, readmeBlocks, readmeServer, startPlainServer, startReadmeServer } from './readme-server.ts';

const read = (path: string): string => readFileSync(path, 'utf8');
const [page = ''] = readmeBlocks('html');
const [example = ''] = readmeBlocks('js');
const feed = blockOf('guide/coming-from.md', "new EventSource('/feed'");
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

/** Answers requests to the CDN with the files of this package. */
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

/** Opens a page with this HTML on the demo's origin. */
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

test("the guide's EventSource receives a feed, and sends its headers", async () => {
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

/** Runs a code block on a page whose requests all get this body; returns what it logs. */
async function run(code: string, path: string, body: string) {
  const tab = await browser.newPage();
  const logged: string[] = [];
  tab.on('console', (message) => logged.push(message.text()));
  tab.on('pageerror', (error) => logged.push(`error: ${error.message}`));
  await tab.route(`${demo.url}${path}`, (route) => route.fulfill({ contentType: 'text/event-stream', body }));
  await tab.route(`${demo.url}/jsonriver/*`, (route) =>
    route.fulfill({ path: `node_modules/jsonriver/dist/${route.request().url().split('/').at(-1)}` }),
  );
  const html = `<output></output><script type="importmap">${importMap}</script><script type="module">${code};console.log('done')</script>`;
  await tab.route(`${demo.url}/readme`, (route) => route.fulfill({ contentType: 'text/html', body: html }));
  await tab.goto(`${demo.url}/readme`);
  await expect.poll(() => logged.at(-1)).toMatch(/^(done|error)/);
  const shown = await tab.innerHTML('output');
  await tab.close();
  return { logged: logged.slice(0, -1), shown };
}

const sse = (...events: unknown[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');

test("the guide's loop over parts reads the stream of any model", async () => {
  const body = read('demo/streams/anthropic.sse');
  const { logged } = await run(blockOf('guide/any-model.md', 'answer.parts) {'), '/api/agent', body);
  expect(logged).toContain('thinks for the weather.');
  expect(logged).toContain('in Lisbon');
  expect(logged).toContain('calls get_weather {"city":"Lisbon"}');
  expect(logged.slice(-2)).toEqual(['24 18', 'tool-calls tool_use']);
});

test("the guide's custom format is recognised, and distinguishes an end from a cut", async () => {
  const house = blockOf('guide/any-model.md', "name: 'house'");
  const begun = [{ tok: 'Hel' }, { tok: 'lo' }];
  const whole = await run(house, '/api/house', sse(...begun, { fin: 'eos' }));
  expect(whole.logged).toEqual(['complete Hello']);
  expect((await run(house, '/api/house', sse(...begun))).logged).toEqual(['truncated Hello']);
});

test("the guide's recipe is read while it arrives", async () => {
  const deltas = ['{"title":', '"Soup', ' of the day"', ',"minutes":20}'].map((text) => ({ text }));
  const recipe = blockOf('guide/tools-and-json.md', 'JSON.stringify(draft)');
  const { logged } = await run(recipe, '/api/recipe', sse(...deltas));
  expect(logged.slice(-2)).toEqual(['{"title":"Soup of the day","minutes":20}', 'Soup of the day']);
});

test("the guide's markdown is shown", async () => {
  const code = `${blockOf('guide/markdown.md', 'view: markdown() }')};await answer.result;await new Promise((done) => setTimeout(done, 500))`;
  const { shown } = await run(code, '/api/chat', sse({ text: '# Tea\n\n- **Warm** the pot.\n' }));
  expect(shown).toMatch(/<h1[^>]*>Tea.*<strong>Warm<\/strong>/s);
});

test("the reference's form sends a request, and its answer is shown as markdown", async () => {
  const { tab } = await open(`${scriptTagsIn(page)[0]}${blockOf('reference/element.md', '<form id="ask">')}`);
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

test("the guide's server without a relay streams, ends, and stops the model when the browser leaves", async () => {
  const ask = (port: number): Promise<Response> =>
    fetch(`http://localhost:${port}/api/chat`, { method: 'POST', body: '{"prompt":"tea"}' });
  const server = await startPlainServer(demo.model.baseURL);
  onTestFinished(() => server.stop());
  expect(await (await ask(server.port)).text()).toMatch(/^data: \{"id":"chatcmpl.*event: end\ndata:\n\n$/s);
  const slow = await startModel({ tokenDelay: 200 });
  onTestFinished(() => slow.stop());
  const slowServer = await startPlainServer(slow.baseURL);
  onTestFinished(() => slowServer.stop());
  await (await ask(slowServer.port)).body?.cancel();
  await expect.poll(() => slow.stats.stopped).toBe(1);
  expect(slowServer.isRunning()).toBe(true);
});

test("the README's server answers the README's tag and five lines completely", async () => {
  expect(readmeServer.trim().split('\n').length).toBeLessThanOrEqual(20);
  const server = await startReadmeServer(demo.model.baseURL);
  onTestFinished(() => server.stop());
  const url = server.origin;
  const { prompts } = demo.model.stats;
  const tab = await browser.newPage();
  await serveFromCdn(tab);
  const modules = `${url}/{dist,parser}/**`;
  await tab.route(modules, async (route) => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: demo.url + pathname }) });
  });
  const module = `<output></output><script type="importmap">${importMap}</script><script type="module">${example}</script>`;
  await tab.route(`${url}/module`, (route) => route.fulfill({ contentType: 'text/html', body: module }));
  // The first page is served by the server itself.
  for (const path of ['/', '/module']) {
    await tab.goto(url + path);
    await expect
      .poll(() => tab.textContent('tele-printer [part=answer], output'), { timeout: 10_000 })
      .toMatch(/^Because.*🙂$/s);
  }
  expect(prompts.slice(-2)).toEqual(['Hello', 'Why is streaming worth it?']);
  await tab.close();
});

test('the docs list every option and error, and the README every dependency', async () => {
  const reference = read('docs/reference/options.md') + read('docs/guide/outcomes.md');
  const options = read('src/contract/options.ts');
  const [, own = ''] = /export interface StreamOptions[^{]*\{(.*)\n\}/s.exec(options) ?? [];
  const names = Array.from(own.matchAll(/^ {2}readonly (\w+)\?:/gm), ([, name]) => name);
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) expect(reference).toContain(`\`${name}\``);
  const exported = await import('../../src/core.ts');
  for (const name of Object.keys(exported).filter((key) => key.endsWith('Error')))
    expect(reference).toContain(`\`${name}\``);
  const { dependencies, peerDependencies } = JSON.parse(read('package.json')) as Record<string, object>;
  for (const name of Object.keys({ ...dependencies, ...peerDependencies }))
    expect(read('README.md')).toContain(`\`${name}\``);
});

test('the README is short, and its commands exist', () => {
  const readme = read('README.md');
  expect(readme.split('\n').length).toBeLessThanOrEqual(200);
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const commands = Array.from(readme.matchAll(/npm (?:run )?([\w:]+)/g), ([, name = '']) => name);
  for (const name of commands.filter((one) => !/^(ci|install)$/.test(one)))
    expect(Object.keys(scripts)).toContain(name);
  expect(statSync('docs/public/teleprinter.gif').size).toBeLessThan(1_000_000);
});

test("the README's numbers are true", async () => {
  const readme = read('README.md');
  const rows = await Promise.all([
    import('../../src/formats/rows-models.ts'),
    import('../../src/formats/rows-agents.ts'),
    import('../../src/formats/rows-apps.ts'),
  ]);
  const files = Object.keys(await import('../../src/formats/all.ts'));
  expect(readme).toContain('more than forty formats');
  expect(files.length + rows.flatMap((room) => Object.values(room).flat()).length).toBeGreaterThan(40);
  expect(readme).toContain('one of [seven outcomes]');
  expect(/type Outcome =([^;]*);/.exec(read('src/contract/result.ts'))![1]!.split('|')).toHaveLength(7);
  expect(readme).toContain('a hundred attacks');
  expect(ATTACKS.length).toBeGreaterThanOrEqual(100);
  expect(readme).toContain('nine whole projects');
  expect(
    readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory()),
  ).toHaveLength(9);
  expect(readme).toContain('beside nine other libraries');
  const [, peers = ''] = /export const peers = \{(.*)/s.exec(read('test/bench/peers.js')) ?? [];
  const names = Array.from(peers.matchAll(/^ {2}(?:async )?'?([@/\w-]+)'?(?:: \(|\()/gm), ([, name]) => name);
  expect(names.filter((name) => !/^(return|withPage|if|for)$/.test(name!))).toHaveLength(9);
});
