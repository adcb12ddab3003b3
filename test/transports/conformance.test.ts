import { describe, expect, test } from 'vitest';
import { HttpError, stream, type StreamOptions, type StreamResult } from '../../src/core.ts';
import { serve } from '../server/client.ts';
import { bytes, end, endEvent, gate, head, sse, write, type Step } from '../server/script.ts';

type Chunks = readonly (string | readonly number[])[];
/** Type, data, and the last event ID where there is one. */
type Expected = readonly (readonly [type: string, data: string, id?: string])[];

interface Case {
  readonly name: string;
  readonly chunks: Chunks;
  readonly expected: Expected;
  readonly lastEventId?: string;
}

const message = (...data: string[]): Expected => data.map((text) => ['message', text]);
const encode = (chunk: Chunks[number]): Uint8Array<ArrayBuffer> =>
  typeof chunk === 'string' ? new TextEncoder().encode(chunk) : new Uint8Array(chunk);
const BOM = [0xef, 0xbb, 0xbf];

/** Reads these chunks, exactly as they are cut, through the fetch transport. */
async function read(chunks: readonly Uint8Array<ArrayBuffer>[]): Promise<[Expected, StreamResult]> {
  const source = stream(
    new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    }),
    { decode: 'text', end: false },
  );
  const events: [string, string, string?][] = [];
  try {
    for await (const { type, data, id } of source) events.push(id ? [type, data, id] : [type, data]);
  } catch {
    // One that ends in the middle of an event is cut: it is the result's error.
  }
  return [events, await source.result];
}

/** The same bytes in pieces of so many. */
function recut(chunks: Chunks, size: number): Uint8Array<ArrayBuffer>[] {
  const whole = chunks.flatMap((chunk) => [...encode(chunk)]);
  return Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
    encode(whole.slice(at * size, at * size + size)),
  );
}

const parsing: Case[] = [
  { name: 'one chunk', chunks: ['data: Hello\n\n'], expected: message('Hello') },
  { name: 'two chunks', chunks: ['data: Hel', 'lo\n\n'], expected: message('Hello') },
  {
    name: 'three chunks, the middle one shared by two events',
    chunks: ['data: Hel', 'lo\n\ndata: Wo', 'rld\n\n'],
    expected: message('Hello', 'World'),
  },
  {
    name: 'two events in one chunk',
    chunks: ['data: Hello\n\ndata: World\n\n'],
    expected: message('Hello', 'World'),
  },
  {
    name: 'several data lines',
    chunks: ['data: Hello\ndata:World\n\n'],
    expected: message('Hello\nWorld'),
  },
  { name: 'empty data', chunks: ['data:\n\n'], expected: message('') },
  { name: 'a space alone as data', chunks: ['data: \n\n'], expected: message('') },
  {
    name: 'a type',
    chunks: ['event: greeting\ndata: Hello\n\n'],
    expected: [['greeting', 'Hello']],
  },
  { name: 'an empty type as the default', chunks: ['event:\ndata: Hello\n\n'], expected: message('Hello') },
  {
    name: 'the last of two types',
    chunks: ['event: a\nevent: b\ndata: Hello\n\n'],
    expected: [['b', 'Hello']],
  },
  {
    name: 'a type for its own event only',
    chunks: ['event: a\ndata: 1\n\ndata: 2\n\n'],
    expected: [
      ['a', '1'],
      ['message', '2'],
    ],
  },
  {
    name: 'no event of a type without data, and the default type after it',
    chunks: ['event: a\n\ndata: Hello\n\n'],
    expected: message('Hello'),
  },
  {
    name: 'a type that objects have',
    chunks: ['event: __proto__\ndata: Hello\n\nevent: constructor\ndata: World\n\n'],
    expected: [
      ['__proto__', 'Hello'],
      ['constructor', 'World'],
    ],
  },
  { name: 'an ID', chunks: ['id: 1\ndata: Hello\n\n'], expected: [['message', 'Hello', '1']] },
  {
    name: 'type and ID, before the data',
    chunks: ['event: a\nid: 1\ndata: Hello\n\n'],
    expected: [['a', 'Hello', '1']],
  },
  {
    name: 'ID and type, before the data',
    chunks: ['id: 1\nevent: a\ndata: Hello\n\n'],
    expected: [['a', 'Hello', '1']],
  },
  {
    name: 'type and ID, after the data',
    chunks: ['data: Hello\nevent: a\nid: 1\n\n'],
    expected: [['a', 'Hello', '1']],
  },
  {
    name: 'unknown fields',
    chunks: ['Data: no\nfoo: no\ndata : no\ndatum: no\nfoo\ndata: Hello\n\n'],
    expected: message('Hello'),
  },
  { name: 'no space after the colon', chunks: ['data:Hello\n\n'], expected: message('Hello') },
  {
    name: 'two spaces after the colon, one of which is kept',
    chunks: ['event:  a\nid:  1\ndata:  Hello\n\n'],
    expected: [[' a', ' Hello', ' 1']],
  },
  { name: 'a tab after the colon, kept', chunks: ['data:\tHello\n\n'], expected: message('\tHello') },
  { name: 'colons in data', chunks: ['data: a: b:c\n\n'], expected: message('a: b:c') },
  {
    name: 'data lines without a colon',
    chunks: ['data\n\ndata\ndata\n\ndata:test\n\n'],
    expected: message('', '\n', 'test'),
  },
  {
    name: 'an ID with NUL, ignored',
    chunks: ['id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n'],
    expected: [
      ['message', 'a', '1'],
      ['message', 'b', '1'],
    ],
    lastEventId: '1',
  },
  { name: 'NUL in data', chunks: ['data: a\0b\n\n'], expected: message('a\0b') },
  {
    name: 'an ID that persists',
    chunks: ['id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\n'],
    expected: [
      ['message', 'a', '1'],
      ['message', 'b', '1'],
      ['message', 'c', '2'],
    ],
    lastEventId: '2',
  },
  {
    name: '`id:` that clears the ID',
    chunks: ['id: 1\ndata: a\n\nid:\ndata: b\n\n'],
    expected: [
      ['message', 'a', '1'],
      ['message', 'b'],
    ],
  },
  {
    name: '`id` without a colon that clears the ID',
    chunks: ['id: 1\ndata: a\n\nid\ndata: b\n\n'],
    expected: [
      ['message', 'a', '1'],
      ['message', 'b'],
    ],
  },
  {
    name: 'an ID alone in its block',
    chunks: ['id: 1\n\ndata: a\n\n'],
    expected: [['message', 'a', '1']],
  },
  {
    name: 'an ID alone in the last block',
    chunks: ['data: a\n\nid: 1\n\n'],
    expected: message('a'),
    lastEventId: '1',
  },
  { name: 'characters of three bytes', chunks: ['data: €豆腐\n\n'], expected: message('€豆腐') },
  { name: 'characters of four bytes', chunks: ['data: 🙂👩‍👩‍👧\n\n'], expected: message('🙂👩‍👩‍👧') },
  {
    name: 'bytes that are no UTF-8, replaced',
    chunks: ['data: a', [0xff, 0xc3], 'b', [0xe2, 0x82], '\n\n'],
    expected: message('a\ufffd\ufffdb\ufffd'),
  },
  { name: 'an event that is not ended, dropped', chunks: ['data: a\n\ndata: b\n'], expected: message('a') },
  {
    name: 'an event in mid-line at the end, dropped, and its ID not adopted',
    chunks: ['id: 1\ndata: a\n\nid: 2\ndata: b'],
    expected: [['message', 'a', '1']],
    lastEventId: '1',
  },
  { name: 'retry alone', chunks: ['retry: 1000\n\ndata: a\n\n'], expected: message('a') },
  { name: 'nothing at all', chunks: [''], expected: [] },
  { name: 'newlines alone', chunks: ['\n\n\n\r\r\r\n\r\n'], expected: [] },
];

const boms: Case[] = [
  { name: 'before data', chunks: [BOM, 'data: a\n\n'], expected: message('a') },
  { name: 'before a type', chunks: [BOM, 'event: t\ndata: a\n\n'], expected: [['t', 'a']] },
  { name: 'before an ID', chunks: [BOM, 'id: 1\ndata: a\n\n'], expected: [['message', 'a', '1']] },
  { name: 'before data of two lines', chunks: [BOM, 'data: a\ndata: b\n\n'], expected: message('a\nb') },
  { name: 'before a comment', chunks: [BOM, ': hi\n\ndata: a\n\n'], expected: message('a') },
  { name: 'before empty data', chunks: [BOM, 'data:\n\n'], expected: message('') },
  { name: 'before a blank line', chunks: [BOM, '\ndata: a\n\n'], expected: message('a') },
  {
    name: 'split after two bytes',
    chunks: [BOM.slice(0, 2), BOM.slice(2), 'data: a\n\n'],
    expected: message('a'),
  },
  {
    name: 'split in three',
    chunks: [...BOM.map((byte) => [byte]), 'data: a\n\n'],
    expected: message('a'),
  },
  {
    name: 'twice, of which the second is part of the field name',
    chunks: [BOM, BOM, 'data: a\n\ndata: b\n\n'],
    expected: message('b'),
  },
  {
    name: 'in mid-stream, part of the field name',
    chunks: ['data: a\n\n', BOM, 'data: b\n\ndata: c\n\n'],
    expected: message('a', 'c'),
  },
  { name: 'inside data, kept', chunks: ['data: a', BOM, 'b\n\n'], expected: message('a\ufeffb') },
  {
    name: 'as characters that only look like its bytes, part of the field name',
    chunks: ['ï»¿data: a\n\ndata: b\n\n'],
    expected: message('b'),
  },
];

const comments: Case[] = [
  { name: 'alone', chunks: [': hello\n\n'], expected: [] },
  { name: 'two in a row', chunks: [': a\n: b\n\ndata: x\n\n'], expected: message('x') },
  { name: 'before an event', chunks: [': a\ndata: x\n\n'], expected: message('x') },
  { name: 'after an event', chunks: ['data: x\n\n: a\n\n'], expected: message('x') },
  { name: 'inside an event', chunks: ['data: x\n: a\ndata: y\n\n'], expected: message('x\ny') },
  { name: 'that look like data', chunks: [':data: no\n\ndata: x\n\n'], expected: message('x') },
];

const lines: Case[] = [
  { name: 'one line', chunks: ['data: a\n\n'], expected: message('a') },
  {
    name: 'one line, then two',
    chunks: ['data: a\n\ndata: b\ndata: c\n\n'],
    expected: message('a', 'b\nc'),
  },
  { name: 'an empty first line', chunks: ['data:\ndata: a\n\n'], expected: message('\na') },
  { name: 'an empty middle line', chunks: ['data: a\ndata:\ndata: b\n\n'], expected: message('a\n\nb') },
  { name: 'one extra blank line', chunks: ['data: a\n\n\ndata: b\n\n'], expected: message('a', 'b') },
  { name: 'two extra blank lines', chunks: ['data: a\n\n\n\ndata: b\n\n'], expected: message('a', 'b') },
];

describe.each([
  ['reads', parsing],
  ['drops a BOM at the start and no other:', boms],
  ['ignores comments', comments],
])('the event stream parser %s', (_, cases) => {
  test.each(cases)('$name', async ({ chunks, expected, lastEventId }) => {
    for (const cut of [chunks.map(encode), ...[1, 2, 3, 7, 1e9].map((size) => recut(chunks, size))]) {
      const [events, result] = await read(cut);
      expect(events).toEqual(expected);
      expect(result.lastEventId).toBe(lastEventId ?? expected.at(-1)?.[2] ?? '');
    }
  });
});

describe.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('with %s line ends', (_, lineEnd) => {
  describe.each([
    ['whole', 1e9],
    ['in chunks of one byte', 1],
    ['in chunks of two bytes', 2],
  ])('%s', (_, size) => {
    test.each(lines)('$name', async ({ chunks, expected }) => {
      const [events] = await read(recut([chunks.join('').replaceAll('\n', lineEnd)], size));
      expect(events).toEqual(expected);
    });
  });
});

test('a CRLF that is split after its CR is one line end', async () => {
  const [events] = await read(
    ['data: a\r', '\ndata: b\r', '\n\r', '\ndata: c\r', '\n\r\n'].map((chunk) => encode(chunk)),
  );
  expect(events).toEqual(message('a\nb', 'c'));
});

test.each([
  ['whole', [write('data: a\r\r')]],
  ['byte by byte', [...'data: a\r\r'].map((byte) => write(byte))],
  ['after CRLF', [write('data: a\r\n\r')]],
  ['in two chunks', [write('data: a\r'), write('\r')]],
] satisfies [string, Step[]][])('a lone CR dispatches at once: %s', async (_, steps) => {
  const server = await serve([...steps, gate('heard'), endEvent, end]);
  const heard: unknown[] = [];
  for await (const { data } of stream(server.url, { transport: 'fetch' })) {
    heard.push(data);
    await server.open('heard');
  }
  expect(heard).toEqual(['a']);
});

test.each([1, 2])('7 MB of base64 in one event arrive whole, in %i chunks', async (count) => {
  const text = btoa('teleprinter!'.repeat(440_000));
  expect(text.length).toBeGreaterThan(7_000_000);
  const [events] = await read(recut([`data: ${text}\n\n`], Math.ceil((text.length + 8) / count)));
  expect(events).toEqual(message(text));
});

test('a hundred messages arrive in order', async () => {
  const server = await serve([
    ...Array.from({ length: 100 }, (_, at) => sse(String(at), { id: at })),
    endEvent,
    end,
  ]);
  const heard: unknown[] = [];
  for await (const { raw, id } of stream(server.url, { transport: 'fetch' })) heard.push([raw, id]);
  expect(heard).toEqual(Array.from({ length: 100 }, (_, at) => [String(at), String(at)]));
});

const options: StreamOptions = { transport: 'fetch', retry: { delay: 1 } };

test.each([
  ['digits', '30', true],
  ['no space', '30', true],
  ['letters', '30ms', false],
  ['a sign', '-30', false],
  ['a fraction', '3.5', false],
  ['nothing', '', false],
])('the reconnection time is set by digits alone: %s', async (name, value, sets) => {
  const server = await serve(
    [write(`retry:${name === 'no space' ? '' : ' '}${value}\nid: 1\ndata: a\n\n`), gate('has a'), end],
    [endEvent, end],
  );
  const delays: number[] = [];
  await stream(server.url, {
    ...options,
    end: 'end',
    retry: { delay: 0 },
    onText: server.onText,
    onReconnect: ({ delay }) => delays.push(delay),
  }).result;
  expect(delays).toHaveLength(1);
  if (sets) expect(delays[0]).toBeGreaterThan(0);
  else expect(delays).toEqual([0]);
});

test.each([301, 302, 307, 308])('a redirect by %i is followed', async (status) => {
  const target = await serve([sse('there'), endEvent, end]);
  const server = await serve([head(status, { location: target.url }), end]);
  expect(await stream(server.url, options).result).toMatchObject({ outcome: 'complete', text: 'there' });
  expect(await target.requests()).toMatchObject([{ method: 'GET' }]);
});

test.each([
  ['text/event-stream', true],
  ['TEXT/Event-Stream', true],
  ['text/event-stream;charset=utf-8', true],
  ['text/event-stream ; charset=windows-1252', true],
  ['text/html, text/event-stream', true],
  ['text/event-stream, text/event-stream; charset=utf-8', true],
  ['text/event-stream\t;charset=utf-8', true],
  ['text/plain', true],
  ['application/octet-stream', true],
  ['text/event-stream, text/html', false],
  ['text/event-streams', false],
  ['text/html', false],
  ['image/png', false],
])('the content type %s: read as UTF-8 %s', async (type, isRead) => {
  const server = await serve([head(200, { 'content-type': type }), sse('€'), endEvent, end]);
  const result = await stream(server.url, options).result;
  if (isRead) expect(result).toMatchObject({ outcome: 'complete', text: '€' });
  else expect(result.error).toBeInstanceOf(HttpError);
  expect(await server.requests()).toHaveLength(1);
});

test('an answer without a content type is read by its first bytes', async () => {
  const headless = async (): Promise<Response> =>
    new Response(encode('data: a\n\n'), { headers: {}, status: 200 });
  const result = await stream('/', { ...options, fetch: headless }).result;
  expect(result).toMatchObject({ outcome: 'complete', text: 'a' });
});

test('an ID of the caller goes out with the first request, an emptied one with none', async () => {
  const server = await serve(
    [write('id: 7\ndata: a\n\nid\ndata: b\n\n'), gate('has ab'), end],
    [endEvent, end],
  );
  await stream(server.url, {
    ...options,
    end: 'end',
    lastEventId: '5',
    reconnect: 'always',
    onText: server.onText,
  }).result;
  const requests = await server.requests();
  expect(requests.map(({ headers }) => headers['last-event-id'])).toEqual(['5', undefined]);
});

test('bytes of one character that come apart in time are one character', async () => {
  const [first = 0, ...rest] = encode('€');
  const server = await serve([
    sse('a'),
    write('data: '),
    bytes(first),
    gate('has a'),
    bytes(...rest),
    write('\n\n'),
    endEvent,
    end,
  ]);
  expect(await stream(server.url, { ...options, onText: server.onText }).result).toMatchObject({
    text: 'a€',
  });
});
