/** What a view and the callbacks of a page may do in the middle of a frame: control the typewriter, or throw. */
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { stream } from '../../src/core.ts';
import { typewriter, type Typewriter, type View } from '../../src/typewriter.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, sse } from '../server/script.ts';

const made: Element[] = [];
afterEach(() => {
  for (const element of made.splice(0)) element.remove();
});

function add(parent: Element = document.body): HTMLElement {
  const element = document.createElement('div');
  parent.append(element);
  made.push(element);
  return element;
}

const wait = (delay: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delay));

/** Everything that is reported from now on. */
function reports(): unknown[] {
  const errors: unknown[] = [];
  const report = vi.spyOn(globalThis, 'reportError').mockImplementation((error) => void errors.push(error));
  onTestFinished(() => report.mockRestore());
  return errors;
}

/** Types a text, and runs a step in the frame that shows its end. */
function typeAndRun(at: 'append' | 'end', step: (typed: Typewriter) => void) {
  const element = add();
  const view = (root: HTMLElement): View => ({
    append(text) {
      root.append(text);
      if (at === 'append' && root.textContent.endsWith('.')) step(typed);
    },
    end() {
      if (at === 'end') step(typed);
    },
  });
  const typed: Typewriter = typewriter('Boil fresh water.', element, { view, speed: 200 });
  return { element, typed };
}

describe('a view', () => {
  test('that finishes the typewriter shows everything once', async () => {
    const element = add();
    const view = (root: HTMLElement): View => ({
      append(text) {
        root.append(text);
        typed.finish();
      },
    });
    const typed: Typewriter = typewriter('Boil fresh water.', element, { view, speed: 50 });
    await typed.finished;
    expect(element.textContent).toBe('Boil fresh water.');
  });

  test.each(['append', 'end'] as const)(
    'that cancels it with the last text, in %s, is obeyed',
    async (at) => {
      const regions = document.getElementsByClassName('teleprinter-announcer');
      const before = regions.length;
      const { element, typed } = typeAndRun(at, ({ cancel }) => cancel());
      await expect(typed.finished).rejects.toMatchObject({ name: 'AbortError' });
      // The live region speaks after a second and a half.
      await wait(1700);
      expect(typed.playState).toBe('idle');
      expect(element.getAttribute('data-teleprinter')).toBe('idle');
      expect(regions.length).toBeLessThanOrEqual(before);
    },
  );

  test('that pauses it with the last text is obeyed', async () => {
    const { element, typed } = typeAndRun('append', ({ pause }) => pause());
    await expect.poll(() => element.textContent).toBe('Boil fresh water.');
    await wait(50);
    expect(typed.playState).toBe('paused');
    expect(element.getAttribute('aria-busy')).toBe('true');
    typed.play();
    await typed.finished;
    expect(element.textContent).toBe('Boil fresh water.');
  });

  test('whose takeWords throws is replaced by text, and the answer ends', async () => {
    const errors = reports();
    const element = add();
    const view = (root: HTMLElement): View => ({
      append: (text) => root.append(text),
      takeWords() {
        throw new Error('no');
      },
    });
    const typed = typewriter('Boil fresh water.', element, { view });
    await typed.finished;
    expect(typed.playState).toBe('finished');
    expect(element.textContent).toBe('Boil fresh water.');
    expect(errors).toEqual([new Error('no')]);
    typed.cancel();
  });
});

test.each(['the element', 'its parent'])(
  'an onEndInSight that throws is reported, and the answer goes on, where %s scrolls',
  async (which) => {
    const errors: string[] = [];
    const onError = (event: ErrorEvent): void => {
      event.preventDefault();
      errors.push(event.message);
    };
    addEventListener('error', onError);
    onTestFinished(() => removeEventListener('error', onError));
    const parent = add();
    const element = add(parent);
    const scroller = which === 'the element' ? element : parent;
    scroller.style.cssText = 'height: 40px; overflow-y: auto';
    const typed = typewriter('A line.\n'.repeat(40), element, {
      follow: true,
      onEndInSight() {
        throw new Error('no');
      },
    });
    await typed.finished;
    expect(element.textContent).toBe('A line.\n'.repeat(40));
    expect(errors[0]).toContain('no');
    typed.cancel();
  },
);

test.each(['onEvent', 'onPart', 'onText', 'on'] as const)(
  'a typewriter that begins in %s shows every word once',
  async (name) => {
    const server = await serve([sse('Boil '), sse('fresh '), sse('water.'), endEvent, end]);
    const element = add();
    let typed: Typewriter | undefined;
    const begin = (): void => void (typed ??= typewriter(answer, element, { announce: 'off' }));
    const options = name === 'on' ? {} : { [name]: begin };
    const answer = stream(server.url, { body: 'x', end: 'end', onText: () => {}, ...options });
    if (name === 'on') answer.on('message', begin);
    await answer.result;
    await typed!.finished;
    expect(element.textContent).toBe('Boil fresh water.');
  },
);

const iteratorWith = (close: () => Promise<never>): AsyncIterable<string> => ({
  [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}), return: close }),
});

test.each<[string, () => ReadableStream<string> | AsyncIterable<string>]>([
  ['a stream that has failed', () => new ReadableStream({ start: (to) => to.error(new Error('gone')) })],
  ['an iterator that cannot be closed', () => iteratorWith(() => Promise.reject(new Error('no')))],
  [
    'an iterator whose return throws',
    () =>
      iteratorWith(() => {
        throw new Error('no');
      }),
  ],
])('%s is cancelled without an unhandled rejection', async (_, create) => {
  const unhandled = vi.fn((event: Event) => event.preventDefault());
  addEventListener('unhandledrejection', unhandled);
  onTestFinished(() => removeEventListener('unhandledrejection', unhandled));
  const typed = typewriter(create(), add());
  expect(() => typed.cancel()).not.toThrow();
  await expect(typed.finished).rejects.toMatchObject({ name: 'AbortError' });
  await wait(50);
  expect(unhandled).not.toHaveBeenCalled();
});
