import { afterEach, describe, expect, test } from 'vitest';
import { createConversation, openaiMessages, type ConversationOptions } from '../../src/conversation.ts';
import { isUnfinished } from '../../src/index.ts';
import { serve, type Served } from '../server/client.ts';
import { cutAfter, gate, sse, type Step } from '../server/script.ts';
import { chunksWithIds, startChat, until, textAnswer, summaries } from './harness.ts';

afterEach(() => sessionStorage.clear());

const options = (server: Served, more: Partial<ConversationOptions> = {}): ConversationOptions => ({
  input: server.url,
  request: openaiMessages(),
  retry: { limit: 0 },
  resumeKey: 'chat',
  onText: server.onText,
  ...more,
});
const endMarker: Step = sse('[DONE]');
const chunkWithId = (text: string, id: number): Step =>
  sse(JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] }), { id });

/** Serializes a conversation as a page does that is reloaded in the middle of an answer. */
async function serializeInMidAnswer(
  server: Served,
  more: Partial<ConversationOptions> = {},
): Promise<string> {
  const chat = createConversation(options(server, more));
  void chat.send('Why?');
  await until(chat, () => summaries(chat)[1] === 'assistant: Blue li');
  // As on unload: the stream stores its position, the page its messages, and the requests end.
  dispatchEvent(new Event('pagehide'));
  const saved = JSON.stringify(chat.serialize());
  const storage = { ...sessionStorage };
  chat.stop();
  for (const [name, value] of Object.entries(storage)) sessionStorage.setItem(name, String(value));
  return saved;
}

describe('after a reload', () => {
  test('an answer continues where it was, and the question is not sent again', async () => {
    const server = await serve(
      [...chunksWithIds('Blue', ' li'), gate('never')],
      [chunkWithId('ght', 3), endMarker],
    );
    const saved = await serializeInMidAnswer(server);
    const chat = createConversation(options(server, { initial: JSON.parse(saved) }));
    expect(summaries(chat)).toEqual(['user: Why?', 'assistant: Blue li']);
    expect(chat.messages[1]).toMatchObject({ status: 'done', outcome: 'truncated' });
    const [, before] = chat.messages;
    const resumed = chat.resume();
    expect([chat.status, chat.messages[1]?.status, chat.messages[1]?.id]).toEqual([
      'submitted',
      'submitted',
      before?.id,
    ]);
    expect(summaries(chat)[1]).toBe('assistant: Blue li');
    expect(await resumed).toMatchObject({ id: before?.id, status: 'done', outcome: 'complete' });
    expect(summaries(chat)).toEqual(['user: Why?', 'assistant: Blue light']);
    const [first, second] = await server.requests();
    expect(second?.headers).toMatchObject({
      'last-event-id': '2',
      'idempotency-key': first?.headers['idempotency-key'],
    });
    expect(second?.body).toBe(first?.body);
    expect(isUnfinished('chat')).toBe(false);
    expect(await chat.resume()).toBeUndefined();
  });

  test('the answer never shows less text than before', async () => {
    const server = await serve(
      [...chunksWithIds('Blue', ' li'), gate('never')],
      [gate('go'), chunkWithId('ght', 3), endMarker],
    );
    const chat = createConversation(
      options(server, { initial: JSON.parse(await serializeInMidAnswer(server)), throttle: 0 }),
    );
    const seen = new Set<string>();
    chat.subscribe(() => seen.add(summaries(chat)[1]!));
    const resumed = chat.resume();
    await expect.poll(() => server.requests()).toHaveLength(2);
    await server.open('go');
    await resumed;
    expect([...seen]).toEqual(['assistant: Blue li', 'assistant: Blue light']);
  });

  test('an answer whose position is lost is sent again from its start, by its idempotency key', async () => {
    const server = await serve(
      [...chunksWithIds('Blue', ' li'), gate('never')],
      [gate('go'), ...chunksWithIds('Blue', ' li', 'ght'), endMarker],
    );
    const saved = await serializeInMidAnswer(server);
    sessionStorage.clear();
    const chat = createConversation(options(server, { initial: JSON.parse(saved) }));
    const resumed = chat.resume();
    expect(summaries(chat)[1]).toBe('assistant: Blue li');
    await server.open('go');
    await resumed;
    expect(summaries(chat)).toEqual(['user: Why?', 'assistant: Blue light']);
    const [first, second] = await server.requests();
    expect(second?.headers['last-event-id']).toBeUndefined();
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
  });

  test('data between the texts is saved', async () => {
    const data = (id: number): Step =>
      sse(JSON.stringify({ citations: ['https://sky.example'], choices: [] }), { id });
    const server = await serve(
      [chunkWithId('Blue', 1), data(2), chunkWithId(' li', 3), gate('never')],
      [chunkWithId('ght', 4), endMarker],
    );
    const chat = createConversation(
      options(server, { initial: JSON.parse(await serializeWithData(server)) }),
    );
    await chat.resume();
    expect(chat.messages[1]?.parts).toEqual([
      { type: 'text', text: 'Blue light' },
      { type: 'data', name: 'citations', data: expect.anything() },
    ]);
  });

  async function serializeWithData(server: Served): Promise<string> {
    const chat = createConversation(options(server));
    void chat.send('Why?');
    await until(chat, () => summaries(chat)[1] === 'assistant: Blue li|data');
    dispatchEvent(new Event('pagehide'));
    const saved = JSON.stringify(chat.serialize());
    const storage = { ...sessionStorage };
    chat.stop();
    for (const [name, value] of Object.entries(storage)) sessionStorage.setItem(name, String(value));
    return saved;
  }

  test('a second resume() joins the first, as under StrictMode', async () => {
    const server = await serve(
      [...chunksWithIds('Blue', ' li'), gate('never')],
      [chunkWithId('ght', 3), endMarker],
    );
    const chat = createConversation(
      options(server, { initial: JSON.parse(await serializeInMidAnswer(server)) }),
    );
    const [one, two] = await Promise.all([chat.resume(), chat.resume()]);
    expect(one).toBe(two);
    expect(await server.requests()).toHaveLength(2);
    expect(summaries(chat)).toEqual(['user: Why?', 'assistant: Blue light']);
  });

  test('a new question is not answered with the rest of the last answer', async () => {
    const server = await serve([...chunksWithIds('Blue', ' li'), gate('never')], textAnswer('Red'));
    const chat = createConversation(
      options(server, { initial: JSON.parse(await serializeInMidAnswer(server)) }),
    );
    await chat.send('And Mars?');
    expect(summaries(chat)).toEqual([
      'user: Why?',
      'assistant: Blue li',
      'user: And Mars?',
      'assistant: Red',
    ]);
    expect((await server.requests())[1]?.headers['last-event-id']).toBeUndefined();
    expect(await chat.resume()).toBeUndefined();
  });

  test('no request is sent to a server that cannot resume', async () => {
    const server = await serve([...chunksWithIds('Blue', ' li'), gate('never')]);
    const plain = { resumeKey: undefined };
    const chat = createConversation(
      options(server, { ...plain, initial: JSON.parse(await serializeInMidAnswer(server, plain)) }),
    );
    expect(await chat.resume()).toBeUndefined();
    expect(await server.requests()).toHaveLength(1);
    expect([chat.status, summaries(chat)[1]]).toEqual(['ready', 'assistant: Blue li']);
  });

  test('queued questions are sent when the answer is complete', async () => {
    const server = await serve(
      [...chunksWithIds('Blue', ' li'), gate('never')],
      [chunkWithId('ght', 3), endMarker],
      textAnswer('Red'),
    );
    const saved = JSON.parse(await serializeInMidAnswer(server)) as { queue: unknown[] };
    saved.queue = [{ id: 'q', role: 'user', status: 'queued', parts: [{ type: 'text', text: 'And Mars?' }] }];
    const chat = createConversation(options(server, { initial: saved as never }));
    await chat.resume();
    await until(chat, () => chat.status === 'ready');
    expect(summaries(chat)).toEqual([
      'user: Why?',
      'assistant: Blue light',
      'user: And Mars?',
      'assistant: Red',
    ]);
  });

  test.each([
    ['nothing', null],
    ['no messages', []],
  ])('a page that stored %s has an empty conversation', async (_, initial) => {
    const { chat, server } = await startChat([textAnswer('One')], { initial, resumeKey: 'chat' });
    expect([await chat.resume(), chat.messages]).toEqual([undefined, []]);
    expect(await server.requests()).toEqual([]);
  });
});

test('an answer whose connection was lost can be resumed in the same page', async () => {
  const server = await serve(
    [...chunksWithIds('Blue', ' li'), ...cutAfter('Blue li')],
    [chunkWithId('ght', 3), endMarker],
  );
  const chat = createConversation(options(server));
  expect(await chat.send('Why?')).toMatchObject({ status: 'error', outcome: 'truncated' });
  const resumed = chat.resume();
  expect([chat.status, chat.error, chat.messages[1]?.error]).toEqual(['submitted', undefined, undefined]);
  expect(await resumed).toMatchObject({
    status: 'done',
    outcome: 'complete',
    parts: [{ text: 'Blue light' }],
  });
});

test('a serialized conversation is plain JSON, and its errors contain no secret', async () => {
  const { chat } = await startChat([
    [{ head: { status: 401, headers: { 'x-secret': 's3cret' } } }, { write: 's3cret body' }, { end: true }],
  ]);
  await chat.send('first');
  const saved = chat.serialize();
  expect(JSON.parse(JSON.stringify(saved))).toEqual(JSON.parse(JSON.stringify(saved)));
  expect(saved.messages[1]?.error).toEqual({
    name: 'HttpError',
    code: 'http',
    message: expect.stringContaining('401'),
  });
  const again = createConversation({ input: '/', request: () => null, initial: saved });
  expect(again.id).toBe(chat.id);
  expect(again.messages.map(({ id }) => id)).toEqual(chat.messages.map(({ id }) => id));
});
