import { afterEach, describe, expect, test } from 'vitest';
import {
  createApp,
  defineComponent,
  effectScope,
  h,
  KeepAlive,
  nextTick,
  onErrorCaptured,
  reactive,
  ref,
  Suspense,
  watch,
  watchEffect,
  withDirectives,
  type App,
  type Component,
} from 'vue';
import * as Vue from 'vue';
import { createConversation, openaiMessages } from '../../src/conversation.ts';
import { stream, typewriter } from '../../src/index.ts';
import { Typewriter, useConversation, useStream, vTypewriter, type UseStream } from '../../src/vue.ts';
import { complaints, halves, pieces, root, shown, wordsOf } from './answers.ts';

type Own = UseStream<readonly string[]>;

let app: App | undefined;
afterEach(() => {
  app?.unmount();
  app = undefined;
  expect(complaints).toEqual([]);
});

function mount(component: Component): void {
  app = createApp(component);
  app.config.errorHandler = (error) => void complaints.push(String(error));
  app.mount(root);
}

/** An answer, as text and in a typewriter. */
function chat(url: string, onSetup: (own: Own) => void): Component {
  return defineComponent(() => {
    const own = useStream(url);
    onSetup(own);
    return () =>
      h('div', [
        h('p', { id: 'text' }, own.text.value),
        h('p', { id: 'state' }, own.outcome.value ?? own.state.value),
        h(Typewriter, { source: own.stream.value, as: 'section', id: 'answer', speed: 1e6, caret: false }),
        withDirectives(h('output'), [[vTypewriter, { source: own.stream.value, speed: 1e6, caret: false }]]),
      ]);
  });
}

/** Mounts an asynchronous component, starts its answer, and checks that the answer stops when the component is removed. */
async function stopsWhenRemoved(Late: Component, answerOf: () => Own | undefined): Promise<void> {
  const isShown = ref(true);
  mount(
    defineComponent(
      () => () =>
        h(Suspense, {}, { default: () => (isShown.value ? h(Late) : h('i')), fallback: () => h('b') }),
    ),
  );
  await expect.poll(answerOf).toBeDefined();
  const source = answerOf()!.start();
  await expect.poll(() => shown()).toBe('One. ');
  isShown.value = false;
  expect((await source.result).outcome).toBe('stopped');
}

describe('useStream', () => {
  test('sends one request, is typed by component and directive, and closes when it is unmounted', async () => {
    const server = await halves();
    let answer: Own | undefined;
    mount(chat(server.url, (own) => (answer = own)));
    expect(shown('#state')).toBe('idle');
    expect(await server.requests()).toHaveLength(0);
    const source = answer!.start();
    await expect.poll(() => [shown('#text'), shown(), shown('output')]).toEqual(['One. ', 'One. ', 'One. ']);
    expect(await server.requests()).toHaveLength(1);
    app!.unmount();
    app = undefined;
    expect((await source.result).outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    expect((await answer!.start().result).outcome).toBe('stopped');
    expect(await server.requests()).toHaveLength(1);
  });

  test('has usage, finish reason and metrics', async () => {
    const server = await halves();
    await server.open('rest');
    let answer: Own | undefined;
    mount(chat(server.url, (own) => (answer = own)));
    await answer!.start().result;
    await expect.poll(() => shown('#state')).toBe('complete');
    expect(answer!.finishReason.value).toBe('stop');
    expect(answer!.usage.value).toMatchObject({ inputTokens: 3, outputTokens: 2 });
    expect(answer!.metrics.value.events).toBeGreaterThan(2);
  });

  test('continues while <KeepAlive> keeps its component out of the page', async () => {
    const server = await halves();
    const isShown = ref(true);
    let answer: Own | undefined;
    const Answer = chat(server.url, (own) => (answer = own));
    mount(defineComponent(() => () => h(KeepAlive, () => (isShown.value ? h(Answer) : undefined))));
    const source = answer!.start();
    await expect.poll(() => [shown(), shown('output')]).toEqual(['One. ', 'One. ']);
    isShown.value = false;
    await nextTick();
    expect(root.querySelector('#answer')).toBeNull();
    await server.open('rest');
    expect((await source.result).outcome).toBe('complete');
    isShown.value = true;
    await expect.poll(() => [shown(), shown('output')]).toEqual(['One. Two.', 'One. Two.']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('continues while a <Suspense> above waits for something new in mid-answer', async () => {
    const server = await halves();
    const page = ref(0);
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    let answer: Own | undefined;
    const Answer = chat(server.url, (own) => (answer = own));
    const Late = defineComponent(async () => {
      await opened;
      return () => h('p', { id: 'late' }, 'New');
    });
    mount(
      defineComponent(
        () => () =>
          h(
            Suspense,
            { timeout: 0 },
            {
              default: () =>
                h('div', [
                  h(Answer),
                  page.value ? h(Late, { key: page.value }) : h('p', { id: 'late' }, 'Old'),
                ]),
              fallback: () => h('p', { id: 'fallback' }, 'Wait'),
            },
          ),
      ),
    );
    await expect.poll(() => answer).toBeDefined();
    const source = answer!.start();
    await expect.poll(() => shown()).toBe('One. ');
    page.value = 1;
    await nextTick();
    await server.open('rest');
    expect((await source.result).outcome).toBe('complete');
    open();
    await expect.poll(() => shown('#late')).toBe('New');
    await expect
      .poll(() => [shown(), shown('output'), shown('#text')])
      .toEqual(['One. Two.', 'One. Two.', 'One. Two.']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('in a component that <Suspense> waits for belongs to it, if it is called before the `await`', async () => {
    const server = await halves();
    let answer: Own | undefined;
    const Late = defineComponent(async () => {
      const own = useStream(server.url);
      await new Promise((resolve) => setTimeout(resolve, 20));
      answer = own;
      return () => h('p', { id: 'answer' }, own.text.value);
    });
    await stopsWhenRemoved(Late, () => answer);
  });

  test('closes when <KeepAlive> discards its component', async () => {
    const server = await halves();
    const page = ref(0);
    let answer: Own | undefined;
    const Answer = chat(server.url, (own) => (answer = own));
    const Other = defineComponent(() => () => h('p', 'Other'));
    mount(defineComponent(() => () => h(KeepAlive, { max: 1 }, () => h(page.value ? Other : Answer))));
    const source = answer!.start();
    await expect.poll(() => shown()).toBe('One. ');
    page.value = 1;
    expect((await source.result).outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test('after an `await` in <script setup> belongs to the component, too', async () => {
    const server = await halves();
    let answer: Own | undefined;
    const Late = defineComponent(async () => {
      // Vue's compiler uses it for `await`. It has no public type.
      const { withAsyncContext } = Vue as unknown as {
        withAsyncContext(wait: () => Promise<void>): [Promise<void>, () => void];
      };
      const [waiting, restore] = withAsyncContext(() => new Promise((done) => setTimeout(done, 20)));
      await waiting;
      restore();
      const own = useStream(server.url);
      answer = own;
      return () => h('p', { id: 'answer' }, own.text.value);
    });
    await stopsWhenRemoved(Late, () => answer);
  });

  test('sends no request if its component unmounts in the tick of the start', async () => {
    const server = await halves();
    let answer: Own | undefined;
    mount(chat(server.url, (own) => (answer = own)));
    const { result } = answer!.start();
    app!.unmount();
    app = undefined;
    expect((await result).outcome).toBe('stopped');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await server.requests()).toHaveLength(0);
  });

  test('sends the request with the options at the start, from refs and getters', async () => {
    const server = await halves();
    const url = ref('/nowhere');
    const prompt = ref('one');
    let answer: Own | undefined;
    mount(
      defineComponent(() => {
        const own = useStream(url, () => ({ body: { prompt: prompt.value } }));
        answer = own;
        return () => h('p', { id: 'answer' }, own.text.value);
      }),
    );
    url.value = server.url;
    prompt.value = 'two';
    answer!.start();
    await expect.poll(() => shown()).toBe('One. ');
    expect((await server.requests())[0]?.body).toBe('{"prompt":"two"}');
  });

  test('renders a fast stream once a frame, and a component that shows only the outcome not for each text', async () => {
    const server = await pieces(400);
    let answer: Own | undefined;
    let renders = 0;
    mount(
      defineComponent(() => {
        const own = useStream(server.url);
        answer = own;
        return () => {
          renders++;
          return h('p', { id: 'answer' }, own.outcome.value ?? 'none');
        };
      }),
    );
    answer!.start();
    await server.open('more');
    await expect.poll(() => shown()).toBe('complete');
    expect(renders).toBe(2);
  });

  test('started by a watcher sends one request for each change, and does not trigger itself', async () => {
    const server = await halves();
    const prompt = ref('one');
    let runs = 0;
    mount(
      defineComponent(() => {
        const own = useStream(server.url, () => ({ body: { prompt: prompt.value } }));
        watchEffect(() => {
          runs++;
          own.start();
        });
        return () => h('p', { id: 'answer' }, own.text.value);
      }),
    );
    await expect.poll(() => shown()).toBe('One. ');
    expect(runs).toBe(1);
    prompt.value = 'two';
    await expect
      .poll(async () => (await server.requests()).map(({ body }) => body))
      .toEqual(['{"prompt":"one"}', '{"prompt":"two"}']);
    expect(runs).toBe(2);
  });

  test('keeps its stream whole in reactive objects, and unwraps in them', async () => {
    const server = await halves();
    let list: { answers: ReturnType<typeof reactive<Own>>[]; last: unknown } | undefined;
    let answer: Own | undefined;
    mount(
      defineComponent(() => {
        const own = useStream(server.url);
        answer = own;
        const state = reactive({ answers: [reactive(own)], last: undefined });
        list = state as never;
        return () => [
          h('p', { id: 'text' }, state.answers[0]!.text),
          h(Typewriter, { source: state.last as never, id: 'answer', speed: 1e6 }),
        ];
      }),
    );
    list!.last = answer!.start();
    await expect.poll(() => [shown('#text'), shown()]).toEqual(['One. ', 'One. ']);
    await server.open('rest');
    await expect.poll(() => [shown('#text'), shown()]).toEqual(['One. Two.', 'One. Two.']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('in an effect scope of a store ends with the scope', async () => {
    const server = await halves();
    const scope = effectScope(true);
    const own = scope.run(() => useStream(server.url))!;
    const source = own.start();
    await expect.poll(() => own.text.value).toBe('One. ');
    scope.stop();
    expect((await source.result).outcome).toBe('stopped');
  });

  test('reports an error in a callback', async () => {
    const server = await halves();
    await server.open('rest');
    const caught: string[] = [];
    const listen = (event: ErrorEvent): void => {
      event.preventDefault();
      caught.push(event.message);
    };
    addEventListener('error', listen);
    let answer: Own | undefined;
    mount(
      defineComponent(() => {
        onErrorCaptured(() => false);
        const own = useStream(server.url, {
          onText() {
            throw new Error('mine');
          },
        });
        answer = own;
        return () => h('p', { id: 'answer' }, own.text.value);
      }),
    );
    expect((await answer!.start().result).outcome).toBe('complete');
    await expect.poll(() => shown()).toBe('One. Two.');
    await expect.poll(() => caught.length).toBeGreaterThan(0);
    removeEventListener('error', listen);
    complaints.length = 0;
  });
});

test('a stream that the page has opened itself may be in a ref', async () => {
  const server = await halves();
  const source = ref(stream(server.url));
  const typed = typewriter(source.value as never, root, { speed: 1e6 });
  await expect.poll(() => root.textContent).toBe('One. ');
  expect(source.value.state).toBe('open');
  await server.open('rest');
  expect((await source.value.result).text).toBe('One. Two.');
  await typed.finished;
  expect(await server.requests()).toHaveLength(1);
});

describe('useConversation', () => {
  test('has the snapshot as refs', async () => {
    const server = await halves();
    await server.open('rest');
    const own = useConversation({ input: server.url, request: openaiMessages() });
    await own.send('Why?');
    expect([own.status.value, wordsOf({ messages: own.messages.value })]).toEqual([
      'ready',
      'Why? | One. Two.',
    ]);
  });

  test('shows what arrives, and sends no request after its component is unmounted', async () => {
    const server = await halves();
    let own: ReturnType<typeof useConversation> | undefined;
    mount(
      defineComponent(() => {
        const chat = useConversation({ input: server.url, request: openaiMessages() });
        own = chat;
        return () => h('p', { id: 'answer' }, wordsOf({ messages: chat.messages.value }));
      }),
    );
    const first = own!.send('Why?');
    const second = own!.send('How?');
    await expect.poll(() => shown()).toBe('Why? | One. ');
    app!.unmount();
    app = undefined;
    expect((await first)?.outcome).toBe('stopped');
    expect(await second).toBeUndefined();
    expect((await own!.send('Who?'))?.outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    expect(await server.requests()).toHaveLength(1);
  });

  test('shared in a reactive store, works through it', async () => {
    const server = await halves();
    await server.open('rest');
    const store = reactive({
      chat: createConversation({ input: server.url, request: openaiMessages() }),
    });
    let own: ReturnType<typeof useConversation> | undefined;
    mount(
      defineComponent(() => {
        const chat = useConversation(store.chat);
        own = chat;
        return () => h('p', { id: 'answer' }, wordsOf({ messages: chat.messages.value }));
      }),
    );
    await store.chat.send('Why?');
    await expect.poll(() => shown()).toBe('Why? | One. Two.');
    expect(store.chat.status).toBe('ready');
    expect(wordsOf(store.chat)).toBe('Why? | One. Two.');
    expect(own!.status.value).toBe('ready');
  });

  test('accepts reactive messages and results', async () => {
    const server = await halves();
    await server.open('rest');
    const draft = reactive({ text: 'Why?', metadata: { tags: ['a'] } });
    const own = useConversation({ input: server.url, request: openaiMessages() });
    const seen: string[] = [];
    watch(own.messages, (messages) => seen.push(wordsOf({ messages })), { flush: 'sync' });
    await own.send(draft);
    draft.text = '';
    draft.metadata.tags.push('b');
    const kept = ref(own.messages.value);
    own.setMessages(kept.value);
    await nextTick();
    expect(JSON.parse(JSON.stringify(own.serialize()))).toMatchObject({
      messages: [{ role: 'user' }, { role: 'assistant', outcome: 'complete' }],
    });
    expect(seen.at(-1)).toBe('Why? | One. Two.');
  });
});
