import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as teleprinter from '../../src/full.ts';
import { launchChromium } from '../chromium.ts';

declare const window: Window & {
  teleprinter: typeof teleprinter;
};

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** One event of a trace, as far as these tests look. */
interface TraceEvent {
  readonly name: string;
  readonly args: {
    /** How many elements were styled. */
    readonly elementCount?: number;
    /** How many boxes were laid out. */
    readonly beginData?: { readonly dirtyObjects?: number };
  };
}

const LENGTH = 400_000;
const PIECES = {
  text: 'It is mild in Lisbon today, and the words go on for a while.\n',
  markdown: 'It is **mild** in [Lisbon](https://example.com), and `code` goes on.\n\n- one\n- two\n\n',
};

test.each(['text', 'markdown'] as const)(
  'a frame styles and lays out what is new in it, at any length up to 400,000 characters, the last one included: %s',
  async (kind) => {
    const page = await browser.newPage();
    await page.setContent('<div style="height: 500px; overflow: auto"><div id="answer"></div></div>');
    await page.addScriptTag({ content: readFileSync('dist/teleprinter.full.js', 'utf8') });
    await browser.startTracing(page, {
      categories: ['disabled-by-default-devtools.timeline', 'devtools.timeline'],
    });
    await page.evaluate(
      async ([kind, piece, length]) => {
        const text = piece.repeat(length / piece.length);
        let to: ReadableStreamDefaultController<string>;
        const source = new ReadableStream<string>({ start: (controller) => void (to = controller) });
        const { markdown, typewriter, text: plain } = window.teleprinter;
        const typed = typewriter(source, document.getElementById('answer')!, {
          view: kind === 'text' ? plain() : markdown(),
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
      },
      [kind, PIECES[kind], LENGTH] as const,
    );
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as {
      traceEvents: TraceEvent[];
    };
    const styled = traceEvents.flatMap(({ args }) => args.elementCount ?? []);
    const laidOut = traceEvents.flatMap(({ args }) => args.beginData?.dirtyObjects ?? []);
    expect(Math.min(styled.length, laidOut.length)).toBeGreaterThan(100);
    // By counts, as times tell more of what else the machine does: what has come since, and a few sections, not the
    // 30,000 elements that there are at the end of markdown.
    expect(Math.max(...styled)).toBeLessThan(8000);
    expect(Math.max(...laidOut)).toBeLessThan(8000);
    await page.close();
  },
);
