import { afterEach, describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { server } from 'vitest/browser';
import { EventSource as OnFetch } from '../../src/connection/event-source.ts';
import { serve, type Served } from '../server/client.ts';
import { answer, bytes, end, gate, hang, head, sse, write, type Step } from '../server/script.ts';

/**
 * The requirements of the standard's public tests (web-platform-tests, eventsource/), tested on the browser's EventSource
 * and on ours.
 */
const implementations = [
  { name: 'native EventSource', EventSource: globalThis.EventSource },
  { name: 'teleprinter/eventsource', EventSource: OnFetch },
] as const;

/** The requirements that an implementation does not meet; the reasons are in test/README.md. These tests must fail. */
const EXCEPTIONS: Record<string, readonly string[]> = {
  'teleprinter/eventsource': [
    'events are trusted',
    'a server that does not allow the origin closes it for good',
    'a simple Last-Event-ID needs no preflight request to a server of another origin',
  ],
  'native EventSource in chromium': ['UTF-8, whatever charset the content type has'],
  'native EventSource in firefox': ['an ID with NUL'],
  'teleprinter/eventsource in webkit': ['it sends the last event ID in UTF-8, unless it is empty'],
};

describe.each(implementations)('$name', ({ name, EventSource }) => {
  const exceptions = new Set([
    ...(EXCEPTIONS[name] ?? []),
    ...(EXCEPTIONS[`${name} in ${server.browser}`] ?? []),
  ]);
  const sources: EventSource[] = [];
  afterEach(() => {
    for (const source of sources.splice(0)) source.close();
  });

  function open(url: string | URL, init?: EventSourceInit): EventSource {
    const source = new EventSource(url, init);
    sources.push(source);
    return source;
  }

  test('it has the name and the enumerable members of the interface', () => {
    const members: string[] = [];
    for (const name in EventSource.prototype) members.push(name);
    expect(EventSource.name).toBe('EventSource');
    expect(EventSource.length).toBe(1);
    // The members of EventTarget follow.
    expect(members.slice(0, 10).toSorted()).toEqual([
      'CLOSED',
      'CONNECTING',
      'OPEN',
      'close',
      'onerror',
      'onmessage',
      'onopen',
      'readyState',
      'url',
      'withCredentials',
    ]);
    expect(Object.keys(EventSource).toSorted()).toEqual(['CLOSED', 'CONNECTING', 'OPEN']);
  });

  const next = (source: EventSource, type = 'message'): Promise<MessageEvent> =>
    new Promise((resolve) => source.addEventListener(type, (event) => resolve(event), { once: true }));

  /** Reads a message, ends the connection on the server, and reads the first message of the next connection. */
  async function reconnect(server: Served, source: EventSource): Promise<void> {
    await next(source);
    const again = next(source);
    await server.open('read');
    await again;
  }

  /** The messages up to the one whose data is `end`, each as data and last event ID. */
  function messages(source: EventSource): Promise<string[]> {
    const received: string[] = [];
    return new Promise((resolve, reject) => {
      source.addEventListener('error', reject);
      source.addEventListener('message', ({ data, lastEventId }) => {
        if (data === 'end') resolve(received);
        else received.push(lastEventId ? `${data}#${lastEventId}` : data);
      });
    });
  }

  const check = (title: string, run: () => Promise<void>): void =>
    exceptions.has(title) ? test.fails(title, run) : test(title, run);

  const receives = (title: string, steps: readonly Step[], expected: readonly string[]): void =>
    check(title, async () => {
      const server = await serve([...steps, write('\n\ndata: end\n\n'), hang]);
      expect(await messages(open(server.url))).toEqual(expected);
    });

  describe('its construction', () => {
    test('the URL is resolved against the page, an empty one is the page', () => {
      expect(open('some/where?q#f').url).toBe(new URL('some/where?q#f', document.baseURI).href);
      expect(open('').url).toBe(document.baseURI);
    });

    test('a URL that is not a string is converted to one', async () => {
      const server = await serve([sse('hi'), hang]);
      const object = { toString: () => server.url } as URL;
      expect((await next(open(object))).data).toBe('hi');
      const wrong = [1, null, undefined] as unknown as string[];
      expect(wrong.map((url) => open(url).url.split('/').at(-1))).toEqual(['1', 'null', 'undefined']);
    });

    test('an invalid URL is a SyntaxError', () => {
      expect(() => open('http://[')).toThrow(
        expect.objectContaining({ name: 'SyntaxError', code: DOMException.SYNTAX_ERR }),
      );
    });

    test('the states are constants of the constructor, its prototype and its instances', () => {
      const source = open('/');
      for (const target of [EventSource, EventSource.prototype, source]) {
        expect([target.CONNECTING, target.OPEN, target.CLOSED]).toEqual([0, 1, 2]);
      }
      expect(() => Object.assign(source, { OPEN: 5 })).toThrow(TypeError);
    });

    test('it is an EventTarget with a prototype that can be extended', () => {
      const prototype = EventSource.prototype as { extended?: boolean };
      onTestFinished(() => void delete prototype.extended);
      prototype.extended = true;
      const source = open('/');
      expect((source as typeof prototype).extended).toBe(true);
      expect(source).toBeInstanceOf(EventTarget);
      expect(source).toBeInstanceOf(EventSource);
      expect(Object.prototype.toString.call(source)).toBe('[object EventSource]');
    });

    test('withCredentials is the option, and false by default', () => {
      expect(open('/', { withCredentials: true }).withCredentials).toBe(true);
      expect(open('/', { withCredentials: false }).withCredentials).toBe(false);
      expect(open('/').withCredentials).toBe(false);
    });

    test('url, readyState and withCredentials cannot be set', () => {
      const source = open('/');
      for (const property of ['url', 'readyState', 'withCredentials']) {
        expect(() => Object.assign(source, { [property]: 5 })).toThrow(TypeError);
      }
    });
  });

  describe('its states', () => {
    test('it is connecting, then open, then closed', async () => {
      const server = await serve([sse('hi'), hang]);
      const source = open(server.url);
      expect(source.readyState).toBe(0);
      const event = await next(source, 'open');
      expect(source.readyState).toBe(1);
      expect(event).not.toHaveProperty('data');
      source.close();
      expect(source.readyState).toBe(2);
      await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
    });

    test('it reconnects after each end, and closes if the response is not an event stream', async () => {
      const server = await serve(
        [write('retry: 1\ndata: opened\n\n'), gate('read'), end],
        [sse('reconnected'), gate('read'), end],
        answer(404, 'text/plain', 'gone'),
      );
      const source = open(server.url);
      const seen: unknown[] = [];
      source.addEventListener('message', ({ data }) => {
        seen.push(data);
        void server.open('read');
      });
      await new Promise<void>((resolve) => {
        source.addEventListener('error', () => {
          seen.push(source.readyState);
          if (source.readyState === 2) resolve();
        });
      });
      expect(seen).toEqual(['opened', 0, 'reconnected', 0, 2]);
      expect(await server.requests()).toHaveLength(3);
    });

    test('if it is closed in a message, later messages of the same chunk are not dispatched', async () => {
      const server = await serve([write('data: 1\n\ndata: 2\n\n'), hang]);
      const source = open(server.url);
      const received: unknown[] = [];
      source.addEventListener('message', ({ data }) => {
        received.push(data);
        source.close();
      });
      await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
      expect(received).toEqual(['1']);
    });

    test('if it is closed before it opens, it dispatches nothing', async () => {
      const server = await serve([gate('go'), sse('hi'), hang]);
      const source = open(server.url);
      const received: string[] = [];
      for (const type of ['open', 'message', 'error'])
        source.addEventListener(type, () => received.push(type));
      source.close();
      await server.open('go');
      const other = await serve([sse('hi'), hang]);
      await next(open(other.url));
      expect(received).toEqual([]);
      expect(source.readyState).toBe(2);
    });

    test('if it is closed while it waits to reconnect, it sends no further request', async () => {
      const server = await serve([write('retry: 300\ndata: hi\n\n'), gate('read'), end]);
      const source = open(server.url);
      await next(source);
      const lost = next(source, 'error');
      await server.open('read');
      await lost;
      source.close();
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await server.requests()).toHaveLength(1);
    });
  });

  describe('its events', () => {
    test('a message is a MessageEvent with data, origin and last event ID', async () => {
      const server = await serve([sse('hi', { id: 7 }), hang]);
      const event = await next(open(server.url));
      expect(event).toBeInstanceOf(MessageEvent);
      expect(event).toMatchObject({ data: 'hi', lastEventId: '7', origin: new URL(server.url).origin });
      expect([event.bubbles, event.cancelable, event.source, event.ports]).toEqual([false, false, null, []]);
    });

    check('events are trusted', async () => {
      const server = await serve([sse('hi'), hang]);
      expect((await next(open(server.url))).isTrusted).toBe(true);
    });

    test('a named event is dispatched only to listeners of its name', async () => {
      const server = await serve([sse('named', { event: 'own' }), sse('plain'), hang]);
      const source = open(server.url);
      const named = next(source, 'own');
      source.onmessage = ({ data }) => expect(data).toBe('plain');
      expect((await next(source)).data).toBe('plain');
      expect(await named).toMatchObject({ type: 'own', data: 'named' });
    });

    test('handlers are called in the order in which they were first set, on the source', async () => {
      const server = await serve([sse('hi'), hang]);
      const source = open(server.url);
      const calls: unknown[] = [];
      source.onmessage = () => calls.push('replaced');
      const received = new Promise<void>((resolve) => {
        source.addEventListener('message', () => {
          calls.push('listener');
          resolve();
        });
      });
      source.onmessage = function own(this: unknown) {
        calls.push('handler', this === source);
      };
      await received;
      expect(calls).toEqual(['handler', true, 'listener']);
    });

    test('a handler that is not a function is ignored', () => {
      const source = open('/');
      source.onopen = () => {};
      expect(source.onopen).toBeTypeOf('function');
      source.onopen = 'text' as never;
      expect([source.onopen, source.onmessage, source.onerror]).toEqual([null, null, null]);
    });

    test('a server event named open or error is a message, which the handler receives', async () => {
      const server = await serve([sse('a', { event: 'open' }), sse('b', { event: 'error' }), hang]);
      const source = open(server.url);
      const received: unknown[] = [];
      source.onopen = (event) => received.push((event as MessageEvent).data);
      source.onerror = (event) => received.push((event as MessageEvent).data);
      await expect.poll(() => received).toEqual([undefined, 'a', 'b']);
    });
  });

  describe('its parser', () => {
    const euro = [...new TextEncoder().encode('data: €\n\n')];
    receives('several lines of data', [write('data: msg\ndata:msg\n\n:\ndata:end')], ['msg\nmsg']);
    receives('a BOM at the start', [write('\ufeffdata: 1\n\ndata: 2\n\n')], ['1', '2']);
    receives(
      'two BOMs, of which only the first is ignored',
      [write('\ufeff\ufeffdata: 1\n\ndata: 2\n\n')],
      ['2'],
    );
    receives(
      'a BOM in the middle of the stream',
      [write('data: 1\n\n\ufeffdata: 2\n\ndata: 3\n\n')],
      ['1', '3'],
    );
    receives(
      'comments',
      [
        write(
          `data:1\r:\0\n:\r\ndata:2\n:${'x'.repeat(2100)}\rdata:3\n:data:fail\r:${'y'.repeat(2100)}\ndata:4\n\n`,
        ),
      ],
      ['1\n2\n3\n4'],
    );
    receives(
      'data fields with and without a colon',
      [write('data:\n\ndata\ndata\n\ndata:test\n\n')],
      ['', '\n', 'test'],
    );
    receives('the empty event name', [write('event: \ndata: a\n\n')], ['a']);
    receives(
      'IDs that persist, change and reset',
      [write('id: 1\ndata: a\n\ndata: b\n\nid:2\ndata: c\n\nid\ndata: d\n\n')],
      ['a#1', 'b#1', 'c#2', 'd'],
    );
    receives('an ID with NUL', [write('id: a\0b\ndata: x\n\n')], ['x']);
    receives(
      'odd field names',
      [
        write(
          'data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n',
        ),
      ],
      ['\0\n 2\n1\n3\n\n4'],
    );
    receives('leading spaces', [write('data:\ttest\rdata: \ndata:test\n\n')], ['\ttest\n\ntest']);
    receives('all line ends in one event', [write('data:test\r\ndata\ndata:test\r\n\r\n')], ['test\n\ntest']);
    receives('NUL in data', [write('data:\0\n\n\0\n\n')], ['\0']);
    receives(
      'unknown fields',
      [write('data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacomment\n\n')],
      ['test\n'],
    );
    receives(
      'UTF-8, byte by byte',
      euro.map((byte) => bytes(byte)),
      ['€'],
    );
    receives(
      'UTF-8, whatever charset the content type has',
      [head(200, { 'content-type': 'text/event-stream;charset=windows-1252' }), sse('…')],
      ['…'],
    );
    receives('a retry field that is empty', [write('retry\ndata:test\n\n')], ['test']);

    test('an event that is cut off is dropped, and so is its ID', async () => {
      const server = await serve(
        [write('retry:1\nid: 1\ndata: a\n\nid: 2\ndata: b\n'), gate('read'), end],
        [sse('c'), hang],
      );
      const source = open(server.url);
      expect((await next(source)).data).toBe('a');
      const later = next(source);
      await server.open('read');
      expect((await later).data).toBe('c');
      expect((await server.requests())[1]?.headers['last-event-id']).toBe('1');
    });

    test.each([
      ['a time in digits', 'retry: 3\n'],
      ['the valid time, not the invalid one after it', 'retry: 3\nretry: 999999x\n'],
    ])('the reconnection time is %s', async (_, retry) => {
      const server = await serve([write(`${retry}data: a\n\n`), gate('read'), end], [sse('b'), hang]);
      const source = open(server.url);
      await next(source);
      const started = performance.now();
      const again = next(source);
      await server.open('read');
      await again;
      // The default is several seconds.
      expect(performance.now() - started).toBeLessThan(900);
    });

    test.each([
      ['text/event-stream', true],
      ['text/event-stream;', true],
      ['text/event-stream;charset=utf-8', true],
      ['text/event-stream-', false],
      ['text/x-bogus', false],
    ])('the content type %s is a stream: %s', async (type, isStream) => {
      const server = await serve([head(200, { 'content-type': type }), sse('a'), hang]);
      const source = open(server.url);
      if (isStream) expect((await next(source)).data).toBe('a');
      else {
        await next(source, 'error');
        expect(source.readyState).toBe(2);
      }
    });
  });

  describe('its requests', () => {
    test('it requests an event stream by GET and bypasses caches', async () => {
      const server = await serve([head(200, { 'cache-control': 'max-age=1000' }), sse('a'), hang]);
      await next(open(server.url));
      await next(open(server.url));
      const [request, ...more] = await server.requests();
      expect(more).toHaveLength(1);
      expect(request).toMatchObject({ method: 'GET', headers: { accept: 'text/event-stream' } });
      expect(request?.headers['last-event-id']).toBeUndefined();
    });

    test.each([301, 302, 303, 307, 308])('a redirect by %i is followed', async (status) => {
      // The server ends it: after a redirect, Firefox does not close a connection that the page has closed.
      const target = await serve([sse('there'), gate('read'), end]);
      const server = await serve([head(status, { location: target.url }), end]);
      expect((await next(open(server.url))).data).toBe('there');
      await target.open('read');
    });

    test.each([204, 205, 210, 299, 404, 410, 500, 503])('status %i closes it for good', async (status) => {
      const stream = { 'content-type': 'text/event-stream' };
      const body = [204, 205].includes(status) ? [] : [sse('no')];
      const server = await serve([head(status, stream), ...body, end]);
      const source = open(server.url);
      source.onmessage = () => expect.unreachable();
      await next(source, 'error');
      expect(source.readyState).toBe(2);
      expect(await server.requests()).toHaveLength(1);
    });

    test('it reconnects after a refused connection', async () => {
      const server = await serve(
        [write('retry: 1\ndata: a\n\n'), gate('read'), end],
        [{ reset: true }],
        [sse('b'), hang],
      );
      const source = open(server.url);
      await next(source);
      const states: number[] = [];
      source.onerror = () => states.push(source.readyState);
      await server.open('read');
      expect((await next(source)).data).toBe('b');
      // The first error is the end, the second the refusal, after which a browser may retry by itself.
      expect(states.length && states.every((state) => state === 0)).toBe(true);
    });

    check('it sends the last event ID in UTF-8, unless it is empty', async () => {
      const server = await serve(
        [write('retry: 1\nid: …\ndata: a\n\n'), gate('1'), end],
        [sse('b'), gate('2'), end],
        [sse('c', { id: '' }), gate('3'), end],
        [sse('d'), hang],
      );
      const source = open(server.url);
      for (const [at, data] of ['a', 'b', 'c', 'd'].entries()) {
        expect((await next(source)).data).toBe(data);
        await server.open(String(at + 1));
      }
      const sent = (await server.requests()).map(({ headers }) => headers['last-event-id']);
      const utf8 = String.fromCharCode(...new TextEncoder().encode('…'));
      expect(sent).toEqual([undefined, utf8, utf8, undefined]);
    });

    test('credentials are sent to another origin only with withCredentials', async () => {
      const server = await serve([head(200, { 'set-cookie': 'tele=printer' }), end]);
      // Another port is another origin, but the same site, so the cookies are the same.
      const sameSite = (url: string): string => url.replace('127.0.0.1', location.hostname);
      await fetch(sameSite(server.url), { credentials: 'include' });
      const asked = await serve([sse('a'), hang]);
      await next(open(sameSite(asked.url)));
      await next(open(sameSite(asked.url), { withCredentials: true }));
      const cookies = (await asked.requests()).map(({ headers }) => headers.cookie);
      expect(cookies).toEqual([undefined, 'tele=printer']);
    });

    test('a server of another origin that allows it can be read, also after a redirect and when reconnecting', async () => {
      const target = await serve(
        [write('retry: 1\ndata: a\n\n'), gate('read'), end],
        [sse('b'), gate('read'), end],
      );
      const server = await serve([head(302, { location: target.url }), end]);
      const source = open(server.url);
      expect(await next(source)).toMatchObject({ data: 'a', origin: new URL(target.url).origin });
      const again = next(source);
      await target.open('read');
      expect((await again).data).toBe('b');
    });

    check('a server that does not allow the origin closes it for good', async () => {
      const server = await serve([
        head(200, { 'access-control-allow-origin': 'http://example.org' }),
        sse('no'),
        hang,
      ]);
      const source = open(server.url);
      await next(source, 'error');
      expect(source.readyState).toBe(2);
    });

    check('a simple Last-Event-ID needs no preflight request to a server of another origin', async () => {
      const server = await serve(
        [
          head(200, { 'access-control-max-age': '0' }),
          write('retry: 1\nid: 1\ndata: a\n\n'),
          gate('read'),
          end,
        ],
        [sse('b'), hang],
      );
      const source = open(server.url);
      await reconnect(server, source);
      expect(await server.preflights()).toBe(0);
    });

    test.each(['x'.repeat(200), 'a"b'])(
      'a last event ID that needs a preflight request arrives',
      async (id) => {
        const server = await serve(
          [write(`retry: 1\nid: ${id}\ndata: a\n\n`), gate('read'), end],
          [sse('b'), hang],
        );
        const source = open(server.url);
        await reconnect(server, source);
        expect((await server.requests())[1]?.headers['last-event-id']).toBe(id);
      },
    );
  });
});

describe('teleprinter/eventsource, beyond the standard', () => {
  test('its type is assignable to the DOM’s', () => {
    expectTypeOf(OnFetch).toExtend<typeof globalThis.EventSource>();
    expectTypeOf<InstanceType<typeof OnFetch>>().toExtend<EventSource>();
  });

  test('it sends a method, a body, and headers that are computed for each connection', async () => {
    const server = await serve([write('retry: 1\ndata: a\n\n'), gate('read'), end], [sse('b'), hang]);
    let token = 0;
    const source = new OnFetch(server.url, {
      headers: async () => ({ Authorization: `Bearer ${++token}` }),
      method: 'PUT',
      body: { prompt: 'hi' },
    });
    onTestFinished(() => source.close());
    const received: unknown[] = [];
    source.onmessage = ({ data }) => {
      received.push(data);
      void server.open('read');
    };
    await expect.poll(() => received).toEqual(['a', 'b']);
    expect(await server.requests()).toMatchObject(
      [1, 2].map((at) => ({
        method: 'PUT',
        body: '{"prompt":"hi"}',
        headers: { authorization: `Bearer ${at}`, 'content-type': 'application/json' },
      })),
    );
  });

  test('its error event says what happened', async () => {
    const server = await serve(answer(401, 'application/json', '{"error":"no key"}'));
    const source = new OnFetch(server.url);
    const error = await new Promise((resolve) => {
      source.onerror = (event) => resolve(event.error);
    });
    expect(error).toMatchObject({ code: 'http', status: 401, body: '{"error":"no key"}' });
  });

  test('an AbortError of its fetch closes it for good', async () => {
    const source = new OnFetch('/', {
      fetch: async () => Promise.reject(new DOMException('', 'AbortError')),
    });
    await new Promise((resolve) => {
      source.onerror = resolve;
    });
    expect(source.readyState).toBe(2);
  });

  test('an option that throws closes it for good, and a GET with a body is an error', async () => {
    const source = new OnFetch('/', {
      headers() {
        throw new Error('mine');
      },
    });
    const error = await new Promise((resolve) => {
      source.onerror = (event) => resolve(event.error);
    });
    expect(error).toMatchObject({ code: 'options', option: 'headers', cause: { message: 'mine' } });
    expect(source.readyState).toBe(2);
    expect(() => new OnFetch('/', { method: 'GET', body: 'x' })).toThrow(/method/);
  });
});
