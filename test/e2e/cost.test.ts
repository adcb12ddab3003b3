import { readFileSync } from 'node:fs';
import { chromium, type Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as teleprinter from '../../src/index.ts';
import { chromiumArgs, findChromium } from '../chromium.ts';

declare const window: Window & {
  teleprinter: typeof teleprinter;
  markdown: () => NonNullable<teleprinter.TypewriterOptions['view']>;
};

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ ...(await findChromium()), args: chromiumArgs });
});
afterAll(() => browser.close());

/** One event of a trace, as far as these tests look. */
interface TraceEvent {
  readonly name: string;
  readonly args: { readonly elementCount?: number };
}

const LENGTH = 400_000;
const PIECES = {
  text: 'It is mild in Lisbon today, and the words go on for a while.\n',
  markdown: 'It is **mild** in [Lisbon](https://example.com), and `code` goes on.\n\n- one\n- two\n\n',
};

test.each(['text', 'markdown'] as const)(
  'a frame costs at the end of 400,000 characters what it did at their start, the last one included: %s',
  async (kind) => {
    const page = await browser.newPage();
    await page.setContent('<div style="height: 500px; overflow: auto"><div id="answer"></div></div>');
    await page.addScriptTag({ content: readFileSync('dist/teleprinter.global.js', 'utf8') });
    const module = readFileSync('dist/teleprinter.markdown.js', 'utf8');
    const [, local] = /(\w+) as markdown/.exec(module)!;
    await page.addScriptTag({ type: 'module', content: `${module};window.markdown=${local}` });
    await page.waitForFunction(() => window.markdown);
    await browser.startTracing(page, {
      categories: ['disabled-by-default-devtools.timeline', 'devtools.timeline'],
    });
    const { early, late } = await page.evaluate(
      async ([kind, piece, length]) => {
        const text = piece.repeat(length / piece.length);
        let to: ReadableStreamDefaultController<string>;
        const source = new ReadableStream<string>({ start: (controller) => void (to = controller) });
        const frames: number[] = [];
        // The message comes after the frame is laid out and painted.
        const { port1, port2 } = new MessageChannel();
        let start = 0;
        port1.onmessage = () => frames.push(performance.now() - start);
        let isRunning = true;
        const measure = (): void => {
          start = performance.now();
          port2.postMessage(0);
          if (isRunning) requestAnimationFrame(measure);
        };
        requestAnimationFrame(measure);
        const { typewriter, text: plain } = window.teleprinter;
        const typed = typewriter(source, document.getElementById('answer')!, {
          view: kind === 'text' ? plain() : window.markdown(),
          reducedMotion: 'ignore',
          follow: true,
        });
        for (let at = 0; at < text.length; at += 2000) {
          to!.enqueue(text.slice(at, at + 2000));
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
        to!.close();
        await typed.finished;
        await new Promise((resolve) => setTimeout(resolve, 300));
        isRunning = false;
        const median = (of: number[]): number => of.toSorted((a, b) => a - b)[of.length >> 1]!;
        return { early: median(frames.slice(10, 60)), late: median(frames.slice(150, 200)) };
      },
      [kind, PIECES[kind], LENGTH] as const,
    );
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
      traceEvents: TraceEvent[];
    };
    const styled = traceEvents.flatMap(({ args }) => args.elementCount ?? []);
    expect(styled.length).toBeGreaterThan(100);
    // What has come since, and a few sections: not the 30,000 elements that there are at the end of markdown.
    expect(Math.max(...styled)).toBeLessThan(3000);
    // With room for what else the machine does.
    expect(late).toBeLessThan(Math.max(early * 2, early + 4));
    await page.close();
  },
);
