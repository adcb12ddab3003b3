import { readFileSync } from 'node:fs';
import type { Browser, CDPSession, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type * as teleprinter from '../../src/index.ts';
import { launchChromium } from '../chromium.ts';
import { shareOf } from '../share.ts';

/** The globals of the page. */
type PageWindow = Window & {
  teleprinter: typeof teleprinter;
  scroller: Element;
  inSight: boolean[];
  typed: teleprinter.Typewriter;
  append(text: string): void;
  end(): void;
  grow(): void;
  rest(): void;
  wait(): void;
};
declare const window: PageWindow;

const STYLE = `<!doctype html><meta name="viewport" content="width=device-width"><style>body { margin: 0; font: 16px/20px sans-serif } .scroller { height: 300px; overflow-y: auto }</style>`;
const HISTORY = '<p>Before.</p>'.repeat(60);

let browser: Browser;
let page: Page;
let devtools: CDPSession;

beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());
beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 400, height: 600 }, hasTouch: true });
  page = await context.newPage();
  devtools = await context.newCDPSession(page);
});
afterEach(() => page.context().close());

/** Opens a page whose scroller is `away` pixels from its end. */
async function open(html: string, scroller: string, away = 0): Promise<void> {
  await page.setContent(STYLE + html);
  await page.addScriptTag({ content: readFileSync('dist/teleprinter.global.js', 'utf8') });
  await page.evaluate(
    ([selector, away]) => {
      const deep = document.querySelector('[data-shadow]');
      if (deep) {
        const root = deep.attachShadow({ mode: 'open' });
        root.innerHTML = '<div id="inner" style="height: 300px; overflow: auto"><slot></slot></div>';
      }
      window.scroller = (deep?.shadowRoot ?? document).querySelector(selector) ?? document.scrollingElement!;
      window.scroller.scrollBy({ top: 1e6, behavior: 'instant' });
      window.scroller.scrollBy({ top: -away, behavior: 'instant' });
    },
    [scroller, away] as const,
  );
  await frames();
}

/** Appends a question and an empty answer, and starts typing, as a chat does. */
async function ask(into: string, question = 'A question?'): Promise<void> {
  await page.evaluate(
    ([into, question]) => {
      const list = document.querySelector(into)!;
      const asked = document.createElement('p');
      asked.textContent = question;
      const message = document.createElement('div');
      const avatar = document.createElement('div');
      avatar.textContent = 'Model';
      const answer = document.createElement('div');
      answer.className = 'answer';
      message.append(avatar, answer);
      list.append(asked, message);
      let to: ReadableStreamDefaultController<string>;
      const chunks = new ReadableStream<string>({ start: (controller) => void (to = controller) });
      window.append = (text) => to.enqueue(text);
      window.end = () => to.close();
      window.inSight = [];
      window.typed = window.teleprinter.typewriter(chunks, answer, {
        follow: true,
        speed: 1e6,
        onEndInSight: (isInSight) => window.inSight.push(isInSight),
      });
      let timer = 0;
      window.rest = () => clearInterval(timer);
      window.grow = () => {
        clearInterval(timer);
        timer = window.setInterval(() => window.append('Another line of the answer.\n'), 20);
      };
    },
    [into, question] as const,
  );
}

const frames = (): Promise<void> =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve()))),
  );
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const position = (): Promise<{ top: number; distance: number }> =>
  page.evaluate(() => {
    const { scrollTop, scrollHeight, clientHeight } = window.scroller;
    const isReversed = getComputedStyle(window.scroller).flexDirection === 'column-reverse';
    return { top: scrollTop, distance: isReversed ? -scrollTop : scrollHeight - clientHeight - scrollTop };
  });
const append = (text: string): Promise<void> => page.evaluate((text) => window.append(text), text);
const LINES = 'A line of the answer.\n'.repeat(60);

/** Asserts that the scroller stays at its end while the answer grows. */
async function expectFollowed(): Promise<void> {
  await expect.poll(async () => (await position()).distance).toBeLessThanOrEqual(1);
  const before = await page.evaluate(() => window.scroller.scrollHeight);
  await append(LINES);
  await expect.poll(() => page.evaluate(() => window.scroller.scrollHeight)).toBeGreaterThan(before + 900);
  await expect.poll(async () => (await position()).distance).toBeLessThanOrEqual(1);
}

/** Asserts that the page stays where the reader has scrolled it while the answer grows. */
async function expectNotScrolled(): Promise<void> {
  // Wait for a smooth scroll, which may take long on a busy machine.
  let before = NaN;
  await expect
    .poll(
      async () => {
        const earlier = before;
        before = (await position()).top;
        return Math.abs(before - earlier);
      },
      { interval: 200 },
    )
    .toBeLessThanOrEqual(1);
  const { top, distance } = await position();
  await wait(400);
  const later = await position();
  expect(Math.abs(later.top - top)).toBeLessThanOrEqual(1);
  expect(later.distance).toBeGreaterThan(distance);
}

const INNER = `<div class="scroller" id="scroller">${HISTORY}<div id="list"></div></div>`;
const center = { x: 150, y: 150 };

describe('an answer that is followed', () => {
  const gestures: Record<string, () => Promise<unknown>> = {
    'a notch of the wheel': () => page.mouse.wheel(0, -100),
    'a nudge on the trackpad': () => page.mouse.wheel(0, -3),
    'a few nudges': async () => {
      for (let count = 0; count < 5; count++) await page.mouse.wheel(0, -2);
    },
    'a finger': async () => {
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number): Promise<unknown> =>
        devtools.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: y === undefined ? [] : [{ x: center.x, y }],
        });
      await touch('touchStart', 100);
      for (let y = 104; y <= 160; y += 4) await touch('touchMove', y);
      await touch('touchEnd');
    },
    'the arrow key': async () => {
      await page.locator('#scroller').focus();
      await page.keyboard.press('ArrowUp');
    },
    'Page Up': async () => {
      await page.locator('#scroller').focus();
      await page.keyboard.press('PageUp');
    },
    'the scrollbar, or anything that moves the page up': () =>
      page.evaluate(() => window.scroller.scrollBy({ top: -8, behavior: 'instant' })),
    // As find-in-page scrolls; a headless browser has no command for it.
    'finding in the page': () =>
      page.evaluate(() =>
        document.getElementById('wanted')!.scrollIntoView({ block: 'center', behavior: 'instant' }),
      ),
    'a link to a place above': () => page.locator('#link').click(),
    'a link elsewhere in the page': () => page.locator('#outside').click(),
    'a button elsewhere that scrolls smoothly': () => page.locator('#top').click(),
    'the Tab key, which moves the focus to a place above': async () => {
      await page.locator('#write').focus();
      await page.keyboard.press('Shift+Tab');
    },
  };

  for (const isSmooth of [false, true]) {
    test.each(shareOf(Object.keys(gestures), 14))(
      `lets the reader go by %s${isSmooth ? ', where scrolling is smooth' : ''}, and follows again at the end`,
      async (name) => {
        const links = `<a id="link" href="#wanted" style="position: fixed; top: 400px">Link</a><p id="wanted">Wanted. <a href="#">Back</a></p>`;
        const outside = `<textarea id="write" style="position: fixed; top: 500px"></textarea><a id="outside" href="#wanted" style="position: fixed; top: 440px">Link</a><button id="top" style="position: fixed; top: 470px" onclick="scroller.scrollTo({ top: 0, behavior: 'smooth' })">Top</button>`;
        await open(
          `${isSmooth ? '<style>* { scroll-behavior: smooth }</style>' : ''}<div class="scroller" id="scroller" tabindex="0">${HISTORY}${links}${HISTORY}<div id="list"></div></div>${outside}`,
          '#scroller',
        );
        await ask('#list');
        await page.mouse.move(center.x, center.y);
        await page.evaluate(() => window.grow());
        await expect.poll(async () => (await position()).top).toBeGreaterThan(2000);
        expect((await position()).distance).toBeLessThanOrEqual(21);
        await gestures[name]!();
        await expectNotScrolled();
        expect(await page.evaluate(() => window.inSight)).toEqual([true, false]);
        await page.evaluate(() => window.rest());
        await wait(100);
        await page.mouse.move(center.x, center.y);
        await page.mouse.wheel(0, 100_000);
        await expect.poll(async () => (await position()).distance).toBeLessThanOrEqual(1);
        await expectFollowed();
        expect(await page.evaluate(() => window.inSight)).toEqual([true, false, true]);
      },
    );
  }

  test('jumps to the end and follows again after a button of the page', async () => {
    await open(INNER, '#scroller');
    await ask('#list');
    await append(LINES);
    await expectFollowed();
    await page.mouse.move(center.x, center.y);
    await page.mouse.wheel(0, -500);
    await expect.poll(() => page.evaluate(() => window.inSight.at(-1))).toBe(false);
    await page.evaluate(() => window.typed.scrollToEnd());
    expect(await page.evaluate(() => window.inSight.at(-1))).toBe(true);
    await expectFollowed();
  });

  test('lets a block in the answer scroll by itself', async () => {
    await open(`<div class="scroller" id="scroller">${HISTORY}<div id="list"></div></div>`, '#scroller');
    await ask('#list');
    await page.evaluate(() => {
      const code = document.createElement('pre');
      code.id = 'code';
      code.style.cssText = 'position: fixed; top: 320px; height: 100px; width: 200px; overflow: auto';
      code.textContent = 'code\n'.repeat(100);
      window.scroller.append(code);
      code.scrollTop = 500;
    });
    await page.mouse.move(50, 350);
    await page.mouse.wheel(0, -50);
    await wait(100);
    await expectFollowed();
  });
});

describe('following starts', () => {
  test.each([
    ['short', 'A question?'],
    ['longer than all that is seen', 'A long question. '.repeat(200)],
  ])('where the page was at its end before the question came, which was %s', async (_, question) => {
    await open(INNER, '#scroller');
    await ask('#list', question);
    await append(LINES);
    await expectFollowed();
  });

  test.each([200, 40 * 36])('not if the reader was %s px away from the end', async (away) => {
    await open(INNER, '#scroller', away);
    const { top } = await position();
    await ask('#list');
    await append(LINES);
    await wait(200);
    expect((await position()).top).toBe(top);
    expect(await page.evaluate(() => window.inSight)).toEqual([false]);
  });

  test('in the next turn if the reader left the previous one followed', async () => {
    await open(INNER, '#scroller');
    await ask('#list');
    await append(LINES);
    await expectFollowed();
    await page.evaluate(() => window.end());
    await page.evaluate(() => window.typed.finished);
    await ask('#list', 'A long question. '.repeat(200));
    await append(LINES);
    await expectFollowed();
    await page.mouse.move(center.x, center.y);
    await page.mouse.wheel(0, -100);
    await wait(200);
    await page.evaluate(() => window.end());
    await page.evaluate(() => window.typed.finished);
    const { top } = await position();
    await ask('#list');
    await append(LINES);
    await wait(200);
    expect((await position()).top).toBe(top);
  });
});

describe('the scroller is found', () => {
  const LIST = `${HISTORY}<div id="list"></div>`;
  const PLACES: readonly (readonly [where: string, html: string, selector: string])[] = [
    ['the page', LIST, 'html'],
    [
      'body, where html does not scroll',
      `<style>html { overflow: hidden; height: 100% } body { overflow-y: auto; height: 100% }</style>${LIST}`,
      'body',
    ],
    [
      'the page, where body hands its overflow on to it',
      `<style>body { overflow-y: auto }</style>${LIST}`,
      'html',
    ],
    [
      'around a wrapper that scrolls sideways',
      `<div class="scroller" id="scroller"><div style="overflow-x: auto">${LIST}</div></div>`,
      '#scroller',
    ],
    ['in a shadow root, around a slot', `<div data-shadow>${LIST}</div>`, '#inner'],
    ['from right to left', `<div dir="rtl" class="scroller" id="scroller">${LIST}</div>`, '#scroller'],
    [
      'in a zoomed page',
      `<style>html { zoom: 1.1 }</style><div class="scroller" id="scroller">${LIST}</div>`,
      '#scroller',
    ],
    [
      'in a page that is zoomed twice',
      `<style>html { zoom: 2 }</style><div class="scroller" id="scroller" style="height: 200px">${LIST}</div>`,
      '#scroller',
    ],
    [
      'in a column that is reversed',
      `<div class="scroller" id="scroller" style="display: flex; flex-direction: column-reverse"><div>${LIST}</div></div>`,
      '#scroller',
    ],
    [
      'with overflow-anchor: none',
      `<div class="scroller" id="scroller" style="overflow-anchor: none">${LIST}</div>`,
      '#scroller',
    ],
  ];
  test.each(shareOf(PLACES, 12))('%s', async (_, html, selector) => {
    await open(html, selector);
    await ask('#list');
    await append(LINES);
    await expectFollowed();
    await page.mouse.move(center.x, center.y);
    await page.evaluate(() => window.grow());
    await page.mouse.wheel(0, -100);
    await wait(250);
    const { top } = await position();
    await wait(300);
    // A reversed column has its scroll origin at the end.
    if (top > 0) expect(Math.abs((await position()).top - top)).toBeLessThanOrEqual(1);
    else expect((await position()).distance).toBeGreaterThan(90);
  });
});

test('an element that becomes a scroller in the middle of the answer is followed, as the page was', async () => {
  await open('<style>.later { height: 300px; overflow-y: auto }</style><div id="list"></div>', 'html');
  await ask('#list');
  await append(LINES);
  await expect.poll(async () => (await position()).distance).toBeLessThanOrEqual(1);
  await page.evaluate(() => {
    window.scroller = document.getElementById('list')!;
    window.scroller.classList.add('later');
  });
  await append(LINES);
  await expectFollowed();
  await page.mouse.move(center.x, center.y);
  await page.mouse.wheel(0, -100);
  await wait(200);
  const { top } = await position();
  await append(LINES);
  await wait(100);
  expect((await position()).top).toBe(top);
});

test('an image, code or font that makes the answer longer after its end is followed', async () => {
  await open(INNER, '#scroller');
  await ask('#list');
  await append(LINES);
  await page.evaluate(() => window.end());
  await page.evaluate(() => window.typed.finished);
  await page.evaluate(() => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="50" height="400"/>')}`;
    document.querySelector('.answer')!.append(image);
  });
  await expect.poll(() => page.evaluate(() => document.querySelector('img')!.naturalHeight)).toBe(400);
  await frames();
  expect((await position()).distance).toBeLessThanOrEqual(1);
  // Content that the reader opens later is not followed.
  await page.mouse.move(center.x, center.y);
  await page.mouse.wheel(0, -5);
  await wait(200);
  const { top } = await position();
  await page.evaluate(() => document.querySelector('.answer')!.append(document.createElement('hr')));
  await frames();
  expect((await position()).top).toBe(top);
});

test('nothing is followed any more ten seconds after the end, until the reader jumps there', async () => {
  await open(INNER, '#scroller');
  await ask('#list');
  await append(LINES);
  await page.evaluate(() => window.end());
  await page.evaluate(() => window.typed.finished);
  await frames();
  const image = async (isFollowed: boolean): Promise<void> => {
    await page.evaluate(async () => {
      const image = new Image();
      image.src = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="50" height="400"/>')}`;
      image.style.display = 'block';
      document.querySelector('.answer')!.append(image);
      await image.decode();
      dispatchEvent(new Event('resize'));
    });
    await frames();
    expect((await position()).distance <= 1).toBe(isFollowed);
    expect(await page.evaluate(() => window.inSight.at(-1))).toBe(isFollowed);
  };
  await image(true);
  await page.evaluate(() => {
    const now = performance.now.bind(performance);
    let later = 0;
    performance.now = () => now() + later;
    window.wait = () => void (later += 11_000);
    window.wait();
  });
  await image(false);
  await page.evaluate(() => window.typed.scrollToEnd());
  await frames();
  await image(true);
  await page.evaluate(() => window.wait());
  await image(false);
});

test('a composer that grows under the scroller does not hide the end', async () => {
  await open(INNER, '#scroller');
  await ask('#list');
  await append(LINES);
  await expectFollowed();
  await page.evaluate(() => (document.getElementById('scroller')!.style.height = '180px'));
  await frames();
  expect((await position()).distance).toBeLessThanOrEqual(1);
});

test('an answer that is its own scroller is followed', async () => {
  await open('<div id="list"></div><style>.answer { height: 200px; overflow: auto }</style>', 'html');
  await ask('#list');
  await page.evaluate(() => (window.scroller = document.querySelector('.answer')!));
  await append(LINES);
  await expectFollowed();
});

describe('a page that is not at its end', () => {
  const BELOW = '<p>Below.</p>'.repeat(100);
  test.each([
    [
      'a box that is fixed',
      '<div id="list" style="position: fixed; bottom: 0; height: 9em; overflow: auto">',
      true,
    ],
    ['a modal dialog', '<dialog id="list">', true],
    ['a popover', '<div popover id="list" style="height: 9em; overflow: auto">', true],
    ['the middle of the page', '<div id="list">', false],
  ])('stays where it is while an answer arrives in %s', async (_, tag, isScroller) => {
    await open(`${tag}</${/\w+/.exec(tag)![0]}>${BELOW}`, 'html', 1e6);
    await page.evaluate(() => {
      const list = document.getElementById('list')!;
      if (list instanceof HTMLDialogElement) list.showModal();
      else if (list.popover) list.showPopover();
    });
    await ask('#list');
    await append('A line.\n');
    await frames();
    await append(LINES);
    await wait(100);
    expect((await position()).top).toBe(0);
    if (isScroller) {
      await page.evaluate(() => (window.scroller = document.getElementById('list')!));
      await expectFollowed();
    }
  });
});

test('an answer waits from where the reader begins to select some of it until that is no longer selected', async () => {
  await open(INNER, '#scroller');
  await ask('#list');
  await append(LINES);
  await expectFollowed();
  await page.evaluate(() => window.grow());
  await wait(100);
  await page.mouse.move(10, 150);
  await page.mouse.down();
  await frames();
  const { top } = await position();
  const expectUnmoved = async (): Promise<void> => {
    await wait(300);
    expect((await position()).top).toBe(top);
  };
  await expectUnmoved();
  await page.mouse.move(100, 190, { steps: 4 });
  await expectUnmoved();
  await page.mouse.up();
  // It is copied by a menu or by keys.
  await expectUnmoved();
  expect(await page.evaluate(() => String(getSelection()).length)).toBeGreaterThan(20);
  await page.mouse.click(300, 400);
  await page.mouse.click(100, 100);
  await page.evaluate(() => window.rest());
  await expectFollowed();
});

test('a context menu, which hides that its button is released, holds no answer', async () => {
  await open(INNER, '#scroller');
  await ask('#list');
  await append(LINES);
  await expectFollowed();
  await page.mouse.click(center.x, center.y);
  await page.mouse.down({ button: 'right' });
  await wait(200);
  await expectFollowed();
});

test('a reader who goes back to the end, or has a button do it, is followed though something is selected', async () => {
  await open(INNER, '#scroller');
  await ask('#list');
  await append(LINES);
  await expectFollowed();
  await page.mouse.dblclick(15, 150);
  await append(LINES);
  await wait(200);
  expect((await position()).distance).toBeGreaterThan(900);
  await page.evaluate(() => window.typed.scrollToEnd());
  await expectFollowed();
  await page.mouse.dblclick(15, 150);
  await append(LINES);
  await wait(200);
  await page.mouse.wheel(0, 100_000);
  await expectFollowed();
  expect(await page.evaluate(() => getSelection()!.isCollapsed)).toBe(false);
});

test.each(['instant', 'smooth'] as const)(
  'an answer that the page itself scrolls to is followed, though the reader had scrolled up: %s',
  async (behavior) => {
    await open(INNER, '#scroller');
    await ask('#list');
    await append(LINES);
    await expectFollowed();
    await page.evaluate(() => window.end());
    await page.evaluate(() => window.typed.finished);
    await page.mouse.move(center.x, center.y);
    await page.mouse.wheel(0, -400);
    await expect.poll(async () => (await position()).distance).toBe(400);
    await ask('#list');
    await page.evaluate((behavior) => {
      window.scroller.scrollTo({ top: 1e6, behavior });
      window.grow();
    }, behavior);
    await wait(1500);
    expect((await position()).distance).toBeLessThanOrEqual(21);
    await page.evaluate(() => window.rest());
    await expectFollowed();
  },
);

test('an image far above that loads late does not push the end out of sight, where the browser does not see to it', async () => {
  await open(`<style>.scroller { overflow-anchor: none }</style>${INNER}`, '#scroller');
  await ask('#list');
  await append(LINES);
  await expectFollowed();
  await page.evaluate(() => window.end());
  await page.evaluate(() => window.typed.finished);
  await page.evaluate(() => {
    const image = new Image();
    image.src = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="50" height="400"/>')}`;
    window.scroller.prepend(image);
  });
  await expect.poll(() => page.evaluate(() => document.querySelector('img')!.naturalHeight)).toBe(400);
  await frames();
  expect((await position()).distance).toBeLessThanOrEqual(1);
});

test('the End key catches up with an answer that grows', async () => {
  await open(INNER, '#scroller');
  await ask('#list');
  await append(LINES);
  await page.evaluate(() => {
    window.scroller.setAttribute('tabindex', '0');
    (window.scroller as HTMLElement).focus();
    window.grow();
  });
  await page.keyboard.press('PageUp');
  await expectNotScrolled();
  await page.keyboard.press('End');
  await wait(500);
  await page.evaluate(() => window.rest());
  await expectFollowed();
});

test('content that the reader opens stays visible', async () => {
  await open(INNER, '#scroller');
  await page.evaluate((thoughts) => {
    document.getElementById('list')!.innerHTML = `<details><summary>Thoughts</summary>${thoughts}</details>`;
    window.scroller.scrollTop = 1e6;
  }, HISTORY);
  await ask('#list');
  await append('A line.\n');
  await expect.poll(async () => (await position()).distance).toBeLessThanOrEqual(1);
  await page.evaluate(() => window.grow());
  await page.locator('summary').click();
  await expectNotScrolled();
});

test('buttons that are added after the answer are visible', async () => {
  await open(INNER, '#scroller');
  await ask('#list');
  await append(LINES);
  await page.evaluate(() => window.end());
  await page.evaluate(() => window.typed.finished);
  await page.evaluate(() =>
    document
      .getElementById('list')!
      .insertAdjacentHTML('beforeend', '<button style="height: 99px">Copy</button>'),
  );
  await expect.poll(async () => (await position()).distance).toBeLessThanOrEqual(1);
});

test('the end of an answer that becomes its own scroller at once stays visible', async () => {
  await open(`<style>.answer { max-height: 200px; overflow: auto }</style>${INNER}`, '#scroller');
  await ask('#list');
  await append(LINES);
  await expect
    .poll(() => page.evaluate(() => document.querySelector('.answer')!.scrollTop))
    .toBeGreaterThan(900);
  expect((await position()).distance).toBeLessThanOrEqual(1);
});
