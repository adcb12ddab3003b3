import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { collectsGarbage, leaks } from '../leaks.ts';
import { markdown } from '../../src/typewriter/views/markdown/index.ts';
import { typewriter, type TypewriterOptions } from '../../src/typewriter.ts';

const made: Element[] = [];
afterEach(() => {
  for (const element of made.splice(0)) element.remove();
});

function add(parent: Element = document.body, tag = 'div'): HTMLElement {
  const element = document.createElement(tag);
  parent.append(element);
  made.push(element);
  return element;
}

/** A source that gives what the test puts in. */
function source(): { readonly chunks: ReadableStream<string>; put(text: string): void; end(): void } {
  let to: ReadableStreamDefaultController<string>;
  const chunks = new ReadableStream<string>({ start: (controller) => void (to = controller) });
  return { chunks, put: (text) => to.enqueue(text), end: () => to.close() };
}

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
const lines = (count: number): string => 'A line.\n'.repeat(count);

test.skipIf(!collectsGarbage)(
  'nothing is left of answers that were followed at once, and removed',
  async () => {
    const left = await leaks(async () => {
      const finished = ['one', 'two', 'three'].map(async (text) => {
        const element = add();
        await typewriter(text, element, { follow: true, onEndInSight: () => element, announce: 'off' })
          .finished;
        return element;
      });
      const elements = await Promise.all(finished);
      made.length = 0;
      for (const element of elements) element.remove();
      return Object.fromEntries(elements.entries());
    });
    expect(left).toEqual([]);
  },
);

describe('follow', () => {
  function start(options: TypewriterOptions = { follow: true }) {
    const scroller = add();
    scroller.style.cssText = 'height: 100px; overflow-y: auto';
    const element = add(scroller);
    const { chunks, put, end } = source();
    const typed = typewriter(chunks, element, { ...options, reducedMotion: 'ignore', speed: 1e6 });
    const distance = (): number => scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop;
    const show = async (count: number): Promise<void> => {
      const before = element.textContent?.length ?? 0;
      put(lines(count));
      await expect.poll(() => element.textContent?.length).toBe(before + lines(count).length);
      await frame();
    };
    return { scroller, show, distance, put, end, typed };
  }

  test('keeps the end in sight', async () => {
    const { show, distance, scroller } = start();
    await show(50);
    expect(scroller.scrollTop).toBeGreaterThan(500);
    expect(distance()).toBeLessThanOrEqual(1);
    await show(50);
    expect(distance()).toBeLessThanOrEqual(1);
  });

  test('lets the reader scroll up, and follows again when they come back', async () => {
    const { show, distance, scroller } = start();
    await show(50);
    scroller.scrollTop = 100;
    await frame();
    await show(50);
    // Some engines round to the pixels of the screen.
    expect(Math.abs(scroller.scrollTop - 100)).toBeLessThan(1);
    scroller.scrollTop = scroller.scrollHeight;
    await frame();
    await show(50);
    expect(distance()).toBeLessThanOrEqual(1);
  });

  test('does not scroll without the option', async () => {
    const { show, scroller } = start({});
    await show(50);
    expect(scroller.scrollTop).toBe(0);
  });
});

test('a frame of the page, whose window is another, is typed into', async () => {
  const frame = add(document.body, 'iframe') as HTMLIFrameElement;
  const { body } = frame.contentDocument!;
  body.innerHTML = '<div></div>';
  const element = body.querySelector('div')!;
  await typewriter('# Hello', element, { view: markdown(), speed: 1e6, follow: true }).finished;
  // WebKit ends blocks with empty lines.
  expect(element.innerText.trim()).toBe('Hello');
  expect(frame.contentWindow!.getComputedStyle(element).lineHeight).not.toBe('normal');
  // A document without a window, too.
  const parsed = new DOMParser().parseFromString('<p></p>', 'text/html').querySelector('p')!;
  await typewriter('Hello', parsed, { speed: 1e6, announce: 'off' }).finished;
  expect(parsed.textContent).toBe('Hello');
});

test('a frame that is removed while an answer in it is followed leaves no errors in the page', async () => {
  const errors: unknown[] = [];
  const listener = (event: ErrorEvent): void => void errors.push(event.message);
  addEventListener('error', listener);
  onTestFinished(() => removeEventListener('error', listener));
  const holder = add(document.body, 'iframe') as HTMLIFrameElement;
  const element = holder.contentDocument!.body.appendChild(holder.contentDocument!.createElement('div'));
  const { chunks, put } = source();
  const typed = typewriter(chunks, element, { speed: 1e6, follow: true });
  put(lines(50));
  await expect.poll(() => element.textContent).toHaveLength(lines(50).length);
  holder.remove();
  for (let count = 0; count < 5; count++) await frame();
  expect(errors).toEqual([]);
  typed.cancel();
});

describe('the caret', () => {
  /** The elements that a caret stands in. */
  const carets = (element: Element): string[] =>
    [...element.querySelectorAll('*')]
      .filter((inner) => getComputedStyle(inner, '::after').content !== 'none')
      .map(({ textContent }) => textContent ?? '');

  test('is after the last letter while the text is typed, and is removed at the end', async () => {
    const element = add();
    const { chunks, put, end } = source();
    const typed = typewriter(chunks, element, { speed: 1e6, reducedMotion: 'ignore' });
    put('One\nTwo');
    await expect.poll(() => carets(element)).toEqual(['Two']);
    expect(element.textContent).toBe('One\nTwo');
    end();
    await typed.finished;
    expect(carets(element)).toEqual([]);
  });

  test.each([
    ['One **two', 'One two'],
    ['Use `let a', 'Use let a'],
    ['# Head', 'Head'],
    ['- one\n- two\n  - three', 'three'],
    ['- one\n- two', 'two'],
    ['> quote', 'quote'],
    ['```\ncode', 'code'],
  ])('is at the end of %j', async (text, last) => {
    const element = add();
    const { chunks, put } = source();
    typewriter(chunks, element, { view: markdown(), speed: 1e6, reducedMotion: 'ignore' });
    put(`Before.\n\n- a\n- b\n\n${text}`);
    await expect.poll(() => carets(element)).toEqual([last]);
  });

  test.each(['- ', '> ', '1. '])('is shown once, however deep the blocks are: %j', async (marker) => {
    const element = add();
    const { chunks, put } = source();
    typewriter(chunks, element, { view: markdown(), speed: 1e6, reducedMotion: 'ignore' });
    for (let depth = 0; depth < 12; depth++) {
      // The last letter waits for what may join it.
      put(
        `${marker === '> ' ? '> '.repeat(depth) : ' '.repeat(depth * marker.length)}${marker}word ${depth} .`,
      );
      await expect.poll(() => element.textContent).toContain(`word ${depth}`);
      await frame();
      expect(carets(element)).toEqual([expect.stringContaining(`word ${depth}`)]);
      put('\n');
    }
    put('\nAfter.');
    await expect.poll(() => carets(element)).toEqual(['After.']);
    expect(element.querySelectorAll('[data-teleprinter-caret]')).toHaveLength(1);
  });

  test('is not shown with caret: false', async () => {
    const element = add();
    const { chunks, put } = source();
    typewriter(chunks, element, { caret: false, speed: 1e6, reducedMotion: 'ignore' });
    put('One');
    await expect.poll(() => element.textContent).toContain('O');
    expect(carets(element)).toEqual([]);
  });
});

test('the option lag is honoured', async () => {
  const shown = async (lag: number): Promise<number> => {
    const element = add();
    const { chunks, put } = source();
    typewriter(chunks, element, { lag, reducedMotion: 'ignore' });
    put('x'.repeat(10_000));
    for (let count = 0; count < 12; count++) await frame();
    return element.textContent?.length ?? 0;
  };
  const [slow, quick] = await Promise.all([shown(5000), shown(100)]);
  expect(quick).toBeGreaterThan(slow * 3);
});

describe('text', () => {
  test('copied from the page is exactly the answer', async () => {
    const element = add();
    const answer = 'One  two\n\n  three\nשלום עולם\n豆腐 👩‍👩‍👧‍👦\nlast';
    await typewriter(answer, element, { speed: 1e6, announce: 'off' }).finished;
    const selection = getSelection()!;
    selection.selectAllChildren(element);
    expect(String(selection).replaceAll('\r', '')).toBe(answer);
    selection.removeAllRanges();
  });

  test.each([
    ['plain', undefined],
    ['markdown', markdown()],
  ])('from right to left is aligned right, next to lines from left to right: %s', async (_, view) => {
    const element = add();
    await typewriter('Hello\n\nשלום עולם\n\n- שלום', element, { speed: 1e6, view, announce: 'off' }).finished;
    const directionOf = (text: string): string => {
      const block = [...element.querySelectorAll('[dir]')].find(({ textContent }) =>
        textContent?.includes(text),
      )!;
      return getComputedStyle(block).direction;
    };
    expect([directionOf('Hello'), directionOf('שלום עולם')]).toEqual(['ltr', 'rtl']);
  });
});

test('an answer restored after a reload is shown at once, and the rest is typed', async () => {
  const element = add();
  let state = 'connecting';
  const { chunks, put, end } = source();
  const text = {
    async *[Symbol.asyncIterator]() {
      const reader = chunks.getReader();
      for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
    },
  };
  const stream = {
    text,
    close() {},
    get state() {
      return state;
    },
  };
  const typed = typewriter(stream, element, { speed: 10, reducedMotion: 'ignore' });
  put('x'.repeat(500));
  await expect.poll(() => element.textContent?.length).toBe(500);
  state = 'open';
  put('y'.repeat(50));
  await frame();
  await frame();
  expect(element.textContent?.length).toBeLessThan(520);
  end();
  typed.finish();
  await expect.poll(() => element.textContent?.length).toBe(550);
});
