import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OptionsError, stream } from '../../src/core.ts';
import { typewriter, type TypewriterOptions, type TypewriterSource } from '../../src/typewriter.ts';
import { serve } from '../server/client.ts';
import { cutAfter, end, endEvent, gate, hang, sse } from '../server/script.ts';

/** Frames that come when the test says so: `requestAnimationFrame` and the clock, simulated. */
let now = 0;
let frames: FrameRequestCallback[] = [];
const element = document.createElement('div');

async function frame(elapsed = 16, behind = 0): Promise<void> {
  // What has arrived is read first.
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  now += elapsed;
  for (const draw of frames.splice(0)) draw(now - behind);
}

async function framesUntil(done: () => boolean, elapsed = 16): Promise<number> {
  const start = now;
  while (!done() && now - start < 60_000) await frame(elapsed);
  return now - start;
}

beforeEach(() => {
  now = 0;
  frames = [];
  element.replaceChildren();
  document.body.append(element);
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  vi.spyOn(globalThis, 'requestAnimationFrame').mockImplementation((draw) => frames.push(draw));
  vi.spyOn(globalThis, 'cancelAnimationFrame').mockImplementation(() => (frames = []));
});
afterEach(() => {
  vi.restoreAllMocks();
  element.remove();
});

const type = (source: TypewriterSource, options?: TypewriterOptions) => typewriter(source, element, options);

/** A source that the test feeds. */
function feed() {
  let controller!: ReadableStreamDefaultController<string>;
  const source = new ReadableStream<string>({ start: (own) => void (controller = own) });
  return {
    source,
    put: (text: string) => controller.enqueue(text),
    end: () => controller.close(),
    fail: (error: unknown) => controller.error(error),
  };
}

describe('what is typed', () => {
  test('is exactly the text, whatever it is', async () => {
    const text = '\nLine\n\n  indented\r\nשלום 豆腐 👩‍👩‍👧‍👦🇨🇭 e\u0301 <b>&amp;</b>\n\n';
    const writer = type(text);
    await framesUntil(() => writer.playState === 'finished');
    await writer.finished;
    expect(element.textContent).toBe(text);
    expect(element.querySelector('b')).toBeNull();
  });

  test('is shown though the clock of the frames is another one, as with simulated timers', async () => {
    const writer = type('Hello');
    for (let count = 0; count < 60; count++) await frame(16, 3_600_000);
    expect([writer.playState, element.textContent]).toEqual(['finished', 'Hello']);
  });

  test('is shown in several frames where much arrives at once, as after a sleep', async () => {
    const { source, put, end: finish } = feed();
    const writer = type(source);
    put('a');
    await frame();
    now += 3_600_000;
    put('👍🏽'.repeat(50_000));
    finish();
    let most = 0;
    for (let before = 1; writer.playState === 'running'; before = element.textContent.length) {
      await frame();
      most = Math.max(most, element.textContent.length - before);
    }
    expect(element.textContent).toBe(`a${'👍🏽'.repeat(50_000)}`);
    expect(most).toBeLessThanOrEqual(16_384 * '👍🏽'.length);
  });

  test('never shows part of a grapheme', async () => {
    const clusters = ['👩‍👩‍👧‍👦', '🇨🇭', 'e\u0301', 'क्षि', '한', '👍🏽', 'a', '\r\n'];
    const { source, put, end: finish } = feed();
    const writer = type(source, { speed: 50 });
    const whole = new Set([0]);
    let length = 0;
    for (const cluster of clusters) whole.add((length += cluster.length));
    for (const unit of clusters.join('').split('')) {
      put(unit);
      await frame();
      expect(whole).toContain(element.textContent.length);
    }
    finish();
    await framesUntil(() => writer.playState === 'finished');
    expect(element.textContent).toBe(clusters.join(''));
  });

  test('is one block per line, and earlier ones are never changed again', async () => {
    const { source, put } = feed();
    type(source);
    put('one\ntwo\nthr');
    await framesUntil(() => element.textContent.length > 8, 1000);
    const blocks = [...element.querySelectorAll(':scope > div > div')];
    expect(blocks.map(({ textContent }) => textContent)).toEqual([
      'one\n',
      'two\n',
      expect.stringMatching(/^th/),
    ]);
    const [first] = blocks;
    getSelection()?.selectAllChildren(first!);
    put('ee\nfour\n');
    await framesUntil(() => element.textContent.includes('four'), 1000);
    expect(getSelection()?.toString().trim()).toBe('one');
    expect(element.querySelector(':scope > div > div')).toBe(first);
  });

  test('replaces the content of the element at the first letter', async () => {
    element.textContent = 'Thinking…';
    const { source, put } = feed();
    type(source);
    await frame();
    expect(element.textContent).toBe('Thinking…');
    put('Hello there');
    await frame();
    expect(element.textContent).toBe('H');
  });

  test('comes from a stream, an iterable, a ReadableStream or a string', async () => {
    const server = await serve([sse('hello'), endEvent, end]);
    async function* iterable() {
      yield 'hel';
      yield 'lo';
    }
    for (const source of [
      stream(server.url),
      iterable(),
      new Response('hello').body!.pipeThrough(new TextDecoderStream()),
      'hello',
    ]) {
      element.replaceChildren();
      const writer = type(source);
      await expect.poll(async () => (await frame(), writer.playState), { interval: 1 }).toBe('finished');
      expect(element.textContent).toBe('hello');
    }
  });
});

describe('how fast', () => {
  test('auto drains within 400 ms of the end, however much there is', async () => {
    for (const length of [10, 1000, 100_000]) {
      element.replaceChildren();
      const writer = type('x'.repeat(length));
      expect(await framesUntil(() => writer.playState === 'finished')).toBeLessThanOrEqual(450);
    }
  });

  test('auto evens out bursts: the backlog is shown over several frames, within the lag', async () => {
    const { source, put } = feed();
    type(source);
    put('x'.repeat(1000));
    await frame();
    const first = element.textContent.length;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(200);
    expect(await framesUntil(() => element.textContent.length > 900)).toBeLessThan(700);
  });

  test('a number is graphemes per second', async () => {
    const writer = type('👍🏽'.repeat(100), { speed: 50 });
    const took = await framesUntil(() => writer.playState === 'finished');
    expect(took).toBeGreaterThan(1950);
    expect(took).toBeLessThan(2100);
  });

  test('a tab that was hidden catches up in one frame', async () => {
    const { source, put } = feed();
    type(source);
    put('x'.repeat(10_000));
    await frame();
    await frame(5000);
    expect(element.textContent).toHaveLength(10_000);
  });

  test('a page without frames, such as a hidden tab, still shows the answer', async () => {
    const writer = type('x'.repeat(10_000), { speed: 30 });
    vi.mocked(performance.now).mockRestore();
    await writer.finished;
    expect(element.textContent).toHaveLength(10_000);
  });

  test('one write per frame, and no frame when there is nothing to show', async () => {
    const { source, put } = feed();
    type(source);
    put('x'.repeat(50));
    const writes: number[] = [];
    const observer = new MutationObserver((records) => writes.push(records.length));
    await framesUntil(() => element.textContent.length > 20);
    observer.observe(element, { subtree: true, characterData: true });
    await frame();
    await Promise.resolve();
    expect(writes).toEqual([1]);
    await framesUntil(() => element.textContent.length === 50);
    observer.disconnect();
    await frame();
    expect(frames).toHaveLength(0);
  });

  test('reduced motion shows text as it arrives', async () => {
    vi.spyOn(globalThis, 'matchMedia').mockReturnValue({ matches: true } as MediaQueryList);
    const { source, put } = feed();
    type(source);
    put('x'.repeat(1000));
    await frame();
    expect(element.textContent.length).toBeGreaterThanOrEqual(999);
    element.replaceChildren();
    type('x'.repeat(1000), { reducedMotion: 'ignore' });
    await frame();
    expect(element.textContent.length).toBeLessThan(500);
  });

  test('reduced motion is respected also where the reader sets it in the middle of an answer', async () => {
    const motion = { matches: false };
    vi.spyOn(globalThis, 'matchMedia').mockReturnValue(motion as MediaQueryList);
    type('x'.repeat(1000), { speed: 60 });
    await frame();
    expect(element.textContent.length).toBeLessThan(5);
    motion.matches = true;
    await frame();
    expect(element.textContent).toHaveLength(1000);
  });
});

describe('the controls', () => {
  test('pause and play', async () => {
    const writer = type('x'.repeat(100), { speed: 100 });
    await frame();
    await frame();
    writer.pause();
    expect(writer.playState).toBe('paused');
    const shown = element.textContent;
    await frame(5000);
    expect(element.textContent).toBe(shown);
    writer.play();
    await frame();
    await frame();
    expect(element.textContent.length).toBeLessThan(10);
    await framesUntil(() => writer.playState === 'finished');
    expect(element.textContent).toHaveLength(100);
  });

  test.each<[option: string, options: object]>([
    ['speed', { speed: 0 }],
    ['speed', { speed: -5 }],
    ['speed', { speed: NaN }],
    ['speed', { speed: 'fast' }],
    ['speed', { speed: null }],
    ['lag', { lag: -1 }],
    ['lag', { lag: NaN }],
  ])(
    'with a %s that would stand still is an OptionsError, and changes nothing (%o)',
    async (option, options) => {
      element.append('before');
      const source = stream('/never-asked');
      expect(() => type(source, options)).toThrow(
        expect.objectContaining({ name: 'OptionsError', code: 'options', option }),
      );
      expect([element.textContent, element.hasAttribute('aria-busy'), source.state]).toEqual([
        'before',
        false,
        'idle',
      ]);
    },
  );

  test('finish shows all that has arrived at once, and the rest as it arrives', async () => {
    const { source, put, end: close } = feed();
    const writer = type(source, { speed: 1 });
    put('hello ');
    await frame();
    writer.finish();
    expect(element.textContent.trim()).toBe('hello');
    put('world');
    close();
    await framesUntil(() => writer.playState === 'finished');
    expect(element.textContent).toBe('hello world');
  });

  test('cancel stops, leaves what is shown, and closes the source', async () => {
    const server = await serve([sse('hello'), hang]);
    const source = stream(server.url);
    const writer = type(source);
    await expect.poll(async () => (await frame(), element.textContent), { interval: 1 }).toMatch(/^hel/);
    writer.cancel();
    expect(writer.playState).toBe('idle');
    await expect(writer.finished).rejects.toMatchObject({ name: 'AbortError' });
    expect((await source.result).outcome).toBe('stopped');
    expect(element.textContent).toMatch(/^hel/);
    expect(element.hasAttribute('aria-busy')).toBe(false);
  });

  test('a signal cancels, with its reason', async () => {
    const controller = new AbortController();
    const cancelled = vi.fn();
    const writer = type(new ReadableStream<string>({ cancel: cancelled }), { signal: controller.signal });
    controller.abort('enough');
    await expect(writer.finished).rejects.toBe('enough');
    expect(cancelled).toHaveBeenCalled();
  });

  test('a cut answer shows what had arrived, then rejects', async () => {
    const server = await serve([sse('half an answer'), ...cutAfter('half an answer')]);
    const writer = type(stream(server.url, { body: 'x', onText: server.onText }));
    await expect.poll(async () => (await frame(), writer.playState), { interval: 1 }).toBe('finished');
    await expect(writer.finished).rejects.toMatchObject({ code: 'truncated' });
    expect(element.textContent).toBe('half an answer');
  });

  test('the element is busy while it types', async () => {
    const server = await serve([gate('go'), sse('a'), endEvent, end]);
    const writer = type(stream(server.url, { transport: 'fetch' }));
    expect(element.getAttribute('aria-busy')).toBe('true');
    await server.open('go');
    await expect.poll(async () => (await frame(), writer.playState), { interval: 1 }).toBe('finished');
    expect(element.hasAttribute('aria-busy')).toBe(false);
  });
});

test.each([
  ['no element', 'text', null, 'not null. Is it in the page yet?'],
  ['a selector', 'text', '#answer', 'not string'],
  ['no source', undefined, document.body, 'not undefined'],
])('names what it cannot use: %s', (_, source, element, words) => {
  expect(() => typewriter(source as string, element as HTMLElement)).toThrow(words);
  expect(() => typewriter(source as string, element as HTMLElement)).toThrow(OptionsError);
});
