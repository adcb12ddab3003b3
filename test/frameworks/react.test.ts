/** Runs with React 19 and, as the project `browser-react-18`, with React 18.3. */
import * as React from 'react';
import {
  Component,
  createElement,
  startTransition,
  StrictMode,
  Suspense,
  useEffect,
  useState,
  version,
  type ReactElement,
  type ReactNode,
} from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, describe, expect, inject, test } from 'vitest';
import { createConversation, openaiMessages, type Conversation } from '../../src/conversation.ts';
import { OptionsError } from '../../src/index.ts';
import { markdown } from '../../src/markdown.ts';
import { Typewriter, useConversation, useStream, type UseStream } from '../../src/react.ts';
import { serve } from '../server/client.ts';
import { end, gate, head, write } from '../server/script.ts';
import { chunk, complaints, DONE, halves, pieces, root, shown, wordsOf, type Answer } from './answers.ts';

let react: Root | undefined;
afterEach(() => {
  react?.unmount();
  react = undefined;
  expect(complaints).toEqual([]);
});

function render(element: ReactNode): void {
  react ??= createRoot(root);
  react.render(element);
}
const strictly = (element: ReactNode): void => render(createElement(StrictMode, {}, element));

/** What a test can access of its component. */
interface Handle extends UseStream<readonly string[]> {
  renders: number;
  show(isShown: boolean): void;
}
const createHandle = (): Handle => ({ renders: 0 }) as Handle;

/** An answer, as text and in a typewriter. */
function Chat({
  url,
  handle,
  children,
}: {
  url: string;
  handle: Handle;
  children?: ReactNode;
}): ReactElement {
  const answer = useStream(url);
  Object.assign(handle, answer);
  handle.renders++;
  return createElement(
    'div',
    {},
    createElement('p', { id: 'text' }, answer.text),
    createElement('p', { id: 'state' }, answer.outcome ?? answer.state),
    createElement(Typewriter, {
      source: answer.stream,
      as: 'section',
      id: 'answer',
      speed: 1e6,
      caret: false,
    }),
    children,
  );
}

/** A component that a test shows and hides. */
function Switch({ handle, children }: { handle: Handle; children?: ReactNode }): ReactNode {
  const [isShown, show] = useState(true);
  handle.show = show;
  return isShown ? children : null;
}

function mount(url: string): Handle {
  const handle = createHandle();
  strictly(createElement(Switch, { handle }, createElement(Chat, { url, handle })));
  return handle;
}

class Boundary extends Component<{ children: ReactNode }> {
  override state = { isBroken: false };
  static getDerivedStateFromError = (): object => ({ isBroken: true });
  override render = (): ReactNode => (this.state.isBroken ? 'Broken' : this.props.children);
}

/** Suspends a component until `open()`, as `use` and lazy components do. */
function barrier(): { wait(): null; open(): void } {
  let isOpen = false;
  let resolve!: () => void;
  const opened = new Promise<void>((done) => (resolve = done));
  return {
    wait() {
      if (!isOpen) throw opened;
      return null;
    },
    open() {
      isOpen = true;
      resolve();
    },
  };
}

test('runs with the version of React that the project names', () => {
  expect(version.split('.')[0]).toBe(inject('react'));
});

describe('useStream', () => {
  test('sends one request at start(), under StrictMode', async () => {
    const server = await halves();
    const handle = mount(server.url);
    await expect.poll(() => shown('#state')).toBe('idle');
    expect(await server.requests()).toHaveLength(0);
    const { start } = handle;
    start();
    await expect.poll(() => shown()).toBe('One. ');
    await server.open('rest');
    await expect.poll(() => shown('#state')).toBe('complete');
    expect(shown('#text')).toBe('One. Two.');
    await expect.poll(() => shown()).toBe('One. Two.');
    expect(handle.start).toBe(start);
    expect(handle).toMatchObject({
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 2 },
      metrics: { reconnects: 0 },
    });
    expect(handle.metrics.events).toBeGreaterThan(2);
    expect(await server.requests()).toHaveLength(1);
  });

  test('closes the stream when its component unmounts in mid-answer', async () => {
    const server = await halves();
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    const source = handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    handle.show(false);
    expect((await source.result).outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test('sends no request after its component is unmounted', async () => {
    const server = await halves();
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    handle.show(false);
    await expect.poll(() => root.childNodes.length).toBe(0);
    expect((await handle.start().result).outcome).toBe('stopped');
    expect(await server.requests()).toHaveLength(0);
  });

  test('is idle again in a component that is mounted again', async () => {
    const server = await halves();
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    for (const isShown of [false, true]) {
      handle.show(isShown);
      await expect.poll(() => root.querySelector('#answer') !== null).toBe(isShown);
    }
    expect([shown('#state'), shown()]).toEqual(['idle', '']);
    await server.open('rest');
    handle.start();
    await expect.poll(() => shown()).toBe('One. Two.');
    expect(await server.requests()).toHaveLength(2);
  });

  test('stops, keeps what has arrived, and starts again', async () => {
    const server = await halves();
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    handle.stop();
    await expect.poll(() => shown('#state')).toBe('stopped');
    expect(shown('#text')).toBe('One. ');
    await server.open('rest');
    handle.start();
    await expect.poll(() => shown('#state')).toBe('complete');
    expect(await server.requests()).toHaveLength(2);
  });

  test.each(['stops in its cleanup', 'has no cleanup'])(
    'sends one request when started by an effect that %s, under StrictMode',
    async (which) => {
      const server = await halves();
      const ends: string[] = [];
      const Eager = (): ReactElement => {
        const { text, start, stop } = useStream(server.url, { onEnd: ({ outcome }) => ends.push(outcome) });
        useEffect(() => {
          start();
          return which.startsWith('stops') ? stop : undefined;
        }, [start, stop]);
        return createElement('p', { id: 'answer' }, text);
      };
      strictly(createElement(Eager));
      await expect.poll(() => shown()).toBe('One. ');
      await server.open('rest');
      await expect.poll(() => shown()).toBe('One. Two.');
      expect(await server.requests()).toHaveLength(1);
      expect(ends).toEqual(['complete']);
    },
  );

  test('starts with the options of the last render, and calls the latest callbacks', async () => {
    const server = await halves();
    const heard: string[] = [];
    let start: (() => Answer) | undefined;
    const Chat = ({ user }: { user: string }): ReactElement => {
      const answer = useStream(server.url, {
        body: { user },
        headers: { 'x-user': user },
        onText: (delta) => heard.push(`${user}: ${delta}`),
      });
      useEffect(() => void (start ??= answer.start));
      return createElement('p', { id: 'answer', title: user }, answer.text);
    };
    strictly(createElement(Chat, { user: 'Ada' }));
    await expect.poll(() => start).toBeDefined();
    strictly(createElement(Chat, { user: 'Bob' }));
    await expect.poll(() => root.querySelector('p')?.title).toBe('Bob');
    start!();
    await expect.poll(() => shown()).toBe('One. ');
    strictly(createElement(Chat, { user: 'Eve' }));
    await expect.poll(() => root.querySelector('p')?.title).toBe('Eve');
    await server.open('rest');
    await expect.poll(() => shown()).toBe('One. Two.');
    expect(heard).toEqual(['Bob: One. ', 'Eve: Two.']);
    const [request] = await server.requests();
    expect(request).toMatchObject({ body: '{"user":"Bob"}', headers: { 'x-user': 'Bob' } });
  });

  test('renders only when the selected value changes', async () => {
    const server = await pieces(40);
    let renders = 0;
    let start: (() => Answer) | undefined;
    const Badge = (): ReactElement => {
      const { selected, ...answer } = useStream(server.url, { select: ({ outcome }) => outcome });
      start = answer.start;
      renders++;
      return createElement('p', { id: 'answer' }, selected ?? 'none');
    };
    render(createElement(Badge));
    await expect.poll(() => start).toBeDefined();
    start!();
    await server.open('more');
    await expect.poll(() => shown()).toBe('complete');
    expect(renders).toBeLessThanOrEqual(4);
  });

  test('accepts a selector that returns a new object each time', async () => {
    const server = await halves();
    let start: (() => Answer) | undefined;
    const Badge = (): ReactElement => {
      const { selected, ...answer } = useStream(server.url, {
        select: ({ text, usage }) => ({ words: text.split(' ').length, usage }),
      });
      start = answer.start;
      return createElement('p', { id: 'answer' }, selected.words);
    };
    strictly(createElement(Badge));
    await expect.poll(() => start).toBeDefined();
    start!();
    await server.open('rest');
    await expect.poll(() => shown()).toBe('2');
  });

  test('renders a fast stream as often as `throttle` says, and its end at once', async () => {
    const server = await serve([
      ...Array.from({ length: 40 }, (_, at) => [write(chunk(`${at} `)), { wait: 10 }]).flat(),
      write(DONE),
      end,
    ]);
    let renders = 0;
    let answer: UseStream<readonly string[]> | undefined;
    const Slow = (): ReactElement => {
      answer = useStream(server.url, { throttle: 200 });
      renders++;
      return createElement('p', { id: 'answer' }, answer.text);
    };
    render(createElement(Slow));
    await expect.poll(() => answer).toBeDefined();
    const began = performance.now();
    const { text } = await answer!.start().result;
    await expect.poll(() => shown()).toBe(text);
    expect(text).toContain('39');
    // Idle, connecting, streaming and closed, each twice under StrictMode, and one render per 200 ms.
    expect(renders).toBeLessThanOrEqual(8 + (2 * (performance.now() - began)) / 200);
  });

  test('renders no more often when its parent renders all the time', async () => {
    const server = await serve([
      ...Array.from({ length: 40 }, (_, at) => [write(chunk(`${at} `)), { wait: 10 }]).flat(),
      write(DONE),
      end,
    ]);
    const texts = new Set<string>();
    const words = new Set<string>();
    let answer: UseStream<readonly string[]> | undefined;
    let chat: Conversation | undefined;
    const Slow = (): ReactElement => {
      const [, tick] = useState(0);
      useEffect(() => {
        const timer = setInterval(() => tick((count) => count + 1), 5);
        return () => clearInterval(timer);
      }, []);
      answer = useStream(server.url, { throttle: 200 });
      chat = useConversation({ input: server.url, request: openaiMessages(), throttle: 200 });
      texts.add(answer.text);
      words.add(wordsOf(chat));
      return createElement('p', { id: 'answer' }, answer.text);
    };
    render(createElement(Slow));
    await expect.poll(() => answer).toBeDefined();
    const began = performance.now();
    void chat!.send('Why?');
    const { text } = await answer!.start().result;
    await expect.poll(() => [shown(), wordsOf(chat!)]).toEqual([text, `Why? | ${text}`]);
    // The first render, the start, the first text, the end, a second render with each, and one per 200 ms.
    const most = 7 + (performance.now() - began) / 200;
    expect(Math.max(texts.size, words.size)).toBeLessThanOrEqual(most);
  });

  test('closes a connection that was not open when its component unmounted', async () => {
    const server = await serve([gate('never'), end]);
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    const { result } = handle.start();
    await expect.poll(async () => (await server.requests()).length).toBe(1);
    handle.show(false);
    expect((await result).outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test('sends no request if its component unmounts in the tick of the start', async () => {
    const server = await halves();
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    const { result } = handle.start();
    flushSync(() => handle.show(false));
    expect((await result).outcome).toBe('stopped');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await server.requests()).toHaveLength(0);
  });

  test('may be started in a transition', async () => {
    const server = await halves();
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    startTransition(() => void handle.start());
    await server.open('rest');
    await expect.poll(() => [shown('#text'), shown()]).toEqual(['One. Two.', 'One. Two.']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('does not reconnect after its component is unmounted', async () => {
    const server = await serve([write(`id: 1\nretry: 200\n${chunk('One. ')}`), end]);
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    const { result } = handle.start();
    await expect.poll(() => handle.state).toBe('reconnecting');
    handle.show(false);
    expect((await result).outcome).toBe('stopped');
    // It may have reconnected just before its component unmounted.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const asked = (await server.requests()).length;
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await server.requests()).toHaveLength(asked);
  });

  test('closes when its component throws in mid-answer', async () => {
    const server = await halves();
    const handle = createHandle();
    let fail: ((is: boolean) => void) | undefined;
    const Bad = (): null => {
      const [isBad, set] = useState(false);
      fail = set;
      if (isBad) throw new Error('mine');
      return null;
    };
    render(
      createElement(Boundary, {
        children: createElement(Chat, { url: server.url, handle }, createElement(Bad)),
      }),
    );
    await expect.poll(() => handle.start).toBeDefined();
    const { result } = handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    fail!(true);
    expect((await result).outcome).toBe('stopped');
    expect(root.textContent).toBe('Broken');
    // React logs the error, too.
    complaints.length = 0;
  });

  // `Activity` is new in React 19.2.
  const { Activity } = React as { Activity?: typeof React.Activity };
  test.skipIf(!Activity)('goes on in a hidden <Activity>, and types on when it is shown', async () => {
    const server = await halves();
    const handle = createHandle();
    const of = (mode: 'hidden' | 'visible'): ReactElement =>
      createElement(Activity!, { mode, children: createElement(Chat, { url: server.url, handle }) });
    strictly(of('visible'));
    await expect.poll(() => handle.start).toBeDefined();
    handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    strictly(of('hidden'));
    await expect.poll(() => root.querySelector<HTMLElement>('div')?.style.display).toBe('none');
    await server.open('rest');
    await expect.poll(() => handle.stream?.state).toBe('closed');
    strictly(of('visible'));
    await expect.poll(() => [shown('#text'), shown()]).toEqual(['One. Two.', 'One. Two.']);
    expect(await server.requests()).toHaveLength(1);
    strictly(of('hidden'));
    strictly(null);
    await expect.poll(() => root.childNodes.length).toBe(0);
  });

  test.skipIf(!Activity)('in an <Activity> that is removed while it is hidden closes', async () => {
    const server = await halves();
    const handle = createHandle();
    const of = (mode: 'hidden' | 'visible'): ReactElement =>
      createElement(Activity!, { mode, children: createElement(Chat, { url: server.url, handle }) });
    strictly(of('visible'));
    await expect.poll(() => handle.start).toBeDefined();
    const { result } = handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    strictly(of('hidden'));
    await expect.poll(() => root.querySelector<HTMLElement>('div')?.style.display).toBe('none');
    strictly(null);
    expect((await result).outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test("never exceeds React's limit of nested updates, whatever an effect does at each piece", async () => {
    const server = await pieces(2000);
    let answer: UseStream<readonly string[]> | undefined;
    const Mirror = (): ReactElement => {
      answer = useStream(server.url);
      const [copy, setCopy] = useState('');
      useEffect(() => setCopy(answer!.text), [answer.text]);
      return createElement('p', { id: 'answer' }, copy);
    };
    strictly(createElement(Mirror));
    await expect.poll(() => answer).toBeDefined();
    const { result } = answer!.start();
    await server.open('more');
    const { text } = await result;
    await expect.poll(() => shown()).toBe(text);
    expect(text).toContain('1999');
  });

  test('shows the same snapshot in all components of one render', async () => {
    const server = await pieces(400);
    const torn: string[] = [];
    let start: (() => Answer) | undefined;
    const Slow = ({ of: text }: { of: string }): ReactElement => {
      const from = performance.now();
      while (performance.now() - from < 1);
      return createElement('i', {}, text.length);
    };
    const Chat = (): ReactElement => {
      const answer = useStream(server.url);
      ({ start } = answer);
      useEffect(() => {
        const lengths = [...root.querySelectorAll('i')].map((node) => node.textContent);
        if (new Set(lengths).size > 1) torn.push(lengths.join());
      });
      const of = answer.text;
      return createElement('div', {}, ...Array.from({ length: 8 }, () => createElement(Slow, { of })));
    };
    render(createElement(Chat));
    await expect.poll(() => start).toBeDefined();
    const { result } = start!();
    await server.open('more');
    const { text } = await result;
    await expect.poll(() => shown('i')).toBe(String(text.length));
    expect(torn).toEqual([]);
  });

  test('shows no text of an answer that the next start has closed', async () => {
    const server = await halves();
    const handle = mount(server.url);
    await expect.poll(() => handle.start).toBeDefined();
    const first = handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    const second = handle.start();
    expect((await first.result).outcome).toBe('stopped');
    await server.open('rest');
    await second.result;
    await expect.poll(() => [shown('#state'), shown()]).toEqual(['complete', 'One. Two.']);
    expect(handle.stream).toBe(second);
  });

  test('names the missing input', async () => {
    let start: (() => Answer) | undefined;
    const Nothing = (): null => {
      ({ start } = useStream());
      return null;
    };
    render(createElement(Nothing));
    await expect.poll(() => start).toBeDefined();
    expect(() => start!()).toThrow(OptionsError);
  });
});

test('<Typewriter> types a text once under StrictMode, and warns only of one that grows', async () => {
  const type = (source: string): void =>
    strictly(createElement(Typewriter, { source, id: 'answer', speed: 1e6, caret: false }));
  type('Boil');
  await expect.poll(() => shown()).toBe('Boil');
  expect(complaints).toEqual([]);
  type('Boil water.');
  await expect.poll(() => shown()).toBe('Boil water.');
  expect(complaints.splice(0)).toEqual([expect.stringContaining('a text that grows')]);
});

test('<Typewriter> keeps the looks of markdown when its class changes', async () => {
  const view = markdown();
  const type = (className?: string): void =>
    render(createElement(Typewriter, { source: '> One', id: 'answer', view, className }));
  const line = (): string => getComputedStyle(root.querySelector('blockquote')!).borderInlineStartWidth;
  type();
  await expect.poll(() => shown()).toBe('One');
  const before = line();
  expect(before).not.toBe('0px');
  for (const className of ['busy', 'done', undefined]) {
    type(className);
    await expect.poll(() => root.querySelector('#answer')!.className).toBe(className ?? '');
    expect(line()).toBe(before);
  }
});

describe('a boundary of Suspense', () => {
  test('that hides the component in mid-answer loses neither stream nor text', async () => {
    const server = await halves();
    const handle = createHandle();
    const data = barrier();
    let suspend: ((is: boolean) => void) | undefined;
    const Late = (): ReactNode => {
      const [isSuspended, set] = useState(false);
      suspend = set;
      return isSuspended ? data.wait() : null;
    };
    const fallback = createElement('p', { id: 'fallback' }, 'Wait');
    strictly(
      createElement(
        Suspense,
        { fallback },
        createElement(Chat, { url: server.url, handle }, createElement(Late)),
      ),
    );
    await expect.poll(() => handle.start).toBeDefined();
    handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    suspend!(true);
    await expect.poll(() => shown('#fallback')).toBe('Wait');
    await server.open('rest');
    await expect.poll(() => handle.stream?.state).toBe('closed');
    data.open();
    await expect.poll(() => root.querySelector('#fallback')).toBeNull();
    await expect
      .poll(() => [shown('#text'), shown('#state'), shown()])
      .toEqual(['One. Two.', 'complete', 'One. Two.']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('around the component that suspends itself in mid-answer keeps its stream', async () => {
    const server = await halves();
    const data = barrier();
    let answer: UseStream<readonly string[]> | undefined;
    const Own = ({ isLate }: { isLate: boolean }): ReactElement => {
      const own = useStream(server.url);
      useEffect(() => void (answer ??= own));
      if (isLate) data.wait();
      return createElement('p', { id: 'answer' }, own.text);
    };
    const of = (isLate: boolean): ReactElement =>
      createElement(
        Suspense,
        { fallback: createElement('p', { id: 'fallback' }, 'Wait') },
        createElement(Own, { isLate }),
      );
    strictly(of(false));
    await expect.poll(() => answer).toBeDefined();
    const { result } = answer!.start();
    await expect.poll(() => shown()).toBe('One. ');
    strictly(of(true));
    await expect.poll(() => shown('#fallback')).toBe('Wait');
    await server.open('rest');
    expect((await result).outcome).toBe('complete');
    data.open();
    await expect.poll(() => root.querySelector('#fallback')).toBeNull();
    expect(shown()).toBe('One. Two.');
    expect(await server.requests()).toHaveLength(1);
  });

  test('whose component suspends before it is mounted sends one request', async () => {
    const server = await halves();
    const data = barrier();
    const Late = (): ReactElement => {
      const { text, start } = useStream(server.url);
      data.wait();
      useEffect(() => void start(), [start]);
      return createElement('p', { id: 'answer' }, text);
    };
    strictly(createElement(Suspense, { fallback: 'Wait' }, createElement(Late)));
    await expect.poll(() => root.textContent).toBe('Wait');
    data.open();
    await expect.poll(() => shown()).toBe('One. ');
    expect(await server.requests()).toHaveLength(1);
  });

  test('below the component, in a transition, keeps showing what arrives', async () => {
    const server = await halves();
    const handle = createHandle();
    const data = barrier();
    let open: ((is: boolean) => void) | undefined;
    const Tab = (): ReactNode => {
      const [isOpen, set] = useState(false);
      open = set;
      return isOpen ? createElement(Late) : createElement('p', { id: 'tab' }, 'Old');
    };
    const Late = (): ReactElement => createElement('p', { id: 'tab' }, data.wait() ?? 'New');
    strictly(
      createElement(
        Chat,
        { url: server.url, handle },
        createElement(Suspense, { fallback: createElement('p', { id: 'fallback' }) }, createElement(Tab)),
      ),
    );
    await expect.poll(() => handle.start).toBeDefined();
    handle.start();
    await expect.poll(() => shown()).toBe('One. ');
    startTransition(() => open!(true));
    await server.open('rest');
    await expect.poll(() => [shown('#text'), shown()]).toEqual(['One. Two.', 'One. Two.']);
    expect([shown('#tab'), root.querySelector('#fallback')]).toEqual(['Old', null]);
    data.open();
    await expect.poll(() => shown('#tab')).toBe('New');
    expect(shown()).toBe('One. Two.');
  });
});

test('a page translator that replaces text nodes does not break React', async () => {
  const server = await halves();
  const handle = mount(server.url);
  await expect.poll(() => handle.start).toBeDefined();
  handle.start();
  await expect.poll(() => shown()).toBe('One. ');
  // As the translators of browsers do it: https://github.com/facebook/react/issues/11538
  const texts = document.createTreeWalker(root.querySelector('#answer')!, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const font = document.createElement('font');
    font.textContent = 'Eins. ';
    (node as Text).replaceWith(font);
    texts.currentNode = font.lastChild!;
  }
  await server.open('rest');
  await expect.poll(() => shown('#state')).toBe('complete');
  handle.start();
  await expect.poll(() => shown()).toBe('One. Two.');
  handle.show(false);
  await expect.poll(() => root.childNodes.length).toBe(0);
});

test('an error in a callback is reported, and breaks neither component nor answer', async () => {
  const server = await halves();
  const caught: string[] = [];
  const listen = (event: ErrorEvent): void => {
    event.preventDefault();
    caught.push(event.message);
  };
  addEventListener('error', listen);
  let answer: UseStream<readonly string[]> | undefined;
  const Chat = (): ReactElement => {
    answer = useStream(server.url, {
      onText() {
        throw new Error('mine');
      },
    });
    return createElement('p', { id: 'answer' }, answer.text);
  };
  render(createElement(Boundary, { children: createElement(Chat) }));
  await expect.poll(() => answer).toBeDefined();
  answer!.start();
  await server.open('rest');
  await expect.poll(() => shown()).toBe('One. Two.');
  await expect.poll(() => caught.length).toBe(2);
  removeEventListener('error', listen);
  // The test runner reports these two.
  expect(complaints.splice(0)).toHaveLength(2);
});

describe('useConversation', () => {
  interface Props {
    readonly user: string;
    readonly url: string;
    readonly hear?: (words: string) => void;
  }
  let chat: Conversation | undefined;
  afterEach(() => (chat = undefined));

  const Chat = ({ user, url, hear }: Props): ReactElement => {
    chat = useConversation({
      input: url,
      headers: { 'x-user': user },
      request: openaiMessages(),
      onFinish: ({ outcome }) => hear?.(`${user} ${outcome}`),
    });
    return createElement('p', { id: 'answer', title: user }, wordsOf(chat));
  };

  test('sends one request under StrictMode, shows what arrives, and stops when its component unmounts', async () => {
    const server = await halves();
    const finished: string[] = [];
    const show = (user: string): void =>
      strictly(createElement(Chat, { user, url: server.url, hear: (words) => finished.push(words) }));
    show('Ada');
    await expect.poll(() => chat?.status).toBe('ready');
    const { send } = chat!;
    void send('Why?');
    await expect.poll(() => shown()).toBe('Why? | One. ');
    show('Bob');
    await expect.poll(() => root.querySelector('#answer')?.getAttribute('title')).toBe('Bob');
    expect(chat!.send).toBe(send);
    strictly(null);
    await expect.poll(() => finished).toEqual(['Bob stopped']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('sends requests with the options of the last render', async () => {
    const [first, second] = [await halves(), await halves()];
    strictly(createElement(Chat, { user: 'Ada', url: first.url }));
    await expect.poll(() => chat).toBeDefined();
    const { send } = chat!;
    strictly(createElement(Chat, { user: 'Bob', url: second.url }));
    await expect.poll(() => root.querySelector('#answer')?.getAttribute('title')).toBe('Bob');
    await second.open('rest');
    await send('Why?');
    expect(await first.requests()).toHaveLength(0);
    const [request] = await second.requests();
    expect(request?.headers['x-user']).toBe('Bob');
  });

  test('sends a second request after a 401 only if `headers` is a function', async () => {
    const server = await serve([head(401), end]);
    strictly(createElement(Chat, { user: 'Ada', url: server.url }));
    await expect.poll(() => chat).toBeDefined();
    await chat!.send('Why?');
    expect(await server.requests()).toHaveLength(1);
  });

  test('drops the queue when its component is unmounted, and sends no new request', async () => {
    const server = await halves();
    strictly(createElement(Chat, { user: 'Ada', url: server.url }));
    await expect.poll(() => chat).toBeDefined();
    const { send } = chat!;
    const first = send('Why?');
    await expect.poll(() => shown()).toBe('Why? | One. ');
    const second = send('How?');
    await expect.poll(() => chat!.queue.length).toBe(1);
    strictly(null);
    expect((await first)?.outcome).toBe('stopped');
    expect(await second).toBeUndefined();
    expect((await send('Who?'))?.outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    expect(await server.requests()).toHaveLength(1);
  });

  test('sends one request when an effect sends the first question under StrictMode', async () => {
    const server = await halves();
    const Eager = (): ReactElement => {
      const own = useConversation({ input: server.url, request: openaiMessages() });
      const { send, getSnapshot } = own;
      useEffect(() => {
        if (!getSnapshot().messages.length) void send('Why?');
      }, [send, getSnapshot]);
      return createElement('p', { id: 'answer' }, wordsOf(own));
    };
    strictly(createElement(Eager));
    await expect.poll(() => shown()).toBe('Why? | One. ');
    expect(await server.requests()).toHaveLength(1);
  });

  test('resumes an answer once, if effects of two components resume it under StrictMode', async () => {
    const server = await serve([
      write(`id: 1\n${chunk('One. ')}`),
      gate('rest'),
      write(`id: 2\n${chunk('Two.')}${DONE}`),
      end,
    ]);
    const options = {
      input: server.url,
      request: openaiMessages(),
      resume: true,
      initial: {
        id: 'chat',
        messages: [
          { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Why?' }] },
          { id: 'a', role: 'assistant', parts: [], status: 'streaming' },
        ],
        queue: [],
        unfinished: { messageId: 'a', key: 'key' },
      },
    } as never;
    const shared = createConversation(options);
    const Resumed = (): ReactElement => {
      const own = useConversation(shared);
      useEffect(() => void own.resume(), [own.resume]);
      return createElement('p', { id: 'answer' }, wordsOf(own));
    };
    strictly(createElement('div', {}, createElement(Resumed), createElement(Resumed)));
    await expect.poll(() => shown()).toBe('Why? | One. ');
    await server.open('rest');
    await expect
      .poll(() => [...root.querySelectorAll('p')].map((node) => node.textContent))
      .toEqual(['Why? | One. Two.', 'Why? | One. Two.']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('shows another conversation when it gets another, and leaves the first alone', async () => {
    const [first, second] = await Promise.all([halves(), halves()]);
    const [one, two] = [first, second].map(({ url }) =>
      createConversation({ input: url, request: openaiMessages() }),
    );
    const Shared = ({ of }: { of: Conversation }): ReactElement =>
      createElement('p', { id: 'answer' }, wordsOf(useConversation(of)));
    strictly(createElement(Shared, { of: one! }));
    const answer = one!.send('One?');
    await expect.poll(() => shown()).toBe('One? | One. ');
    strictly(createElement(Shared, { of: two! }));
    await expect.poll(() => shown()).toBe('');
    void two!.send('Two?');
    await first.open('rest');
    expect((await answer)?.outcome).toBe('complete');
    await expect.poll(() => shown()).toBe('Two? | One. ');
    strictly(createElement(Shared, { of: one! }));
    await expect.poll(() => shown()).toBe('One? | One. Two.');
    two!.stop();
  });

  test('mounted again in mid-answer shows what has arrived, and what arrives', async () => {
    const server = await serve([
      write(chunk('One. ')),
      gate('two'),
      write(chunk('Two. ')),
      gate('three'),
      write(chunk('Three.') + DONE),
      end,
    ]);
    const shared = createConversation({ input: server.url, request: openaiMessages(), throttle: 100 });
    const Shared = (): ReactElement => createElement('p', { id: 'answer' }, wordsOf(useConversation(shared)));
    strictly(createElement(Shared));
    void shared.send('Why?');
    await expect.poll(() => shown()).toBe('Why? | One. ');
    strictly(null);
    await expect.poll(() => root.childNodes.length).toBe(0);
    await server.open('two');
    await expect.poll(() => wordsOf(shared)).toContain('Two.');
    strictly(createElement(Shared));
    await expect.poll(() => shown()).toBe('Why? | One. Two. ');
    await server.open('three');
    await expect.poll(() => shown()).toBe('Why? | One. Two. Three.');
    expect(await server.requests()).toHaveLength(1);
  });

  test('with another `key` is another conversation: the answer of the first is stopped', async () => {
    const server = await halves();
    const show = (key: string): void => strictly(createElement(Chat, { key, user: key, url: server.url }));
    show('Ada');
    await expect.poll(() => chat).toBeDefined();
    void chat!.send('Why?');
    await expect.poll(() => shown()).toBe('Why? | One. ');
    show('Bob');
    await expect.poll(() => shown()).toBe('');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    expect(chat!.messages).toEqual([]);
  });

  test('does not stop a shared conversation when it unmounts', async () => {
    const server = await halves();
    const shared = createConversation({ input: server.url, request: openaiMessages() });
    const Shared = (): ReactElement => createElement('p', { id: 'answer' }, wordsOf(useConversation(shared)));
    strictly(createElement(Shared));
    const answer = shared.send('Why?');
    await expect.poll(() => shown()).toBe('Why? | One. ');
    strictly(null);
    await server.open('rest');
    expect((await answer)?.outcome).toBe('complete');
  });
});
