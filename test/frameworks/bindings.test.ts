import { createElement, StrictMode, useState, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createApp, defineComponent, h, KeepAlive, nextTick, ref, withDirectives } from 'vue';
import { OptionsError, type EventStream } from '../../src/index.ts';
import { openaiMessages, type Conversation } from '../../src/conversation.ts';
import {
  Typewriter as ReactTypewriter,
  useConversation as useReactConversation,
  useStream as useReactStream,
} from '../../src/react.ts';
import {
  typewriter,
  useConversation as useSvelteConversation,
  useStream as useSvelteStream,
} from '../../src/svelte.ts';
import {
  Typewriter as VueTypewriter,
  useConversation as useVueConversation,
  useStream as useVueStream,
  vTypewriter,
  type UseStream as UseVueStream,
} from '../../src/vue.ts';
import { serve, type Served } from '../server/client.ts';
import { end, gate, write } from '../server/script.ts';

type Answer = EventStream<readonly string[]>;

const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
const chunk = (content: string): string =>
  event({ object: 'chat.completion.chunk', choices: [{ delta: { content } }] });
const DONE = 'data: [DONE]\n\n';

/** An answer in two halves. */
const halves = (): Promise<Served> =>
  serve([write(chunk('One. ')), gate('rest'), write(chunk('Two.') + DONE), end]);

let root: HTMLElement;
beforeEach(() => {
  root = document.createElement('div');
  document.body.append(root);
});
afterEach(() => root.remove());

const shown = (selector = '#answer'): string => root.querySelector(selector)?.textContent ?? '';

describe('useStream in React', () => {
  interface Held {
    start(): Answer;
    stop(): void;
    renders: number;
    show(isShown: boolean): void;
  }

  function mount(url: string, held: Held): () => void {
    const Chat = (): ReactElement => {
      const { text, state, outcome, stream, start, stop } = useReactStream(url);
      Object.assign(held, { start, stop });
      held.renders++;
      return createElement(
        'div',
        {},
        createElement('p', { id: 'text' }, text),
        createElement('p', { id: 'state' }, outcome ?? state),
        createElement(ReactTypewriter, {
          source: stream,
          as: 'section',
          id: 'answer',
          speed: 1e6,
          caret: false,
        }),
      );
    };
    const App = (): ReactElement | null => {
      const [isShown, show] = useState(true);
      held.show = show;
      return isShown ? createElement(Chat) : null;
    };
    const react = createRoot(root);
    react.render(createElement(StrictMode, {}, createElement(App)));
    return () => react.unmount();
  }
  const hold = (): Held => ({ start: undefined!, stop: undefined!, renders: 0, show: undefined! });

  test('asks when it is told, and once, under StrictMode', async () => {
    const server = await halves();
    const held = hold();
    const unmount = mount(server.url, held);
    await expect.poll(() => shown('#state')).toBe('idle');
    expect(await server.requests()).toHaveLength(0);
    const { start } = held;
    start();
    await expect.poll(() => shown()).toBe('One. ');
    await server.open('rest');
    await expect.poll(() => shown('#state')).toBe('complete');
    expect(shown('#text')).toBe('One. Two.');
    await expect.poll(() => shown()).toBe('One. Two.');
    expect(held.start).toBe(start);
    expect(await server.requests()).toHaveLength(1);
    unmount();
  });

  test('closes the stream when its component goes in mid-answer', async () => {
    const server = await halves();
    const held = hold();
    const unmount = mount(server.url, held);
    await expect.poll(() => held.start).toBeDefined();
    const source = held.start();
    await expect.poll(() => shown()).toBe('One. ');
    held.show(false);
    expect((await source.result).outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    unmount();
  });

  test('stops, keeps what has arrived, and asks again', async () => {
    const server = await halves();
    const held = hold();
    const unmount = mount(server.url, held);
    await expect.poll(() => held.start).toBeDefined();
    held.start();
    await expect.poll(() => shown()).toBe('One. ');
    held.stop();
    await expect.poll(() => shown('#state')).toBe('stopped');
    expect(shown('#text')).toBe('One. ');
    await server.open('rest');
    held.start();
    await expect.poll(() => shown('#state')).toBe('complete');
    expect(await server.requests()).toHaveLength(2);
    unmount();
  });

  test('renders only where what a selector picks has changed', async () => {
    const letters = Array.from({ length: 40 }, (_, at) => write(chunk(`${at} `)));
    const server = await serve([
      ...letters.slice(0, 20),
      gate('more'),
      ...letters.slice(20),
      write(DONE),
      end,
    ]);
    let renders = 0;
    let start: (() => Answer) | undefined;
    const Badge = (): ReactElement => {
      const { selected, ...answer } = useReactStream(server.url, { select: ({ outcome }) => outcome });
      start = answer.start;
      renders++;
      return createElement('p', { id: 'answer' }, selected ?? 'none');
    };
    const react = createRoot(root);
    react.render(createElement(Badge));
    await expect.poll(() => start).toBeDefined();
    start!();
    await server.open('more');
    await expect.poll(() => shown()).toBe('complete');
    expect(renders).toBeLessThanOrEqual(4);
    react.unmount();
  });

  test('says what is missing where there is nothing to ask', async () => {
    let start: (() => Answer) | undefined;
    const Nothing = (): null => {
      ({ start } = useReactStream());
      return null;
    };
    const react = createRoot(root);
    react.render(createElement(Nothing));
    await expect.poll(() => start).toBeDefined();
    expect(() => start!()).toThrow(OptionsError);
    react.unmount();
  });
});

describe('useStream in Vue', () => {
  test('asks once, is typed by component and directive, and closes when it goes', async () => {
    const server = await halves();
    let answer: UseVueStream<readonly string[]> | undefined;
    const app = createApp(
      defineComponent(() => {
        const own = useVueStream(server.url);
        answer = own;
        return () => [
          h('p', { id: 'text' }, own.text.value),
          h(VueTypewriter, { source: own.stream.value, as: 'section', id: 'answer', speed: 1e6 }),
          withDirectives(h('output'), [[vTypewriter, { source: own.stream.value, speed: 1e6 }]]),
        ];
      }),
    );
    app.mount(root);
    expect(await server.requests()).toHaveLength(0);
    const source = answer!.start();
    await expect.poll(() => [shown('#text'), shown(), shown('output')]).toEqual(['One. ', 'One. ', 'One. ']);
    expect(await server.requests()).toHaveLength(1);
    app.unmount();
    expect((await source.result).outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test('goes on while <KeepAlive> keeps its component out of the page', async () => {
    const server = await halves();
    const isShown = ref(true);
    let answer: UseVueStream<readonly string[]> | undefined;
    const Answer = defineComponent(() => {
      const own = useVueStream(server.url);
      answer = own;
      return () => h(VueTypewriter, { source: own.stream.value, id: 'answer', speed: 1e6 });
    });
    const app = createApp(
      defineComponent(() => () => h(KeepAlive, () => (isShown.value ? h(Answer) : undefined))),
    );
    app.mount(root);
    const source = answer!.start();
    await expect.poll(() => shown()).toBe('One. ');
    isShown.value = false;
    await nextTick();
    expect(root.querySelector('#answer')).toBeNull();
    await server.open('rest');
    expect((await source.result).outcome).toBe('complete');
    isShown.value = true;
    await expect.poll(() => shown()).toBe('One. Two.');
    app.unmount();
  });
});

describe('useStream in Svelte', () => {
  test('asks once, and is typed by the action, which leaves the stream alone when its element goes', async () => {
    const server = await halves();
    const answer = useSvelteStream(server.url);
    expect(answer.state).toBe('idle');
    const source = answer.start();
    const action = typewriter(root, { source: answer.stream, speed: 1e6 });
    await expect.poll(() => root.textContent).toBe('One. ');
    expect(answer.text).toBe('One. ');
    if (action) action.destroy?.();
    await server.open('rest');
    expect((await source.result).outcome).toBe('complete');
    expect(await server.requests()).toHaveLength(1);
  });
});

describe('useConversation', () => {
  const wordsOf = ({ messages }: Pick<Conversation, 'messages'>): string =>
    messages
      .map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''))
      .join(' | ');

  test('in React asks once under StrictMode, shows what arrives, and stops when its component goes', async () => {
    const server = await halves();
    let chat: Conversation | undefined;
    const finished: string[] = [];
    const Chat = ({ user }: { readonly user: string }): ReactElement => {
      chat = useReactConversation({
        input: server.url,
        request: openaiMessages(),
        onFinish: ({ outcome }) => finished.push(`${user} ${outcome}`),
      });
      return createElement('p', { id: 'answer', title: user }, wordsOf(chat));
    };
    const react = createRoot(root);
    const render = (user: string): void =>
      react.render(createElement(StrictMode, {}, createElement(Chat, { user })));
    render('Ada');
    await expect.poll(() => chat?.status).toBe('ready');
    const { send } = chat!;
    void send('Why?');
    await expect.poll(() => shown()).toBe('Why? | One. ');
    render('Bob');
    await expect.poll(() => root.querySelector('#answer')?.getAttribute('title')).toBe('Bob');
    expect(chat!.send).toBe(send);
    react.unmount();
    await expect.poll(() => finished).toEqual(['Bob stopped']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('in Vue is refs, and in Svelte fields', async () => {
    const server = await halves();
    await server.open('rest');
    const options = { input: server.url, request: openaiMessages() };
    const vue = useVueConversation(options);
    await vue.send('Why?');
    expect([vue.status.value, wordsOf({ messages: vue.messages.value })]).toEqual([
      'ready',
      'Why? | One. Two.',
    ]);
    const svelte = useSvelteConversation(options);
    await svelte.send('How?');
    expect([svelte.status, wordsOf(svelte)]).toEqual(['ready', 'How? | One. Two.']);
  });
});
