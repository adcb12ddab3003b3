import { describe, expect, test } from 'vitest';
import { stream, type Part, type StreamResult } from '../../src/index.ts';

/** Streams of custom servers, which have no format of their own. */

const data = (...events: unknown[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
const named = (...events: (readonly [string, unknown])[]): string =>
  events.map(([name, event]) => `event: ${name}\n${data(event)}`).join('');

async function read(wire: string, type = 'text/event-stream'): Promise<StreamResult & { format: string }> {
  const source = stream(new Response(wire, { headers: { 'Content-Type': type } }));
  return { ...(await source.result), format: source.format };
}

async function partsOf(wire: string): Promise<Part[]> {
  const parts: Part[] = [];
  const response = new Response(wire, { headers: { 'Content-Type': 'text/event-stream' } });
  await stream(response, { onPart: (part) => parts.push(part) }).result;
  return parts;
}

describe('text is read from', () => {
  test.each(
    'content text delta token response message answer output reply result chunk word value payload msg assistant data text_output'.split(
      ' ',
    ),
  )('a field %s', async (field) => {
    const wire = data({ id: 7, [field]: 'Hello' }, { id: 7, [field]: ' you' }, { id: 7, [field]: 2 });
    expect(await read(wire)).toMatchObject({ format: 'plain', outcome: 'complete', text: 'Hello you2' });
    const one = JSON.stringify({ [field]: 'Hello you', model: 'm' });
    expect(await read(one, 'application/json')).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  });

  test.each([
    ['JSON strings', data('"Hello"', '" you"', '"\\n\\"!\\""'), 'Hello you\n"!"'],
    ['words, some of them in quotes', data('Say', ' ', '"hi"'), 'Say "hi"'],
    [
      'an object in data',
      data({ event: 'delta', data: { content: 'Hello' } }, { event: 'delta', data: { content: ' you' } }),
      'Hello you',
    ],
    ['a message', data({ message: { content: 'Hello' } }, { message: { content: ' you' } }), 'Hello you'],
    ['an object beside a message', data({ code: 0, message: 'ok', data: { answer: 'Hello' } }), 'Hello'],
    [
      'deltas by their type',
      data({ type: 'content', delta: 'Hello' }, { type: 'content', delta: ' you' }),
      'Hello you',
    ],
    [
      'blocks in a list',
      data({ content: [{ type: 'text', text: 'Hello' }] }, { contents: [{ $type: 'text', text: ' you' }] }),
      'Hello you',
    ],
    [
      'an end event that has the whole text',
      data({ type: 'status', content: 'Searching' }, { type: 'final', content: 'Hello' }),
      'Hello',
    ],
  ])('%s', async (_, wire, text) => {
    expect(await read(`${wire}event: end\ndata:\n\n`)).toMatchObject({
      format: 'plain',
      outcome: 'complete',
      text,
    });
  });
});

test.each([
  ['a list', ['let a = ', '[]', ';'], 'let a = [];'],
  ['an object', ['if (x) ', '{}'], 'if (x) {}'],
  ['the mark of a citation', ['Boil it', '[1]', '[2, 3]', '.'], 'Boil it[1][2, 3].'],
])('a piece of a text that looks like %s of JSON is text', async (_, pieces, text) => {
  expect(await read(`${data(...pieces)}event: end\ndata: {}\n\n`)).toMatchObject({ format: 'plain', text });
  const tokens = named(...pieces.map((piece) => ['token', piece] as const));
  expect((await read(`${tokens}event: end\ndata: {}\n\n`)).text).toBe(text);
  // In a stream of JSON it is data.
  const strings = data(...pieces.map((piece) => (/^[[{]/.test(piece) ? piece : JSON.stringify(piece))));
  expect((await read(`${strings}event: end\ndata: {}\n\n`)).text).not.toMatch(/[[{]/);
});

test.each([
  ['a status', { type: 'status', content: 'Searching' }],
  ['the message of a status', { status: 'connected', message: 'Welcome' }],
  ['a tool call', { type: 'tool_call', name: 'search', content: 'Lisbon' }],
  ['the question', { type: 'user', content: 'Hi' }],
  ['a title', { type: 'title', text: 'A greeting' }],
  ['a heartbeat', { type: 'heartbeat', data: 'x' }],
])('%s is not text', async (_, event) => {
  const wire = data(event, { type: 'token', content: 'Hello' }, event, { type: 'token', content: ' you' });
  expect((await read(wire)).text).toBe('Hello you');
});

test.each([
  ['a type', data({ type: 'thinking', content: 'hm' }, { type: 'text', content: 'Hello' })],
  ['a name', named(['reasoning', { content: 'hm' }], ['token', { content: 'Hello' }])],
  ['a name of text', named(['thinking', 'hm'], ['token', 'Hello'])],
  ['a field', data({ reasoning_content: 'hm', content: null }, { content: 'Hello' })],
])('reasoning is recognised by %s', async (_, wire) => {
  expect(await read(wire)).toMatchObject({ reasoning: 'hm', text: 'Hello' });
});

describe('a flag such as `done`', () => {
  test.each(
    'done finished is_end is_final isFinal end is_done isDone complete completed is_finished stop last is_completion'.split(
      ' ',
    ),
  )('may be called %s', async (name) => {
    const wire = data({ text: 'Hello', [name]: false }, { text: ' you', [name]: false });
    expect((await read(wire)).outcome).toBe('truncated');
    const whole = wire + data({ text: '', [name]: true });
    expect(await read(whole)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  });

  test('may also be a finish reason, or a status', async () => {
    const tokens = [
      { content: 'Hello', finish_reason: null },
      { content: ' you', finish_reason: null },
    ];
    expect((await read(data(...tokens))).outcome).toBe('truncated');
    const cut = data(...tokens, { content: '', finish_reason: 'length' });
    expect(await read(cut)).toMatchObject({ outcome: 'length', text: 'Hello you' });
    const status = data({ status: 'streaming', content: 'Hello you' }, { status: 'done' });
    expect(await read(status)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  });

  test('is not the status of a step', async () => {
    const step = { status: 'completed', step: 'search' };
    for (const wire of [data(step), data({ text: 'Hello', done: false }, step)])
      expect((await read(wire)).outcome).toBe('truncated');
    const wire = data(step, { text: 'Hello', done: false }, step, { text: ' you', done: true });
    expect(await read(wire)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  });

  const tokens = [
    { content: 'Hello', done: false },
    { content: ' you', done: false },
  ];

  test('that is false makes a cut answer truncated', async () => {
    for (let count = 1; count <= tokens.length; count++) {
      expect((await read(data(...tokens.slice(0, count)))).outcome).toBe('truncated');
    }
  });

  test.each([
    ['nothing', { content: '', done: true }],
    ['no content', { done: true }],
    ['the whole answer again', { content: 'Hello you', done: true }],
  ])('may come with %s at the end', async (_, last) => {
    expect(await read(data(...tokens, last))).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  });

  test('may come with the last text at the end', async () => {
    expect((await read(data(...tokens, { content: '!', done: true }))).text).toBe('Hello you!');
  });
});

test.each([
  ['a name', named(['done', { text: 'Hello you' }])],
  ['a type', data({ type: 'complete', content: 'Hello  you.' })],
  ['a result', named(['result', { answer: 'Hello you' }])],
])('an end event, recognised by %s, that repeats the answer adds nothing', async (_, last) => {
  expect(await read(data({ content: 'Hello' }, { content: ' you' }) + last)).toMatchObject({
    outcome: 'complete',
    text: 'Hello you',
  });
});

test.each(['done', 'complete', 'stop', 'close'])(
  'an event %s completes an answer of one word or more',
  async (name) => {
    for (const words of [['Hello you'], ['Hello', ' you']]) {
      for (const end of ['', '{}']) {
        const wire = data(...words) + named([name, end]);
        expect(await read(wire)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
      }
    }
  },
);

test.each([
  ['a word', data('connected')],
  ['two words', data('connected', 'ready')],
  ['a message', data({ message: 'connected' })],
])('%s before JSON tokens is a greeting', async (_, greeting) => {
  const wire = greeting + data({ token: 'Hello' }, { token: ' you' });
  expect((await read(wire)).text).toBe('Hello you');
});

test.each([
  ['a status', data({ status: 'error', message: 'busy' })],
  ['`success: false`', data({ success: false, message: 'busy' })],
  ['a type', data({ type: 'error', content: 'busy' })],
  ['its nested message', data({ type: 'error', data: { message: 'busy' } })],
  ['a failure', data({ type: 'failed', message: 'busy' })],
  ['a name', named(['failure', { message: 'busy' }])],
  ['the first error of a list', named(['error', { errors: [{ message: 'busy' }] }])],
  ['the prefix [ERROR]', data('[ERROR] busy')],
  ['a message in another field', data({ error_code: 7, error_message: 'busy' })],
])('an error is recognised by %s', async (_, error) => {
  expect(await read(data({ content: 'Hello' }) + error)).toMatchObject({
    outcome: 'failed',
    text: 'Hello',
    error: { message: expect.stringContaining('busy') },
  });
});

test('a `data:` that is written twice is read once', async () => {
  const chunk = (content: string, finish_reason: string | null = null): string =>
    `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] })}`;
  const events = [chunk('Hello '), chunk('you'), chunk('', 'stop'), 'data: [DONE]'];
  for (const more of ['', '\ndata: ', '\ndata: \ndata: ']) {
    const wire = events.map((event) => `data: ${event}${more}\n\n`).join('');
    expect(await read(wire)).toMatchObject({ format: 'openaiChat', outcome: 'complete', text: 'Hello you' });
  }
});

test('an event stream sent as text/plain that is cut in its first line is truncated', async () => {
  const wire = data({ content: 'Hello' });
  for (let at = 7; at < wire.length - 4; at++) {
    expect(await read(wire.slice(0, at), 'text/plain')).toMatchObject({ outcome: 'failed', text: '' });
  }
});

test('a single word before an error is kept, because it may be the whole answer', async () => {
  for (const word of ['Hel', ' ', 'SSE connection established'])
    expect(await read(data(word, { error: { message: 'busy' } }))).toMatchObject({
      outcome: 'failed',
      text: word,
      error: { providerMessage: 'busy' },
    });
  expect((await read(data('Hel', 'lo', { error: 'busy' }))).text).toBe('Hello');
});

test('an event named `output` may have JSON data', async () => {
  const wire = named(['output', { text: 'Hello' }], ['output', { text: ' you' }], ['done', {}]);
  expect(await read(wire)).toMatchObject({ format: 'plain', outcome: 'complete', text: 'Hello you' });
});

describe('names of several words', () => {
  test.each([
    ['content_delta', 'thinking_delta', 'message_end'],
    ['TEXT_CHUNK', 'THOUGHT_CHUNK', 'RESPONSE_COMPLETED'],
    ['text.delta', 'thought.delta', 'stream.ended'],
    ['stream_chunk', 'reasoning_tokens', 'stream_complete'],
  ])('%s, %s and %s are text, reasoning and the end', async (text, reasoning, end) => {
    const events = [
      ['run.started', { id: 1 }],
      [reasoning, { text: 'hm' }],
      [text, { text: 'Hello' }],
      ['tool_call_chunk', { text: '{"a":' }],
      [text, { text: ' you' }],
      [end, { text: 'Hello you' }],
    ] as const;
    const expected = { outcome: 'complete', text: 'Hello you', reasoning: 'hm' };
    expect(await read(named(...events))).toMatchObject(expected);
    expect(await read(data(...events.map(([type, more]) => ({ type, ...more }))))).toMatchObject(expected);
    expect(await read(data(...events.map(([event, more]) => ({ event, data: more }))))).toMatchObject(
      expected,
    );
  });

  test('may be the kind, too', async () => {
    for (const field of ['kind', 'event_type']) {
      const wire = data(
        { [field]: 'tool_call', text: 'search()' },
        { [field]: 'token', text: 'Hello' },
        { [field]: 'message.delta', payload: { text: ' you' } },
        { [field]: 'end' },
      );
      expect(await read(wire)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
    }
  });

  // https://docs.vectara.com/docs/rest-api/query
  test('may be those of the field with the text, too', async () => {
    const chunk = (text: string): object => ({ type: 'generation_chunk', generation_chunk: text });
    expect(await read(data(chunk('Hello'), chunk(' you')))).toMatchObject({ text: 'Hello you' });
    const token = (chatToken: string): readonly [string, object] => ['chatToken', { chatToken }];
    expect(await read(named(token('Hello'), token(' you')))).toMatchObject({ text: 'Hello you' });
  });
});

describe('names of .NET in Pascal case', () => {
  test('are those of text, reasoning, errors and flags', async () => {
    const wire = data({ Token: 'Hello', Done: false }, { Token: ' you', Done: false });
    expect(await read(wire + data({ Token: '', Done: true }))).toMatchObject({
      outcome: 'complete',
      text: 'Hello you',
    });
    expect(await read(wire)).toMatchObject({ outcome: 'truncated', text: 'Hello you' });
    expect(await read(wire + data({ Error: 'busy' }))).toMatchObject({
      outcome: 'failed',
      error: { providerMessage: 'busy' },
    });
    const typed = data({ Type: 'thinking', Content: 'hm' }, { Type: 'text', Content: 'Say "A":' });
    expect(await read(typed)).toMatchObject({ text: 'Say "A":', reasoning: 'hm' });
  });

  test('are read in the formats of vendors', async () => {
    const chunk = (Text: string, FinishReason: string | null = null): object => ({
      Candidates: [{ Content: { Parts: [{ Text }] }, FinishReason }],
    });
    const wire = data(chunk('Hello'), chunk(' you', 'STOP'));
    expect(await read(wire)).toMatchObject({ format: 'gemini', text: 'Hello you', outcome: 'complete' });
  });

  test('stay as they are where nothing is understood', async () => {
    const event = { Status: 'searching', Sources: [1] };
    expect(await partsOf(data({ Text: 'a' }, event))).toContainEqual({
      type: 'unknown',
      event: 'message',
      data: event,
    });
  });
});

describe('what comes beside the text', () => {
  test('comes as data, once if it is repeated', async () => {
    const sources = [{ url: 'u' }];
    const more = { sources, meta: { model: 'm' }, id: 7 };
    const parts = await partsOf(data({ content: 'Hello', ...more }, { content: ' you', ...more }));
    expect(parts.filter(({ type }) => type === 'data')).toEqual([
      { type: 'data', name: 'sources', data: sources },
      { type: 'data', name: 'meta', data: { model: 'm' } },
    ]);
  });

  test('has the usage', async () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2 };
    expect(await read(data({ content: 'Hello' }, { done: true, usage }))).toMatchObject({
      outcome: 'complete',
      usage: { inputTokens: 3, outputTokens: 2 },
    });
  });

  test('comes as unknown parts where there is no text at all', async () => {
    const events = [{ phase: 1 }, { phase: 2 }];
    for (const end of ['', 'data: [DONE]\n\n']) {
      expect(await partsOf(data(...events) + end)).toEqual(
        expect.arrayContaining(events.map((event) => ({ type: 'unknown', event: 'message', data: event }))),
      );
    }
  });
});

// https://laravel.com/docs/responses#event-streams
test.each(['</stream>', '<END_STREAMING_SSE>'])(
  'event streams of Laravel are text in events `update`, up to %s',
  async (end) => {
    for (const words of [
      ['Hello', ' you'],
      [{ text: 'Hello' }, { content: ' you' }],
    ]) {
      const wire = named(...words.map((word) => ['update', word] as const));
      for (const tail of ['', named(['update', end])]) {
        expect(await read(wire + tail)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
      }
    }
  },
);

const LAST_WORDS = [
  '[END]',
  '[STOP]',
  '[EOS]',
  '[STREAM_END]',
  '[END_OF_STREAM]',
  '<END>',
  '[COMPLETED]',
  '</stream>',
];

test.each(LAST_WORDS)('%s is no text where it is the last word, after text and after JSON', async (mark) => {
  for (const words of [
    ['Hello', ' ', 'you'],
    [{ text: 'Hello' }, { text: ' you' }],
  ]) {
    expect(await read(data(...words, mark))).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  }
  expect(await read(data({ text: 'Hello', done: false }, mark))).toMatchObject({ outcome: 'truncated' });
});

test.each(LAST_WORDS)('%s in the middle of an answer is a word of the model', async (mark) => {
  expect(await read(data('Hello', ' you', mark, mark, '.'))).toMatchObject({
    text: `Hello you${mark}${mark}.`,
  });
});

test.each(['[PENDING]', '<SENDER>', '[Stop]', '[1]', '<end>'])(
  '%s is text as the last word, too',
  async (word) => {
    expect(await read(data('Hello', ' you', word))).toMatchObject({ text: `Hello you${word}` });
  },
);

test.each(['user', 'system', 'tool'])('a message of the role %s is not part of the answer', async (role) => {
  const wire = data(
    { role, content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
    { role, content: 'more' },
    { role: 'assistant', content: ' you' },
  );
  expect(await read(wire)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
});

describe('an error is one, too,', () => {
  test.each(['stream_error', 'chat.error', 'run.failed', 'AGENT_ERROR', 'message_failed'])(
    'as %s',
    async (name) => {
      const expected = { outcome: 'failed', text: 'Hello', error: { providerMessage: 'busy' } };
      const more = { message: 'busy' };
      expect(await read(named(['token', 'Hello'], [name, more]))).toMatchObject(expected);
      expect(await read(data({ text: 'Hello' }, { type: name, ...more }))).toMatchObject(expected);
      expect(await read(data({ text: 'Hello' }, { event: name, data: more }))).toMatchObject(expected);
    },
  );

  test.each([{ err: 'busy' }, { detail: 'busy', status_code: 500 }, { code: -1, msg: 'busy', data: null }])(
    'in the fields of %j',
    async (error) => {
      expect(await read(data({ text: 'Hello' }, error))).toMatchObject({
        outcome: 'failed',
        text: 'Hello',
        error: { providerMessage: 'busy' },
      });
    },
  );

  test('but not that of a tool', async () => {
    for (const type of ['tool_error', 'tool_call_failed', 'step.failed']) {
      expect(await read(data({ text: 'Hello' }, { type, message: 'busy' }))).toMatchObject({
        outcome: 'complete',
        text: 'Hello',
      });
    }
  });
});
