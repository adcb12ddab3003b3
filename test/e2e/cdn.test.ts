import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../demo/listen.mjs';
import type * as teleprinter from '../../src/full.ts';
import { launchChromium } from '../chromium.ts';

const FULL = '/teleprinter@0.1.0/dist/teleprinter.full.js';
const SMALL = '/teleprinter@0.1.0/dist/teleprinter.global.js';
const ANSWER = '# Tea\n\nWarm the **pot**.\n';

const bytesOf = (path: string): Buffer => readFileSync(path.slice('/teleprinter@0.1.0/'.length));
const digestOf = (bytes: string | Buffer): string =>
  `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

let browser: Browser;
/** A CDN on another origin. It redirects a URL without a version to the newest version. */
let cdn: Awaited<ReturnType<typeof listen>>;
let site: typeof cdn;
let origin: string;
let html: string;
let headers: Record<string, string>;
let answer = ANSWER;

beforeAll(async () => {
  browser = await launchChromium();
  cdn = await listen(
    ({ url }, response) => {
      response.setHeader('Access-Control-Allow-Origin', '*');
      if (url === FULL || url === SMALL)
        response.setHeader('Content-Type', 'text/javascript').end(bytesOf(url));
      else if (url!.startsWith('/teleprinter/'))
        response.writeHead(302, { Location: url!.replace('teleprinter/', 'teleprinter@0.1.0/') }).end();
      else response.writeHead(404).end();
    },
    0,
    '127.0.0.1',
  );
  site = await listen(
    ({ url }, response) => {
      if (url === '/answer') {
        response.setHeader('Content-Type', 'text/event-stream');
        for (const letter of answer) response.write(`data: ${JSON.stringify({ text: letter })}\n\n`);
        response.end('event: end\ndata:\n\n');
      } else response.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(html);
    },
    0,
    '127.0.0.1',
  );
  origin = `http://127.0.0.1:${cdn.port}`;
});
afterAll(async () => {
  await browser.close();
  await cdn.stop();
  await site.stop();
});

const scriptOf = (path: string, more = ''): string =>
  `<script src="${origin}${path}" crossorigin="anonymous" ${more}></script>`;
const element = '<tele-printer src="/answer" end="end" markdown speed="100000">Thinking…</tele-printer>';

/** Opens a page with this body; returns its requests and its errors. */
async function open(body: string, policy?: string) {
  html = `<!doctype html><title>A page</title>${body}`;
  headers = policy ? { 'Content-Security-Policy': policy } : {};
  const tab = await browser.newPage();
  const requests: string[] = [];
  const problems: string[] = [];
  tab.on('request', (request) => requests.push(`${request.resourceType()} ${request.url()}`));
  tab.on('console', (message) => problems.push(message.text()));
  tab.on('pageerror', ({ message }) => problems.push(message));
  await tab.goto(`http://127.0.0.1:${site.port}/`);
  return { tab, problems, scripts: () => requests.filter((request) => request.startsWith('script ')) };
}

describe('the full file, from another origin,', () => {
  test.each([
    ['as the version that the page names', FULL],
    ['behind a redirect to that version', FULL.replace('@0.1.0', '')],
  ])('shows markdown under SRI, a policy that allows one hash, and Trusted Types: %s', async (_, path) => {
    const integrity = digestOf(bytesOf(FULL));
    const policy = `default-src 'none'; connect-src 'self'; style-src 'none'; script-src '${integrity}'; require-trusted-types-for 'script'; trusted-types 'none'`;
    const { tab, problems, scripts } = await open(
      `${scriptOf(path, `integrity="${integrity}"`)}${element}`,
      policy,
    );
    await expect.poll(() => tab.locator('tele-printer h1').textContent()).toBe('Tea');
    await expect.poll(() => tab.locator('tele-printer:state(done)').count()).toBe(1);
    expect(await tab.textContent('tele-printer strong')).toBe('pot');
    expect(new Set(scripts().map((request) => request.replace('@0.1.0', '')))).toEqual(
      new Set([`script ${origin}${FULL.replace('@0.1.0', '')}`]),
    );
    expect(problems).toEqual([]);
    await tab.close();
  });

  test('does not run if one byte of it differs', async () => {
    const integrity = digestOf(`${bytesOf(FULL).toString()} `);
    const { tab } = await open(`${scriptOf(FULL, `integrity="${integrity}"`)}${element}`);
    expect(await tab.evaluate(() => customElements.get('tele-printer') === undefined)).toBe(true);
    await tab.close();
  });

  test.each([
    ['by a script tag', (url: string) => `<script src="${url}"></script>`],
    ['as a module', (url: string) => `<script type="module" src="${url}"></script>`],
    ['by an import in a module', (url: string) => `<script type="module">import '${url}';</script>`],
  ])('has the library and the markdown view in window.teleprinter: %s', async (_, load) => {
    const { tab } = await open(load(`${origin}${FULL}`));
    const names = await tab.evaluate('Object.keys(window.teleprinter)');
    expect(names).toEqual(
      expect.arrayContaining(['stream', 'createClient', 'typewriter', 'markdown', 'TelePrinterElement']),
    );
    await tab.close();
  });
});

describe('the options of markdown', () => {
  /** Opens a page with an element and a script behind it, which runs when the element has sent its request. */
  const show = async (text: string, script: string, attributes = '') => {
    answer = text;
    const { tab, problems } = await open(
      `${scriptOf(FULL)}${element.replace('markdown', `markdown ${attributes}`)}<script>const element = document.querySelector('tele-printer'); ${script}</script>`,
    );
    await expect.poll(() => tab.locator('tele-printer:state(done)').count()).toBe(1);
    answer = ANSWER;
    return { tab, problems };
  };

  test('may be set after the request, until the first letter is shown', async () => {
    const { tab, problems } = await show(
      'So $x^2$ and ~one~ are.',
      'element.markdownOptions = { singleTilde: true, math: (formula) => formula.replaceWith("MATH") };',
    );
    expect(await tab.locator('tele-printer p').innerText()).toBe('So MATH and one are.');
    expect(await tab.locator('tele-printer del').count()).toBe(1);
    expect(problems).toEqual([]);
    await tab.close();
  });

  test('allow the origin that a text names, and no origin that it begins with', async () => {
    const { tab } = await show(
      '![one](https://images.example.com/1.png) ![two](https://images.example.co/2.png) [three](tel:3) [four](te:4)',
      'element.markdownOptions = { images: "https://images.example.com", links: "tel:" };',
    );
    const srcs = await tab
      .locator('tele-printer img')
      .evaluateAll((all) => all.map((image) => (image as HTMLImageElement).src));
    expect(srcs).toEqual(['https://images.example.com/1.png']);
    expect(await tab.locator('tele-printer a').allInnerTexts()).toEqual(['three']);
    await tab.close();
  });

  test('allow no link where the attribute is empty', async () => {
    const { tab } = await show('[one](https://a.example/)', '', 'links=""');
    expect(await tab.locator('tele-printer a').count()).toBe(0);
    await tab.close();
  });
});

const OF_ALL_KINDS = `One *two* &ngE; and[^1].

- [ ] a
- b

  c

> - q

\`\`\`js
let a
\`\`\`

| a | b |
|---|---|
| \`c\` | d |

[^1]: note

- last`;

/** Shows an answer in a page of this type: its HTML, its words, and the elements in which its caret was. */
async function showIn(type: string): Promise<unknown> {
  const tab = await browser.newPage();
  const body =
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A page</title></head><body></body></html>';
  await tab.route('**/page', (route) => route.fulfill({ contentType: type, body }));
  await tab.goto(`http://127.0.0.1:${site.port}/page`);
  await tab.addScriptTag({ content: bytesOf(FULL).toString() });
  const shown = await tab.evaluate(async (source) => {
    const { markdown, typewriter } = (globalThis as unknown as { teleprinter: typeof teleprinter })
      .teleprinter;
    const root = document.createElement('div');
    document.body.append(root);
    const carets = new Set<string>();
    async function* pieces(): AsyncGenerator<string> {
      for (const piece of source.match(/[^]{1,3}/g)!) {
        yield piece;
        await new Promise(requestAnimationFrame);
        carets.add(root.querySelector('[data-teleprinter-caret]')?.localName ?? 'none');
      }
    }
    const view = markdown()(root);
    const options = { view: () => view, reducedMotion: 'ignore', speed: 1e6, announce: 'off' } as const;
    await typewriter(pieces(), root, options).finished;
    const html = root.innerHTML.replaceAll(/ xmlns="[^"]*"| ?\/(?=>)/g, '');
    return { html, words: view.takeWords!(), carets: [...carets] };
  }, OF_ALL_KINDS);
  await tab.close();
  return shown;
}

test('an answer is shown and spoken alike in a page of XHTML, where the names of elements are in lower case', async () => {
  expect(await showIn('application/xhtml+xml')).toEqual(await showIn('text/html'));
});

describe('the small file', () => {
  test('shows markdown as text, and names the full file in one warning', async () => {
    const { tab, problems, scripts } = await open(`${scriptOf(SMALL)}${element}${element}`);
    for (const at of [0, 1])
      await expect.poll(() => tab.locator('tele-printer [part=answer]').nth(at).textContent()).toBe(ANSWER);
    expect(problems).toEqual([expect.stringContaining('teleprinter.full.js')]);
    expect(scripts()).toEqual([`script ${origin}${SMALL}`]);
    await tab.close();
  });

  test.each([SMALL, FULL])(
    'loads nothing from an element that the page names `currentScript`: %s',
    async (path) => {
      const clobbering = '<img name="currentScript" src="https://evil.example/x.js">';
      const { tab, scripts } = await open(`${clobbering}${scriptOf(path)}${element}`);
      await expect.poll(() => tab.textContent('tele-printer [part=answer]')).toContain('Tea');
      expect(scripts()).toEqual([`script ${origin}${path}`]);
      await tab.close();
    },
  );
});

describe('the files for a script tag', () => {
  const licenceOf = (name: string): string => {
    const folder = `node_modules/${name}`;
    return readFileSync(`${folder}/${name === 'character-entities-html4' ? 'license' : 'LICENSE'}`, 'utf8');
  };
  const unwrapped = (text: string): string => text.replace(/^ \* ?/gm, '').replace(/\s+/g, ' ');

  test.each([
    [SMALL, ['eventsource-parser']],
    [FULL, ['eventsource-parser', 'character-entities-html4']],
  ])('%s has the licences of what it bundles, and so has the package', (path, bundled) => {
    const code = unwrapped(bytesOf(path).toString().slice(0, 10_000));
    const notices = unwrapped(readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8'));
    for (const name of bundled) {
      const licence = unwrapped(licenceOf(name)).trim();
      expect(code).toContain(licence);
      expect(notices).toContain(licence);
    }
  });
});

test('an answer and its failure notice stay visible when they move out of the shadow root', async () => {
  const { tab } = await open(
    `${scriptOf(SMALL)}<tele-printer src="/nothing" body="tea">Thinking…</tele-printer>`,
  );
  await tab.route('**/nothing', (route) =>
    route.fulfill({ contentType: 'text/event-stream', body: 'data: Cut\n\n' }),
  );
  await tab.reload();
  await expect.poll(() => tab.locator('tele-printer > [slot=failure]').count()).toBe(1);
  expect(await tab.locator('tele-printer > [slot=answer]').isVisible()).toBe(true);
  expect(await tab.locator('tele-printer > [slot=failure] button').isVisible()).toBe(true);
  await tab.close();
});
