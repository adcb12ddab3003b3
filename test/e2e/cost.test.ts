import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as teleprinter from '../../src/full.ts';
import { launchChromium } from '../chromium.ts';
import { shareOf } from '../share.ts';

declare const window: Window & {
  teleprinter: typeof teleprinter;
  /** Waits for a frame; resolves to the time that scripts took until then, in milliseconds. */
  frame(): Promise<number>;
};

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

/** One event of a trace: the fields that these tests read. */
interface TraceEvent {
  readonly name: string;
  readonly args: {
    /** The number of elements that were styled. */
    readonly elementCount?: number;
    /** The number of boxes that were laid out. */
    readonly beginData?: { readonly dirtyObjects?: number };
  };
}

const LENGTH = 400_000;
const PIECES = {
  text: 'It is mild in Lisbon today, and the words go on for a while.\n',
  markdown: 'It is **mild** in [Lisbon](https://example.com), and `code` goes on.\n\n- one\n- two\n\n',
  // One block, as from a model that loops: layout visits all of its items, and nothing else should.
  list: '- one **two** and the words of an item that goes on for a while\n',
};
type Kind = keyof typeof PIECES;
const KINDS = shareOf(Object.keys(PIECES) as Kind[], 3);

test.each(KINDS)(
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
    // Counts, because times depend on what else the machine does. Allowed: what has arrived since, and a few sections; not
    // the 30,000 elements at the end of the markdown.
    expect(Math.max(...styled)).toBeLessThan(8000);
    expect(Math.max(...laidOut)).toBeLessThan(8000);
    await page.close();
  },
);

/** The time of the scripts in a frame near the end of an answer, and in its last frame, in milliseconds. */
async function scriptTime(kind: Kind, length: number): Promise<{ frame: number; last: number }> {
  const page = await browser.newPage();
  await page.evaluate(() => {
    let spent = 0;
    const timed =
      <A extends unknown[], R>(callback: (...args: A) => R) =>
      (...args: A): R => {
        const before = performance.now();
        const result = callback(...args);
        spent += performance.now() - before;
        return result;
      };
    const { requestAnimationFrame: request, setTimeout: later } = window;
    window.requestAnimationFrame = (callback) => request(timed(callback));
    window.setTimeout = ((callback: () => void, delay: number) => later(timed(callback), delay)) as never;
    window.frame = () =>
      new Promise((resolve) =>
        request(() => {
          resolve(spent);
          spent = 0;
        }),
      );
  });
  await page.setContent('<div style="height: 500px; overflow: auto"><div id="answer"></div></div>');
  await page.addScriptTag({ content: readFileSync('dist/teleprinter.full.js', 'utf8') });
  const times = await page.evaluate(
    async ([kind, piece, length]) => {
      const text = piece.repeat(Math.ceil(length / piece.length));
      let to: ReadableStreamDefaultController<string>;
      const source = new ReadableStream<string>({ start: (controller) => void (to = controller) });
      const { markdown, typewriter, text: plain } = window.teleprinter;
      const typed = typewriter(source, document.getElementById('answer')!, {
        view: kind === 'text' ? plain() : markdown(),
        reducedMotion: 'ignore',
      });
      const rest = text.length - 2000;
      for (let at = 0; at < rest; at += 20_000) {
        to!.enqueue(text.slice(at, Math.min(rest, at + 20_000)));
        await window.frame();
      }
      for (let count = 0; count < 30; count++) await window.frame();
      const frames: number[] = [];
      for (let at = rest; at < text.length; at += 50) {
        to!.enqueue(text.slice(at, at + 50));
        frames.push(await window.frame());
      }
      to!.close();
      await typed.finished;
      const last = Math.max(await window.frame(), await window.frame());
      return { frame: frames.toSorted((a, b) => a - b)[frames.length / 2]!, last };
    },
    [kind, PIECES[kind], length] as const,
  );
  await page.close();
  return times;
}

test.each(KINDS)(
  'the scripts of a frame take as long after 400,000 characters as after 4,000: %s',
  async (kind) => {
    // Another process may delay a frame.
    let ratios = { frame: 0, last: 0 };
    for (let count = 0; count < 3; count++) {
      const short = await scriptTime(kind, 4000);
      const long = await scriptTime(kind, LENGTH);
      // The clock is too coarse below a millisecond.
      ratios = { frame: long.frame / Math.max(1, short.frame), last: long.last / Math.max(2, short.last) };
      if (ratios.frame < 3 && ratios.last < 3) return;
    }
    expect(ratios).toEqual({ frame: 1, last: 1 });
  },
);
