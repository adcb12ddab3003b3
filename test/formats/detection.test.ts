import { describe, expect, test } from 'vitest';
import { stream, type Part, type StreamOptions, type StreamResult } from '../../src/index.ts';
import { plain, auto, openaiChat } from '../../src/formats.ts';
import { serve } from '../server/client.ts';
import { cut, end, endEvent, gate, head, hang, write, type Step } from '../server/script.ts';

const chunk = (content: string, finish_reason: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
const chunks = [chunk('Hello'), chunk(' you'), chunk('', 'stop')];

type Answer = StreamResult & { readonly format: string; readonly parts: readonly Part[] };

async function readAs(
  transport: 'native' | 'fetch' | 'POST',
  steps: readonly Step[],
  options: StreamOptions = {},
) {
  const server = await serve([...steps, end], [head(204), end]);
  const parts: Part[] = [];
  const source = stream(server.url, {
    ...options,
    ...(transport === 'POST'
      ? { body: {} }
      : { transport: transport === 'native' ? 'eventsource' : 'fetch' }),
    retry: { limit: 0 },
    onPart: (part) => parts.push(part),
  });
  return { ...(await source.result), format: source.format, parts } as Answer;
}

const respond = (body: string): Response =>
  new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
async function read(body: string, options?: StreamOptions): Promise<Answer> {
  const parts: Part[] = [];
  const source = stream(respond(body), { ...options, onPart: (part) => parts.push(part) });
  return { ...(await source.result), format: source.format, parts };
}

const greetings: [string, string[]][] = [
  ['a greeting that is not JSON', ['data: SSE connection established\n\n']],
  ['a greeting that is JSON', ['data: {"status":"connected"}\n\n']],
  ['two greetings', ['data: connected\n\n', 'data: ready\n\n']],
  [
    'two greetings of different kinds',
    ['data: SSE connection established\n\n', 'data: {"status":"connected"}\n\n'],
  ],
  ['a heartbeat', ['event: ping\ndata: 1\n\n', 'event: heartbeat\ndata: {}\n\n']],
  ['a comment', [': hello\n\n']],
  ['a named greeting', ['event: connected\ndata: hello\n\n']],
];

const json = (event: unknown): string => `data: ${JSON.stringify(event)}\n\n`;
const CUSTOM_STREAMS: [string, string[], { marksEnd?: true; reasoning?: string; format?: string }][] = [
  ['JSON strings as data', ['data: "Hello"\n\n', 'data: " you"\n\n'], {}],
  ['a field message', [json({ message: 'Hello' }), json({ message: ' you' })], {}],
  ['a greeting and tokens', ['data: connected\n\n', json({ token: 'Hello' }), json({ token: ' you' })], {}],
  [
    'types, one of them reasoning',
    [
      json({ type: 'status', content: 'Searching' }),
      json({ type: 'thinking', content: 'hm' }),
      json({ type: 'token', content: 'Hello you' }),
    ],
    { reasoning: 'hm' },
  ],
  [
    'event names',
    ['event: thinking\ndata: hm\n\n', 'event: token\ndata: Hello\n\n', 'event: token\ndata:  you\n\n'],
    { reasoning: 'hm' },
  ],
  [
    'a flag',
    [
      json({ content: 'Hello', done: false }),
      json({ content: ' you', done: false }),
      json({ content: '', done: true }),
    ],
    { marksEnd: true },
  ],
  [
    'a `data:` that is written twice',
    [...chunk('Hello you'), ...chunk('', 'stop')]
      .join('')
      .split(/(?<=\n\n)/)
      .map((text) => `data: ${text}`),
    { marksEnd: true, format: 'openaiChat' },
  ],
];

describe.each(['native', 'fetch', 'POST'] as const)('by %s', (transport) => {
  test.each(greetings)('%s before the model’s chunks is not part of the answer', async (_, greeting) => {
    for (const option of [{}, { end: 'end' }]) {
      const steps = [...greeting, ...chunks, 'event: end\ndata: Stream ended\n\n'].map((text) => write(text));
      expect(await readAs(transport, steps, option)).toMatchObject({
        format: 'openaiChat',
        outcome: 'complete',
        text: 'Hello you',
        end: { type: 'end', data: 'Stream ended' },
      });
    }
  });

  test.each(greetings)('%s, then a cut anywhere, is truncated', async (_, greeting) => {
    const all = [...greeting, ...chunks];
    for (let count = greeting.length; count < all.length - 1; count++) {
      const { outcome, text } = await readAs(
        transport,
        all.slice(0, count).map((text) => write(text)),
      );
      // After a comment alone, the answer has not begun, and fails.
      expect(outcome).toMatch(/truncated|failed/);
      if (count > greeting.length) expect('Hello you'.startsWith(text)).toBe(true);
    }
  });

  test.each(CUSTOM_STREAMS)(
    '%s is the same answer',
    async (_, events, { marksEnd: _marksEnd, ...expected }) => {
      const steps = [...events.map((text) => write(text)), endEvent];
      expect(await readAs(transport, steps)).toMatchObject({
        outcome: 'complete',
        text: 'Hello you',
        ...expected,
      });
    },
  );

  test.each(CUSTOM_STREAMS.filter(([, , { marksEnd }]) => marksEnd))(
    '%s is complete without an end marker, and truncated without its last event',
    async (_, events, { marksEnd: _marksEnd, ...expected }) => {
      const steps = events.map((text) => write(text));
      expect(await readAs(transport, steps)).toMatchObject({
        outcome: 'complete',
        text: 'Hello you',
        ...expected,
      });
      expect((await readAs(transport, steps.slice(0, -1))).outcome).toBe('truncated');
    },
  );

  test('text comes in unnamed events, under common names of text, and under the names in `events`; other events are ignored', async () => {
    const body = [
      'data: {"text":"a"}\n\n',
      'event: token\ndata: b\n\n',
      'event: ping\ndata: ping\n\n',
      'event: status\ndata: working\n\n',
      'event: title\ndata: Lisbon\n\n',
      'event: delta\ndata: {"content":"c"}\n\n',
      'event: word\ndata: d\n\n',
    ];
    const steps = [...body.map((text) => write(text)), endEvent];
    const { text, format } = await readAs(transport, steps, { events: ['word'] });
    expect({ text, format }).toEqual({ text: 'abcd', format: 'plain' });
  });
});

describe('text in unnamed events', () => {
  test('is shown with a delay of one event at most', async () => {
    const server = await serve([
      write('data: a\n\n'),
      write('data: b\n\n'),
      gate('a'),
      write('data: c\n\n'),
      gate('abc'),
      write('data: d\n\n'),
      gate('abcd'),
      endEvent,
      end,
    ]);
    let text = '';
    for await (const delta of stream(server.url, { body: {} }).text) await server.open((text += delta));
    expect(text).toBe('abcd');
  });

  test('is the answer if only the end follows', async () => {
    for (const texts of [['a'], ['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd']]) {
      const body = texts.map((text) => `data: ${text}\n\n`).join('');
      expect(await read(`${body}event: end\ndata:\n\n`)).toMatchObject({
        format: 'plain',
        outcome: 'complete',
        text: texts.join(''),
      });
    }
  });

  test('is kept when the stream is closed before the format is detected', async () => {
    const server = await serve([write('data: a\n\n'), hang]);
    const source = stream(server.url, { body: {} });
    for await (const _ of source) source.close();
    expect(await source.result).toMatchObject({ outcome: 'stopped', text: 'a' });
  });

  test('is withdrawn if it was a greeting, and becomes an unknown part', async () => {
    const { parts, text } = await read(`data: hello\n\ndata: ready\n\n${chunks.join('')}`);
    expect(text).toBe('Hello you');
    const types = parts.map((part) => (part.type === 'data' ? part.name : part.type));
    expect(types.slice(0, 5)).toEqual(['text', 'rollback', 'unknown', 'unknown', 'text']);
  });
});

describe('a stream that ends before its format is detected', () => {
  test.each([
    ['the start of an AI SDK stream', 'data: {"type":"start"}\n\ndata: {"type":"start-step"}\n\n'],
    ['usage alone', 'data: {"usage":{"total_tokens":3}}\n\n'],
    ['metadata alone', 'event: metadata\ndata: {"run_id":"r","attempt":1}\n\n'],
    ['a ping', 'event: ping\ndata: {}\n\n'],
    ['one word', 'data: connected\n\n'],
  ])('after %s is truncated', async (_, body) => {
    expect((await read(body)).outcome).toBe('truncated');
  });
});

describe('events that other protocols may use, too, do not decide the format', () => {
  const text = 'data: {"text":"Hi"}\n\nevent: end\ndata:\n\n';
  test.each([
    ['message_creation', '{"type":"message_creation"}'],
    ['content_block_x', '{"type":"content_block_x"}'],
    ['response.text', '{"type":"response.text"}'],
    ['start', '{"type":"start","runId":"1"}'],
    ['RUN_LATER', '{"type":"RUN_LATER"}'],
    ['choices of a form', '{"choices":[{"label":"yes"}]}'],
    ['a model and done', '{"model":"T","done":true}'],
    ['an event of an app', '{"event":"message","text":"Hi"}'],
  ])('%s', async (_, data) => {
    const result = await read(`data: ${data}\n\n${text}`);
    expect(result.format).toBe('plain');
    expect(result.text).toMatch(/^(Hi)+$/);
  });
});

describe('<think> at the very start of an answer', () => {
  const answer = '<think>The user\nsays <b>hi</b>.</think>Hello </think> you';
  const pieces = (size: number): string[] => answer.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  const wires: [string, (text: string) => string, string, string][] = [
    ['openaiChat', (text) => chunk(text), chunk('', 'stop'), 'text/event-stream'],
    ['plain', (text) => `data: ${JSON.stringify({ text })}\n\n`, endEventText(), 'text/event-stream'],
    [
      'ollama',
      (text) => `${JSON.stringify({ model: 'm', message: { content: text }, done: false })}\n`,
      `${JSON.stringify({ model: 'm', message: { content: '' }, done: true, done_reason: 'stop' })}\n`,
      'application/x-ndjson',
    ],
    ['text', (text) => text, '', 'text/plain'],
  ];

  test.each(wires)('is reasoning in %s, in pieces of any size', async (format, wrap, last, type) => {
    for (const size of [1, 2, 3, 5, 8, 100]) {
      const body = pieces(size).map(wrap).join('') + last;
      const source = stream(new Response(body, { headers: { 'Content-Type': type } }));
      expect(await source.result).toMatchObject({
        outcome: 'complete',
        reasoning: 'The user\nsays <b>hi</b>.',
        text: 'Hello </think> you',
      });
      expect(source.format).toBe(format);
    }
  });

  test('is text if the option is off, also within auto()', async () => {
    const body = chunk(answer) + chunk('', 'stop');
    for (const format of [openaiChat({ think: false }), auto(openaiChat({ think: false }))]) {
      expect(await read(body, { format })).toMatchObject({ text: answer, reasoning: '' });
    }
    const text = `data: ${JSON.stringify({ text: answer })}\n\n${endEventText()}`;
    for (const format of [plain({ think: false }), auto(plain({ think: false }))]) {
      expect(await read(text, { format })).toMatchObject({ text: answer, reasoning: '' });
    }
  });

  test.each([
    ['a tag later on', 'Say <think>x</think>', 'Say <think>x</think>', ''],
    ['another tag', '<thin>x</thin>', '<thin>x</thin>', ''],
    ['the start of a tag', '<thi', '<thi', ''],
    ['a tag that is never closed', '<think>hm</thi', '', 'hm</thi'],
    ['white space before it', '\n <think>hm</think>a', 'a', 'hm'],
    ['white space alone', '  ', '  ', ''],
  ])('%s', async (_, written, text, reasoning) => {
    for (const size of [1, 4, 100]) {
      const body = (written.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])
        .map((piece) => chunk(piece))
        .join('');
      expect(await read(body + chunk('', 'stop'))).toMatchObject({ text, reasoning });
    }
  });
});

function endEventText(): string {
  return 'event: end\ndata:\n\n';
}

test('damaged JSON in a JSON format fails the stream, because text is missing', async () => {
  const body = `${chunk('a')}data: {"choices":[{"delta":{"content":"b\n\n${chunk('c', 'stop')}`;
  expect(await read(body)).toMatchObject({ outcome: 'failed', text: 'a', error: { code: 'decode' } });
  const first = `data: {"choices":[{"delta":{"content":"b\n\n${chunk('c', 'stop')}`;
  expect(await read(first)).toMatchObject({ outcome: 'failed', error: { code: 'decode' } });
});

test('an answer that resumes in another format on another connection loses nothing', async () => {
  const openai = 'id: 1\ndata: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n';
  const anthropic = [
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: ' you' } },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    { type: 'message_stop' },
  ].map((data, at) => `id: ${at + 2}\nevent: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
  const server = await serve([write(openai), gate('has it'), cut], [write(anthropic.join('')), end]);
  const source = stream(server.url, { transport: 'fetch', retry: { delay: 1 } });
  source.on('message', () => void server.open('has it'));
  expect(await source.result).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  expect(source.format).toBe('anthropic');
});
