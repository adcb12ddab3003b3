import { describe, expect, test } from 'vitest';
import { read } from './read.ts';

/** Streams that deviate slightly from the standard, or from what other servers send. */

const data = (...events: unknown[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
const chunk = (content: string, finish_reason: string | null = null): object => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta: { content }, finish_reason }],
});
const partial = data(chunk('Hello '), chunk('you'));

describe('an end marker', () => {
  test.each(['[DONE] ', ' [DONE]', '"[DONE]"', '[done]'])('may be written as %j', async (mark) => {
    expect(await read(partial + data(mark))).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  });

  test.each([1, 3])('needs no line end, in pieces of %s bytes', async (size) => {
    const { outcome } = await read(`${partial}${data(chunk('', 'stop'))}data: [DONE]`, undefined, size);
    expect(outcome).toBe('complete');
  });
});

test.each(['null', 'None', 'NONE'])(
  'a finish reason %j means that the model has not finished',
  async (reason) => {
    expect(await read(data(chunk('Hello', reason)))).toMatchObject({ outcome: 'truncated', text: 'Hello' });
  },
);

test('a stream that ends after the name of an event is truncated', async () => {
  for (const rest of ['event: token\n', 'id: 7\r\n', 'event: token\r']) {
    const { outcome } = await read(`data: a\n\ndata: b\n\ndata: c\n\n${rest}`);
    expect(outcome, rest).toBe('truncated');
  }
});

test('an error in the result of a tool is not an error of the answer', async () => {
  const tool = data({ type: 'tool-result', status: 404, message: 'There is no such page.' });
  const result = await read(
    partial + tool + data({ code: 200, message: 'ok' }) + data('[DONE]'),
    undefined,
    Infinity,
  );
  expect(result).toMatchObject({ outcome: 'complete', error: undefined });
});

describe('an error after the answer has begun', () => {
  test.each([
    ['a list on several lines', '[\n  {\n    "error": {"message": "boom"}\n  }\n]\n'],
    ['an event named Error', 'event: Error\ndata: {"message":"boom"}\n\n'],
    ['an event named exception', 'event: exception\ndata: boom\n\n'],
    ['a status and a message', data({ code: 500, message: 'boom' })],
    ['what a framework answers', data({ statusCode: 502, message: 'boom' })],
    ['words and a status in letters', data({ detail: 'boom', status: '429' })],
    ['a code of its own', data({ text: 'boom', error_code: 50_001, message: 'boom' })],
  ])('is one as %s', async (_, error) => {
    for (const size of [1, Infinity]) {
      const result = await read(partial + error + data('[DONE]'), undefined, size);
      expect(result).toMatchObject({
        outcome: 'failed',
        error: { message: expect.stringContaining('boom') },
      });
    }
  });

  test.each(['[ERROR] boom', 'Error: boom', '"choices":[{"delta":{"content":"x"}}]}'])(
    'written as %j in a JSON format fails the answer',
    async (text) => {
      expect(await read(partial + data(text, '[DONE]'))).toMatchObject({
        outcome: 'failed',
        text: 'Hello you',
      });
    },
  );
});

test.each([1, 50, Infinity])(
  'a JSON array of chunks is read even if its content type is that of an event stream, in pieces of %s bytes',
  async (size) => {
    const answer = [
      { candidates: [{ content: { parts: [{ text: 'Hello ' }] } }] },
      { candidates: [{ content: { parts: [{ text: 'you' }] }, finishReason: 'STOP' }] },
    ];
    for (const body of [JSON.stringify(answer), JSON.stringify(answer, null, 2)]) {
      expect(await read(body, undefined, size)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
    }
  },
);

test.each(['text/ndjson', 'text/x-ndjson', 'application/x-json-stream'])(
  'a body of type %s is read as JSON lines',
  async (type) => {
    const lines = [
      { model: 'm', message: { content: 'Hi' }, done: false },
      { model: 'm', message: { content: '' }, done: true, done_reason: 'stop' },
    ];
    const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    expect(await read(body, type)).toMatchObject({ outcome: 'complete', text: 'Hi' });
  },
);

test('a greeting that looks like another format does not decide the format', async () => {
  const greeting = 'event: metadata\ndata: {"run_id":"1"}\n\n';
  expect(await read(greeting + partial)).toMatchObject({
    format: 'openaiChat',
    outcome: 'truncated',
    text: 'Hello you',
  });
});

describe('reasoning in tags at the start', () => {
  test.each(['think', 'thinking', 'thought', 'reasoning'])('may be in <%s>', async (tag) => {
    const text = `<${tag}>hm</${tag}>Hi`;
    for (const wire of [
      data(...text.split('').map((letter) => chunk(letter)), chunk('', 'stop')),
      data(`<${tag}>`, 'hm', `</${tag}>`, 'Hi'),
    ]) {
      expect(await read(wire)).toMatchObject({ outcome: 'complete', reasoning: 'hm', text: 'Hi' });
    }
  });
});

test.each([
  ['MODEL_ARMOR', 'refused'],
  ['repetition', 'length'],
])('%s is %s', async (reason, outcome) => {
  expect(await read(data(chunk('Hi', reason)))).toMatchObject({ outcome });
});
