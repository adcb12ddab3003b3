import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchChromium } from '../chromium.ts';
import { shareOf } from '../share.ts';
import { startDemoWithModel } from './demo-server.ts';

let demo: Awaited<ReturnType<typeof startDemoWithModel>>;
/** A demo whose answers take half a minute, and that stops an answer without readers at once. */
let slowDemo: typeof demo;
let browser: Browser;
let page: Page;
/** The streams of the big formats, a file each, and of the small ones. */
const BIG = readdirSync('demo/streams').length;
const SMALL = Object.keys(JSON.parse(readFileSync('demo/small-streams.json', 'utf8')) as object).length;
const problems: string[] = [];

beforeAll(async () => {
  demo = await startDemoWithModel({ tokenDelay: 4, patience: 2000, delay: 2 });
  slowDemo = await startDemoWithModel({ tokenDelay: 200, patience: 0, delay: 2 });
  browser = await launchChromium();
  page = await browser.newPage();
  page.on('console', (message) => {
    if (message.type() !== 'log') problems.push(message.text());
  });
  page.on('pageerror', ({ message }) => problems.push(message));
});
afterAll(async () => {
  await browser.close();
  await demo.stop();
  await slowDemo.stop();
});

const textOf = async (selector: string): Promise<string> => (await page.textContent(selector)) ?? '';

describe('the demo', () => {
  test('one script tag and <tele-printer src> type the answer', async () => {
    const asked = demo.model.stats.requests;
    await page.goto(demo.url);
    expect(await page.locator('script[src$="teleprinter.global.js"]').count()).toBe(1);
    const lengths: number[] = [];
    await expect
      .poll(
        async () => {
          lengths.push((await textOf('tele-printer')).length);
          return page.locator('tele-printer:state(done)').count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    // It was typed, not shown in one piece.
    expect(new Set(lengths).size).toBeGreaterThan(3);
    const answer = await textOf('tele-printer [part=answer]');
    expect(answer).toMatch(/^Because you can start reading before I have finished thinking\.\n\n/);
    expect(answer).toMatch(/hard to notice until a customer does\. 🙂$/);
    const { outcome, text } = await page.evaluate(() => document.querySelector('tele-printer')!.result!);
    expect({ outcome, text }).toEqual({ outcome: 'complete', text: answer });
    expect(demo.model.stats.requests - asked).toBe(1);
    const names = await page.evaluate('Object.keys(window.teleprinter)');
    expect(names).toEqual(
      expect.arrayContaining(['stream', 'createClient', 'typewriter', 'TelePrinterElement']),
    );
  });

  test('the prompt is sent by POST, and the answer is typed', async () => {
    await page.goto(`${demo.url}/chat`);
    await page.fill('#prompt', 'How do I make tea?');
    await page.press('#prompt', 'Enter');
    await expect.poll(() => textOf('#status'), { timeout: 20_000 }).toMatch(/^Complete\. First letter after/);
    expect(await textOf('#answer')).toMatch(/^Boil fresh water.*☕$/s);
    expect(await page.isDisabled('#stop')).toBe(true);
  });

  test('the stop button ends the answer and the request to the model', async () => {
    await page.goto(`${slowDemo.url}/chat`);
    await page.click('#send');
    await expect.poll(() => textOf('#answer'), { timeout: 5000 }).toMatch(/^A light/);
    expect(slowDemo.model.stats.stopped).toBe(0);
    await page.click('#stop');
    await expect.poll(() => textOf('#status')).toMatch(/^Stopped by you/);
    await expect.poll(() => slowDemo.model.stats.stopped).toBe(1);
  });

  test('the answer continues after a cut connection, without a second request to the model', async () => {
    const asked = demo.model.stats.requests;
    await page.goto(`${demo.url}/events`);
    await expect.poll(() => textOf('#text')).toMatch(/^Boil/);
    await page.click('#cut');
    await expect.poll(() => textOf('#status'), { timeout: 20_000 }).toMatch(/^Ended: /);
    expect(await textOf('#status')).toBe('Ended: complete. ');
    await expect.poll(() => textOf('#text')).toMatch(/^Boil fresh water.*☕$/s);
    expect(await textOf('#metrics')).toMatch(/outcomecomplete.*reconnects1/);
    const positions = await page.locator('#rows .id').allTextContents();
    expect(positions).toEqual(positions.map((_, index) => `…:${index + 1}`));
    expect(demo.model.stats.requests - asked).toBe(1);
  });

  test('the page fits a phone, and logs no error', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const path of ['/', '/chat', '/events']) {
      await page.goto(demo.url + path);
      const { scrollWidth, clientWidth } = await page.evaluate(() => ({
        scrollWidth: document.documentElement.scrollWidth,
        clientWidth: document.documentElement.clientWidth,
      }));
      expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    }
    // The browser logs the connection that the test before cut.
    expect(problems.filter((problem) => !/net::ERR_/.test(problem))).toEqual([]);
  });

  describe('the streams of the vendors', () => {
    const streams = () => page.locator('#streams button');
    const ended = async (): Promise<string> => {
      await expect.poll(() => textOf('#status')).toContain('Ended: ');
      return textOf('#status');
    };
    beforeAll(async () => {
      await page.goto(`${demo.url}/formats`);
      await streams()
        .nth(BIG + SMALL - 1)
        .waitFor();
    });

    test.for(shareOf([...Array(BIG).keys()], 14))(
      'stream %i is replayed whole, and is never complete where it is cut',
      async (at) => {
        const stream = streams().nth(at);
        await stream.click();
        expect(await ended()).toMatch(/complete|length|tool-calls/);
        await expect.poll(() => textOf('#text')).toBe('It is 21 °C in Lisbon, and the sky is clear. 🌞');
        expect(await textOf('#facts')).not.toContain('auto');
        expect(await page.locator('#parts li').count()).toBeGreaterThan(5);
        await page.click('#cut');
        // In a format without an end, a cut looks like the end.
        if (/lang-graph|plain/.test(await stream.innerText())) return;
        expect(await ended()).toMatch(/truncated: |truncated\. /);
      },
    );

    // The small formats are cut in `small.node.test.ts`.
    test.for(shareOf([...Array(SMALL).keys()], 30))('small stream %i is replayed whole', async (at) => {
      const stream = streams().nth(BIG + at);
      await stream.click();
      expect(await ended()).toMatch(/complete|length|tool-calls/);
      await expect.poll(() => textOf('#text')).toBe('Sunny, 21 °C.');
      expect(await textOf('#facts')).toContain(await stream.innerText());
    });

    test('each stream is listed, and none is a problem for the page', async () => {
      expect(await streams().count()).toBe(BIG + SMALL);
      expect(problems).toEqual([]);
    });
  });

  test('the gallery types one stream with all options, and axe finds no violation', async () => {
    await page.goto(`${demo.url}/gallery`);
    await page.fill('[name=speed]', '2000');
    await page.selectOption('[name=chunks]', 'lumps');
    const cards = page.locator('#gallery .card');
    expect(await cards.count()).toBe(6);
    const wrong = async (): Promise<unknown> => {
      await page.addScriptTag({ path: 'node_modules/axe-core/axe.min.js' });
      return page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const { violations } = await axe.run();
        return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
      });
    };
    await expect.poll(() => cards.nth(3).locator('ol li').count(), { timeout: 10_000 }).toBeGreaterThan(1);
    expect(await wrong()).toEqual([]);
    await expect
      .poll(() => page.locator('[data-teleprinter="finished"]').count(), { timeout: 25_000 })
      .toBeGreaterThanOrEqual(5);
    expect(await wrong()).toEqual([]);
    await page.selectOption('[name=language]', 'ar');
    await expect.poll(() => cards.first().getAttribute('dir')).toBe('rtl');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await wrong()).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(problems).toEqual([]);
  });

  test('a stream is announced in whole sentences while it arrives', async () => {
    await page.goto(`${demo.url}/gallery`);
    const heard = new Set<string>();
    const region = page.locator('.teleprinter-announcer');
    await expect
      .poll(
        async () => {
          heard.add((await region.first().textContent()) ?? '');
          return heard.size;
        },
        { timeout: 15_000 },
      )
      .toBeGreaterThan(2);
    // The flag of Scotland ends with a tag character, which is not an emoji.
    for (const words of [...heard].filter(Boolean)) expect(words).toMatch(/[.:\n…\p{Emoji}\u{E007F}]$/u);
    const tree = await page.locator('#gallery .card').first().ariaSnapshot();
    expect(tree).toContain('region');
    expect(await page.locator('#gallery .card').nth(1).getAttribute('aria-busy')).toBe('true');
  });
});

describe("the demo's chat handler", () => {
  /** Reads a response until the body matches `until`, then disconnects. */
  async function read(options: { url?: string; lastEventId?: string; until: RegExp }): Promise<string> {
    const outgoing = request(`${options.url ?? demo.url}/api/chat?prompt=tea`, {
      headers: options.lastEventId ? { 'Last-Event-ID': options.lastEventId } : {},
    });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    let body = '';
    for await (const chunk of response.setEncoding('utf8')) {
      body += chunk;
      if (options.until.test(body)) break;
    }
    outgoing.destroy();
    return body;
  }

  test('sends chunks in the wire format with IDs, and resumes from any of them', async () => {
    const asked = demo.model.stats.requests;
    const start = await read({ until: /:9\n.*\n\n/ });
    const [, name] = /^id: (.*):0\n\n/m.exec(start) ?? [];
    expect(start).toMatch(/\ndata: \{"id":"chatcmpl-.*"object":"chat\.completion\.chunk"/);
    const rest = await read({ lastEventId: `${name}:4`, until: /event: end\n.*\n\n$/ });
    expect(rest).toMatch(new RegExp(`^: heartbeat 15000\n\nid: ${name}:5\n`));
    expect(rest).toMatch(/event: end\ndata: \{"outcome":"complete"\}\n\n$/);
    expect(demo.model.stats.requests - asked).toBe(1);
  });

  test('stops the model when the browser has disconnected', async () => {
    const { stopped } = slowDemo.model.stats;
    await read({ url: slowDemo.url, until: /data:/ });
    await expect.poll(() => slowDemo.model.stats.stopped).toBe(stopped + 1);
  });

  test('answers 410 if an answer is gone', async () => {
    const response = await fetch(`${demo.url}/api/chat`, { headers: { 'Last-Event-ID': 'unknown:3' } });
    expect(response.status).toBe(410);
  });
});

/** Runs the command of `npm run demo` without the build; returns its output. */
async function runDemo(env: Record<string, string>) {
  const server = spawn(process.execPath, [fileURLToPath(new URL('../../demo/server.mjs', import.meta.url))], {
    env: { ...process.env, PORT: '0', OPENAI_API_KEY: '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
  const [url = ''] = /^http:\/\/localhost:\d+/.exec(line) ?? [];
  return {
    line,
    url,
    async stop() {
      server.kill();
      await once(server, 'exit');
    },
  };
}

describe('`npm run demo`', () => {
  test('prints its address and answers there, without a key', async () => {
    const running = await runDemo({});
    try {
      expect(running.line).toContain('answers from texts');
      expect(await (await fetch(running.url)).text()).toContain('<tele-printer');
      const { body } = await fetch(`${running.url}/api/chat`);
      let start = '';
      for await (const text of body!.pipeThrough(new TextDecoderStream())) {
        start += text;
        if (start.includes('chatcmpl')) break;
      }
      expect(start).toMatch(/^: heartbeat 15000\n\nid: .*:0\n\nid: .*:1\ndata: \{"id":"chatcmpl/);
    } finally {
      await running.stop();
    }
  });

  test('sends questions to the service in the environment', async () => {
    const asked = demo.model.stats.requests;
    const running = await runDemo({
      OPENAI_API_KEY: 'key',
      OPENAI_BASE_URL: demo.model.baseURL,
      OPENAI_MODEL: 'own-model',
    });
    try {
      expect(running.line).toContain('asks own-model');
      expect(await (await fetch(`${running.url}/api/chat?prompt=tea`)).text()).toMatch(
        /"model":"own-model".*event: end/s,
      );
      expect(demo.model.stats.requests - asked).toBe(1);
    } finally {
      await running.stop();
    }
  });
});
