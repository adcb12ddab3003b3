import { afterEach, describe, expect, test, vi } from 'vitest';
import { stream } from '../../src/core.ts';
import { typewriter } from '../../src/typewriter.ts';
import { serve } from '../server/client.ts';
import { end, endEvent, gate, hang, sse } from '../server/script.ts';

const made: Element[] = [];
afterEach(() => {
  for (const element of made.splice(0)) element.remove();
});

function add(): HTMLElement {
  const element = document.createElement('div');
  element.textContent = 'Thinking…';
  document.body.append(element);
  made.push(element);
  return element;
}
const SLOW = { speed: 1, announce: 'off' } as const;

describe('detach', () => {
  test('leaves the stream open, and another typewriter shows at once what has arrived', async () => {
    const server = await serve([sse('hello '), gate('go'), sse('world'), endEvent, end]);
    const answer = stream(server.url, { body: 'hi' });
    const [first, second] = [add(), add()];
    const one = typewriter(answer, first, SLOW);
    await expect.poll(() => first.textContent).toBe('h');
    one.detach();
    expect(one.playState).toBe('idle');
    await expect(one.finished).rejects.toMatchObject({ name: 'AbortError' });
    expect(first.hasAttribute('aria-busy')).toBe(false);
    const two = typewriter(answer, second, SLOW);
    await expect.poll(() => second.textContent).toBe('hello ');
    await server.open('go');
    await answer.result;
    two.finish();
    await two.finished;
    expect([first.textContent, second.textContent]).toEqual(['h', 'hello world']);
    expect(await server.requests()).toHaveLength(1);
  });

  test('leaves no more with a stream the more often it is shown, as in a virtual list', async () => {
    const server = await serve([hang]);
    const answer = stream(server.url, { body: 'hi' });
    const subscribe = vi.fn(answer.subscribe);
    const source = Object.assign(Object.create(answer) as typeof answer, { subscribe });
    for (let times = 0; times < 5; times++) typewriter(source, add(), SLOW).detach();
    expect(subscribe).toHaveBeenCalledTimes(1);
    expect(answer.state).not.toBe('closed');
    answer.close();
  });

  test('an effect that runs twice sends one request, in the same element', async () => {
    const server = await serve([gate('go'), sse('hello'), endEvent, end]);
    const answer = stream(server.url, { body: 'hi' });
    const element = add();
    const effect = (): (() => void) => {
      const typed = typewriter(answer, element, { announce: 'off' });
      return () => typed.detach();
    };
    effect()();
    effect();
    await server.open('go');
    await expect.poll(() => element.textContent).toBe('hello');
    expect(await server.requests()).toHaveLength(1);
    expect(await answer.result).toMatchObject({ outcome: 'complete' });
  });

  test('an effect that cancels in its cleanup sends one request, too', async () => {
    const server = await serve([sse('hello'), endEvent, end]);
    const element = add();
    const effect = (): (() => void) => {
      const typed = typewriter(stream(server.url, { body: 'hi' }), element, { announce: 'off' });
      return () => typed.cancel();
    };
    effect()();
    effect();
    await expect.poll(() => element.textContent).toBe('hello');
    expect(await server.requests()).toHaveLength(1);
  });

  test('of a stream without another consumer loses nothing', async () => {
    const server = await serve([sse('a'), gate('go'), sse('b'.repeat(2000)), endEvent, end]);
    const answer = stream(server.url, { body: 'hi' });
    const first = add();
    const one = typewriter(answer, first, { announce: 'off' });
    await expect.poll(() => first.textContent).toBe('a');
    one.detach();
    await server.open('go');
    await answer.result;
    const second = add();
    await typewriter(answer, second, { announce: 'off' }).finished;
    expect(second.textContent).toBe(`a${'b'.repeat(2000)}`);
  });

  test.each(['ReadableStream', 'generator'])(
    'hands over a %s, with the piece that was pending',
    async (kind) => {
      let to!: ReadableStreamDefaultController<string>;
      const chunks = new ReadableStream<string>({ start: (controller) => void (to = controller) });
      async function* generate(): AsyncGenerator<string> {
        const reader = chunks.getReader();
        for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
      }
      const source = kind === 'generator' ? generate() : chunks;
      const [first, second] = [add(), add()];
      const one = typewriter(source, first, SLOW);
      to.enqueue('hello');
      await expect.poll(() => first.textContent).toBe('h');
      one.detach();
      to.enqueue(' there');
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(first.textContent).toBe('h');
      const two = typewriter(source, second, SLOW);
      expect(second.textContent).toBe('hello');
      to.enqueue(', world');
      to.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
      two.finish();
      await two.finished;
      expect(second.textContent).toBe('hello there, world');
    },
  );

  test('a typewriter that starts late shows at once what had arrived', async () => {
    const server = await serve([sse('hello'), hang]);
    const answer = stream(server.url);
    let text = '';
    answer.subscribe(() => (text = answer.getSnapshot().text));
    await expect.poll(() => text).toBe('hello');
    const element = add();
    typewriter(answer, element, SLOW);
    await expect.poll(() => element.textContent).toBe('hello');
    answer.close();
  });
});

test('a typewriter works in a DOM without media queries and adopted style sheets', async () => {
  const { matchMedia } = globalThis;
  const own = Object.getOwnPropertyDescriptor(Document.prototype, 'adoptedStyleSheets')!;
  try {
    Reflect.deleteProperty(globalThis, 'matchMedia');
    Object.defineProperty(Document.prototype, 'adoptedStyleSheets', { configurable: true, value: undefined });
    const element = add();
    await typewriter('hello', element, { announce: 'off' }).finished;
    expect(element.textContent).toBe('hello');
  } finally {
    globalThis.matchMedia = matchMedia;
    Object.defineProperty(Document.prototype, 'adoptedStyleSheets', own);
  }
});

describe('a second typewriter in the same element', () => {
  test('takes it over: only its text is shown, and the first stream stays open', async () => {
    const server = await serve([sse('Boil '), gate('go'), sse('water.'), endEvent, end]);
    const answer = stream(server.url, { body: 'hi' });
    const element = add();
    const one = typewriter(answer, element, { announce: 'off' });
    await expect.poll(() => element.textContent).toBe('Boil ');
    const two = typewriter('Another answer.', element, { announce: 'off' });
    expect(one.playState).toBe('idle');
    await expect(one.finished).rejects.toMatchObject({ name: 'AbortError' });
    expect(element.getAttribute('aria-busy')).toBe('true');
    await server.open('go');
    await two.finished;
    expect(await answer.result).toMatchObject({ outcome: 'complete', text: 'Boil water.' });
    expect(element.textContent).toBe('Another answer.');
  });

  test.each<[string, () => ReadableStream<string> | string]>([
    [
      'a ReadableStream',
      () =>
        new ReadableStream({
          start(to) {
            to.enqueue('Boil water.');
            to.close();
          },
        }),
    ],
    ['a text', () => 'Boil water.'],
  ])('continues with the same source: %s', async (_, create) => {
    const element = add();
    const source = create();
    typewriter(source, element, { speed: 1, announce: 'off' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await typewriter(source, element, { announce: 'off' }).finished;
    expect(element.textContent).toBe('Boil water.');
  });
});
