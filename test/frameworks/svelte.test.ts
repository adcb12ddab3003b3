/** Tests `teleprinter/svelte` with components that Svelte's plugin for Vite compiles. */
import { flushSync, mount, unmount } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { openaiMessages, type Conversation } from '../../src/conversation.ts';
import '../../src/element.ts';
import { typewriter, useConversation, useStream, type UseStream } from '../../src/svelte.ts';
import { complaints, halves, pieces, root, shown, wordsOf } from './answers.ts';
import AnswerComponent from './Answer.svelte';
import ElementComponent from './Element.svelte';
import PageComponent from './Page.svelte';

type Own = UseStream<readonly string[]>;

/** What a test can access of `Page.svelte`. */
interface Page {
  own: Own;
  answer: Own;
  chat: Conversation;
  show(is: boolean): void;
  type(is: boolean): void;
  ask(text: string): void;
  wait(promise: Promise<string>): void;
  counts(): { runs: number; renders: number; seldom: number };
}

let app: object | undefined;
async function leave(): Promise<void> {
  if (app) await unmount(app as never);
  app = undefined;
}
afterEach(async () => {
  await leave();
  expect(complaints).toEqual([]);
});

function open(props: object): Page {
  const page = {} as Page;
  const hear = (news: Partial<Page>): void => void Object.assign(page, news);
  app = mount(PageComponent as never, { target: root, props: { hear, ...props } as never });
  flushSync();
  return page;
}

const button = (id: string): HTMLButtonElement => root.querySelector<HTMLButtonElement>(`#${id}`)!;

describe('useStream in a component', () => {
  test('sends one request when its button is pressed, and is typed by the action', async () => {
    const server = await halves();
    app = mount(AnswerComponent as never, { target: root, props: { url: server.url, prompt: 'a' } as never });
    expect([shown('#state'), (await server.requests()).length]).toEqual(['idle', 0]);
    button('ask').click();
    await expect.poll(() => [shown('#text'), shown()]).toEqual(['One. ', 'One. ']);
    await server.open('rest');
    await expect
      .poll(() => [shown('#text'), shown(), shown('#state')])
      .toEqual(['One. Two.', 'One. Two.', 'complete']);
    expect((await server.requests()).map(({ body }) => body)).toEqual(['{"prompt":"a"}']);
  });

  test('stops by its button, and closes when it is destroyed in mid-answer', async () => {
    const server = await halves();
    const page = open({ url: server.url });
    button('ask').click();
    await expect.poll(() => shown()).toBe('One. ');
    button('stop').click();
    await expect.poll(() => shown('#state')).toBe('stopped');
    expect(shown('#text')).toBe('One. ');
    const source = page.answer.start();
    await expect.poll(() => [shown('#state'), shown()]).toEqual(['open', 'One. ']);
    page.show(false);
    expect((await source.result).outcome).toBe('stopped');
    await expect
      .poll(async () => (await server.requests()).map(({ closed }) => closed))
      .toEqual([true, true]);
    expect((await page.answer.start().result).outcome).toBe('stopped');
    expect(await server.requests()).toHaveLength(2);
  });

  test('has usage, finish reason and metrics', async () => {
    const server = await halves();
    await server.open('rest');
    const { answer } = open({ url: server.url });
    await answer.start().result;
    expect(answer).toMatchObject({ finishReason: 'stop', usage: { inputTokens: 3, outputTokens: 2 } });
    expect(answer.metrics.events).toBeGreaterThan(2);
  });

  test('continues while {#await} in it waits', async () => {
    const server = await halves();
    const page = open({ url: server.url });
    page.answer.start();
    await expect.poll(() => shown()).toBe('One. ');
    let resolve!: (text: string) => void;
    page.wait(new Promise((done) => (resolve = done)));
    await expect.poll(() => shown('#late')).toBe('Wait');
    await server.open('rest');
    await expect.poll(() => [shown('#text'), shown()]).toEqual(['One. Two.', 'One. Two.']);
    resolve('New');
    await expect.poll(() => shown('#late')).toBe('New');
    expect(await server.requests()).toHaveLength(1);
  });

  test('continues when its element is removed, and shows everything in the next one', async () => {
    const server = await halves();
    const page = open({ url: server.url });
    page.own.start();
    await expect.poll(() => shown('output')).toBe('One. ');
    page.type(false);
    await expect.poll(() => root.querySelector('output')).toBeNull();
    await server.open('rest');
    await expect.poll(() => page.own.outcome).toBe('complete');
    page.type(true);
    await expect.poll(() => shown('output')).toBe('One. Two.');
    expect(await server.requests()).toHaveLength(1);
  });

  test('started by an effect sends one request for each change, and does not trigger itself', async () => {
    const server = await halves();
    const page = open({ url: server.url, isEager: true });
    await expect.poll(() => shown('output')).toBe('One. ');
    expect(page.counts().runs).toBe(1);
    page.ask('two');
    await expect
      .poll(async () => (await server.requests()).map(({ body }) => body))
      .toEqual(['{"prompt":"one"}', '{"prompt":"two"}']);
    expect(page.counts().runs).toBe(2);
    await server.open('rest');
    await expect.poll(() => page.own.outcome).toBe('complete');
    await expect.poll(() => shown('#kept')).toBe('One. Two.');
    expect(page.counts().runs).toBe(2);
  });

  test('renders a fast stream no more than once a frame, and the outcome not for each text', async () => {
    const server = await pieces(1000);
    const page = open({ url: server.url });
    let frames = 0;
    let isOver = false;
    const count = (): void => {
      frames++;
      if (!isOver) requestAnimationFrame(count);
    };
    count();
    const { result } = page.own.start();
    await server.open('more');
    const { text } = await result;
    await expect.poll(() => shown('#length')).toBe(String(text.length));
    isOver = true;
    // Beside the texts there are four changes of state.
    expect(page.counts().renders).toBeLessThanOrEqual(frames + 6);
    await expect.poll(() => page.counts().seldom).toBe(2);
  });
});

test('outside a component sends one request, and is not closed when the element of the action is removed', async () => {
  const server = await halves();
  const answer = useStream(server.url);
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

describe('useConversation', () => {
  test('has the snapshot as fields', async () => {
    const server = await halves();
    await server.open('rest');
    const svelte = useConversation({ input: server.url, request: openaiMessages() });
    await svelte.send('How?');
    expect([svelte.status, wordsOf(svelte)]).toEqual(['ready', 'How? | One. Two.']);
  });

  test('in a component shows what arrives, and sends no request after that is destroyed', async () => {
    const server = await halves();
    const { chat } = open({ url: '', chat: { input: server.url, request: openaiMessages() } });
    const first = chat.send('Why?');
    const second = chat.send('How?');
    await expect.poll(() => [shown('#chat'), shown('#status')]).toEqual(['Why? | One. ', 'streaming']);
    await leave();
    expect((await first)?.outcome).toBe('stopped');
    expect(await second).toBeUndefined();
    expect((await chat.send('Who?'))?.outcome).toBe('stopped');
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    expect(await server.requests()).toHaveLength(1);
  });
});

test('gives `<tele-printer>` the options of markdown and the view', () => {
  const props = { options: { onBlock: () => {} }, view: () => ({ append: () => {} }) };
  app = mount(ElementComponent as never, { target: root, props: props as never });
  const element = root.querySelector('tele-printer')!;
  expect(element.markdownOptions).toBe(props.options);
  expect(element.view).toBe(props.view);
  expect(element.getAttributeNames()).toEqual(['autostart', 'markdown']);
});
