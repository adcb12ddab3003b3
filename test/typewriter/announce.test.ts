import { afterEach, describe, expect, inject, onTestFinished, test } from 'vitest';
import { markdown } from '../../src/typewriter/views/markdown/index.ts';
import { typewriter, type TypewriterOptions, type View } from '../../src/typewriter.ts';

const made: Element[] = [];
const observers: MutationObserver[] = [];
afterEach(() => {
  for (const observer of observers.splice(0)) observer.disconnect();
  for (const element of [...made.splice(0), ...regions()]) element.remove();
});

function add(parent: Element = document.body, tag = 'div'): HTMLElement {
  const element = document.createElement(tag);
  parent.append(element);
  made.push(element);
  return element;
}

function source(): { readonly chunks: ReadableStream<string>; put(text: string): void; end(): void } {
  let to: ReadableStreamDefaultController<string>;
  const chunks = new ReadableStream<string>({ start: (controller) => void (to = controller) });
  return { chunks, put: (text) => to.enqueue(text), end: () => to.close() };
}

const regions = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[aria-live=polite]')];
const FAST: TypewriterOptions = { speed: 1e6, reducedMotion: 'ignore' };

/** What the live regions say from now on, with the time. */
function listen(): { readonly said: string[]; readonly times: number[] } {
  const heard = { said: [] as string[], times: [] as number[] };
  const observer = new MutationObserver((records) => {
    for (const { target, addedNodes } of records) {
      if (!(target as Element).matches?.('[aria-live=polite]') || !addedNodes.length) continue;
      heard.said.push(addedNodes[0]!.textContent!);
      heard.times.push(performance.now());
    }
  });
  observer.observe(document.body, { childList: true, subtree: true });
  observers.push(observer);
  return heard;
}

describe('a screen reader', () => {
  test('hears all sentences whole, at intervals', async () => {
    const { said } = listen();
    const { chunks, put, end } = source();
    const typed = typewriter(chunks, add(), FAST);
    for (const piece of ['It is mi', 'ld. The sk', 'y is', ' clear. And']) put(piece);
    await expect.poll(() => said, { timeout: 4000 }).toEqual(['It is mild. The sky is clear.']);
    put(' dry');
    end();
    await typed.finished;
    await expect.poll(() => said).toEqual(['It is mild. The sky is clear.', 'And dry']);
  });

  test.runIf(inject('isWhole'))(
    'hears the last sentence while nothing more comes, as while a tool runs',
    async () => {
      const { said } = listen();
      const { chunks, put } = source();
      const typed = typewriter(chunks, add(), FAST);
      put('Let me look that up.');
      await expect.poll(() => said, { timeout: 5000 }).toEqual(['Let me look that up.']);
      put(' It costs 3.');
      await new Promise((resolve) => setTimeout(resolve, 1000));
      put('50 in');
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(said).toHaveLength(1);
      typed.cancel();
    },
  );

  test('hears an answer that is there at once: the region is in the page before its words', async () => {
    let inserted = 0;
    const { said, times } = listen();
    const observer = new MutationObserver(() => (inserted ||= regions().length && performance.now()));
    observer.observe(document.body, { childList: true });
    observers.push(observer);
    await typewriter('Done.', add(), { ...FAST, reducedMotion: 'respect' }).finished;
    await expect.poll(() => said.map((words) => words.trim())).toEqual(['Done.']);
    expect(times[0]! - inserted).toBeGreaterThan(140);
  });

  test('hears an answer that is moved into a dialog: the region is there before the next words', async () => {
    const { said, times } = listen();
    const element = add();
    const { chunks, put, end } = source();
    typewriter(chunks, element, FAST);
    put('One. Two. Three.');
    const dialog = add(document.body, 'dialog') as HTMLDialogElement;
    dialog.showModal();
    dialog.append(element);
    let moved = 0;
    const observer = new MutationObserver(() => (moved ||= performance.now()));
    observer.observe(dialog, { childList: true });
    observers.push(observer);
    end();
    await expect.poll(() => said).toEqual(['One. Two. Three.']);
    expect(times[0]! - moved).toBeGreaterThan(140);
    expect(dialog.querySelector('[aria-live=polite]')!.textContent).toBe('One. Two. Three.');
  });

  test.each([undefined, markdown()])(
    'hears an answer once that another component goes on with, or shows again, as virtual lists do: %#',
    async (view) => {
      const { said } = listen();
      const { chunks, put, end } = source();
      const first = typewriter(chunks, add(), { ...FAST, view });
      put('# Tea\n\n- One.\n- Two.\n\nA *pot*. A cup. A');
      await expect.poll(() => said.join(' '), { timeout: 5000 }).toContain('A cup.');
      const before = said.length;
      first.detach();
      const second = typewriter(chunks, add(), { ...FAST, view });
      put(' spoon.');
      end();
      await second.finished;
      await expect.poll(() => said.slice(before)).toEqual(['A spoon.']);
      second.cancel();
    },
  );

  test('hears an answer once that is shown again after its end', async () => {
    const { said } = listen();
    const answer = {
      state: 'closed',
      getSnapshot: () => ({ text: 'One. Two.' }),
      text: (async function* () {})(),
      close: () => {},
      subscribe: () => () => {},
    };
    for (let count = 0; count < 3; count++) {
      const typed = typewriter(answer, add(), FAST);
      await typed.finished;
      await new Promise((resolve) => setTimeout(resolve, 400));
      typed.cancel();
    }
    expect(said).toEqual(['One. Two.']);
  });

  test('hears nothing of an answer that the page hides from it', async () => {
    const { said } = listen();
    for (const [name, value] of [
      ['inert', ''],
      ['hidden', 'until-found'],
      ['aria-hidden', 'true'],
    ] as const) {
      const box = add();
      box.setAttribute(name, value);
      await typewriter('Hidden.', add(box), FAST).finished;
    }
    const details = add(document.body, 'details');
    await typewriter('Folded.', add(add(details)), FAST).finished;
    await typewriter('Summary.', add(details, 'summary'), FAST).finished;
    // Such as a component that its framework keeps, outside the page.
    await typewriter('Elsewhere.', document.createElement('div'), FAST).finished;
    await typewriter('Shown.', add(), FAST).finished;
    await expect.poll(() => said).toEqual(['Summary.', 'Shown.']);
  });

  test('hears what came while the page was hidden when it is back', async () => {
    const { said } = listen();
    let hidden = true;
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    onTestFinished(() => void Reflect.deleteProperty(document, 'hidden'));
    await typewriter('It is mild.', add(), FAST).finished;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(said).toEqual([]);
    hidden = false;
    await expect.poll(() => said).toEqual(['It is mild.']);
  });

  test('hears the same words twice, though some speak only changed text', async () => {
    const { said } = listen();
    for (let count = 0; count < 3; count++) await typewriter('Done.', add(), FAST).finished;
    await expect.poll(() => said.map((words) => words.trim())).toEqual(['Done.', 'Done.', 'Done.']);
    expect(said[0]).not.toBe(said[1]);
    expect(said[1]).not.toBe(said[2]);
  });

  test('hears plain text unchanged, also characters that look like markup', async () => {
    const text = 'If 5 > 3 and 2 * 3 = 6, use C# with user_name, `x|y`, ~10 %, [a](b) and #1.';
    const { said } = listen();
    await typewriter(text, add(), FAST).finished;
    await expect.poll(() => said).toEqual([text]);
  });

  test('hears the words of a view that has takeWords', async () => {
    const { said } = listen();
    const own = (element: HTMLElement): View => {
      let words = '';
      return {
        append(text) {
          element.append(text);
          words += text.replace('**', '');
        },
        takeWords: () => {
          const complete = words;
          words = '';
          return { complete, arriving: '' };
        },
      };
    };
    await typewriter('It is **mild.', add(), { ...FAST, view: own }).finished;
    await expect.poll(() => said).toEqual(['It is mild.']);
  });

  test('hears a long answer that arrived at once, whole, within a few seconds, in short pieces', async () => {
    const { said, times } = listen();
    const text = Array.from({ length: 1200 }, (_, at) => `This is sentence ${at}.`).join(' ');
    await typewriter(text, add(), FAST).finished;
    const finished = performance.now();
    await expect.poll(() => said.at(-1), { timeout: 8000 }).toContain('sentence 1199.');
    expect(said.join(' ')).toBe(text);
    expect(Math.max(...said.map(({ length }) => length))).toBeLessThanOrEqual(500);
    expect(times.at(-1)! - finished).toBeLessThan(5000);
  });

  test('hears one answer after the other', async () => {
    const { said } = listen();
    const first = source();
    const second = source();
    typewriter(first.chunks, add(), FAST);
    first.put('First one. First two. ');
    await expect.poll(() => said, { timeout: 4000 }).toEqual(['First one.']);
    typewriter(second.chunks, add(), FAST);
    second.put('Second one. Second two.');
    second.end();
    first.put('First three. ');
    await new Promise((resolve) => setTimeout(resolve, 2000));
    first.end();
    await expect
      .poll(() => said.join(' '), { timeout: 4000 })
      .toMatch(/First three\. Second one\. Second two\.$/);
  });

  test.runIf(inject('isWhole'))(
    'hears an answer though another, which is in the page no longer, goes on',
    async () => {
      const { said } = listen();
      const [first, second] = [source(), source()];
      const element = add();
      const gone = typewriter(first.chunks, element, FAST);
      first.put('First one. ');
      await expect.poll(() => said, { timeout: 4000 }).toEqual(['First one.']);
      element.remove();
      first.put('First two. ');
      typewriter(second.chunks, add(), FAST);
      second.put('Second one.');
      second.end();
      await expect.poll(() => said, { timeout: 5000 }).toEqual(['First one.', 'Second one.']);
      gone.cancel();
    },
  );

  test.each(['cancel', 'detach'] as const)('hears nothing more after %s', async (how) => {
    const { said } = listen();
    const { chunks, put } = source();
    const typed = typewriter(chunks, add(), FAST);
    put('One. Two. Three.');
    await new Promise((resolve) => setTimeout(resolve, 100));
    typed[how]();
    expect(regions()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(said).toEqual([]);
  });

  test('hears nothing with announce off', () => {
    typewriter('x', add(), { announce: 'off' });
    expect(regions()).toEqual([]);
  });
});

describe('the live region', () => {
  test.runIf(inject('isWhole'))(
    'is at the end of the page, visually hidden, and is removed some time after the end',
    async () => {
      const box = add();
      const element = add(box);
      typewriter('One.', element, FAST);
      expect([...box.children]).toEqual([element]);
      const [region] = regions();
      expect(region!.parentElement).toBe(document.body);
      expect(region!.getBoundingClientRect().width).toBe(1);
      expect(document.documentElement.scrollHeight).toBeLessThan(innerHeight + 500);
      await expect.poll(() => regions(), { timeout: 9000 }).toEqual([]);
    },
  );

  test('is within the modal dialog that the answer is in, also through a shadow root', () => {
    const dialog = add(document.body, 'dialog') as HTMLDialogElement;
    dialog.showModal();
    const root = add(dialog).attachShadow({ mode: 'open' });
    const element = document.createElement('div');
    root.append(element);
    const typed = typewriter('One.', element, FAST);
    expect(regions()[0]!.parentElement).toBe(dialog);
    typed.cancel();
  });

  test('has the language of the page where that is translated', () => {
    document.documentElement.lang = 'en';
    onTestFinished(() => document.documentElement.removeAttribute('lang'));
    void typewriter(source().chunks, add());
    expect(regions()[0]!.hasAttribute('lang')).toBe(false);
  });

  test('has the language of the answer', () => {
    const box = add();
    box.lang = 'ja';
    const typed = typewriter('四分。', add(box), FAST);
    expect(regions()[0]!.lang).toBe('ja');
    typed.cancel();
  });
});

test.runIf(inject('isWhole'))(
  'a paragraph of markdown is spoken while its only line arrives, and not again where a page translates it',
  async () => {
    const { said } = listen();
    const { chunks, put, end } = source();
    const element = add();
    const typed = typewriter(chunks, element, { ...FAST, view: markdown() });
    const translate = () => {
      element.querySelector('p')!.textContent = 'Es ist mild. Der Himmel ist klar. Und';
    };
    put('It is **mild**. The sky is clear. And');
    await expect.poll(() => said, { timeout: 4000 }).toEqual(['It is mild. The sky is clear.']);
    for (let count = 0; count < 2; count++) {
      translate();
      put(' dry.');
      // The announcer reads what is shown at some time after text has come.
      const timer = setInterval(translate, 50);
      await new Promise((resolve) => setTimeout(resolve, 1800));
      clearInterval(timer);
    }
    end();
    await typed.finished;
    await expect.poll(() => said).toEqual(['It is mild. The sky is clear.', 'And dry. dry.']);
  },
);

test('markdown is spoken', async () => {
  const { said } = listen();
  const typed = typewriter('Plain.', add(), { ...FAST, view: markdown() });
  await typed.finished;
  await expect.poll(() => said).toEqual(['Plain.']);
});
