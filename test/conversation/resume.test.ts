import { afterEach, describe, expect, test } from 'vitest';
import { createConversation, openaiMessages, type ConversationOptions } from '../../src/conversation.ts';
import { isUnfinished } from '../../src/index.ts';
import { serve, type Served } from '../server/client.ts';
import { cutAfter, gate, sse, type Step } from '../server/script.ts';
import { relayed, talk, until, whole, wordsOf } from './harness.ts';

afterEach(() => sessionStorage.clear());

const options = (server: Served, more: Partial<ConversationOptions> = {}): ConversationOptions => ({
  input: server.url,
  request: openaiMessages(),
  retry: { limit: 0 },
  resumeKey: 'chat',
  onText: server.onText,
  ...more,
});
const marker: Step = sse('[DONE]');
const rest = (text: string, id: number): Step =>
  sse(JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] }), { id });

/** A conversation as a page leaves it that is reloaded in the middle of an answer. */
async function leave(server: Served, more: Partial<ConversationOptions> = {}): Promise<string> {
  const chat = createConversation(options(server, more));
  void chat.send('Why?');
  await until(chat, () => wordsOf(chat)[1] === 'assistant: Blue li');
  // What a page does that goes: the stream keeps its place, the page its messages. Then its requests end.
  dispatchEvent(new Event('pagehide'));
  const kept = JSON.stringify(chat.serialize());
  const storage = { ...sessionStorage };
  chat.stop();
  for (const [name, value] of Object.entries(storage)) sessionStorage.setItem(name, String(value));
  return kept;
}

describe('after a reload', () => {
  test('an answer goes on where it was, and the question is not asked again', async () => {
    const server = await serve([...relayed('Blue', ' li'), gate('never')], [rest('ght', 3), marker]);
    const kept = await leave(server);
    const chat = createConversation(options(server, { initial: JSON.parse(kept) }));
    expect(wordsOf(chat)).toEqual(['user: Why?', 'assistant: Blue li']);
    expect(chat.messages[1]).toMatchObject({ status: 'done', outcome: 'truncated' });
    const [, before] = chat.messages;
    const resumed = chat.resume();
    expect([chat.status, chat.messages[1]?.status, chat.messages[1]?.id]).toEqual([
      'submitted',
      'submitted',
      before?.id,
    ]);
    expect(wordsOf(chat)[1]).toBe('assistant: Blue li');
    expect(await resumed).toMatchObject({ id: before?.id, status: 'done', outcome: 'complete' });
    expect(wordsOf(chat)).toEqual(['user: Why?', 'assistant: Blue light']);
    const [first, second] = await server.requests();
    expect(second?.headers).toMatchObject({
      'last-event-id': '2',
      'idempotency-key': first?.headers['idempotency-key'],
    });
    expect(second?.body).toBe(first?.body);
    expect(isUnfinished('chat')).toBe(false);
    expect(await chat.resume()).toBeUndefined();
  });

  test('never shows less than there was', async () => {
    const server = await serve(
      [...relayed('Blue', ' li'), gate('never')],
      [gate('go'), rest('ght', 3), marker],
    );
    const chat = createConversation(
      options(server, { initial: JSON.parse(await leave(server)), throttle: 0 }),
    );
    const seen = new Set<string>();
    chat.subscribe(() => seen.add(wordsOf(chat)[1]!));
    const resumed = chat.resume();
    await expect.poll(() => server.requests()).toHaveLength(2);
    await server.open('go');
    await resumed;
    expect([...seen]).toEqual(['assistant: Blue li', 'assistant: Blue light']);
  });

  test('an answer whose place is lost is sent again from its start, by the key of its question', async () => {
    const server = await serve(
      [...relayed('Blue', ' li'), gate('never')],
      [gate('go'), ...relayed('Blue', ' li', 'ght'), marker],
    );
    const kept = await leave(server);
    sessionStorage.clear();
    const chat = createConversation(options(server, { initial: JSON.parse(kept) }));
    const resumed = chat.resume();
    expect(wordsOf(chat)[1]).toBe('assistant: Blue li');
    await server.open('go');
    await resumed;
    expect(wordsOf(chat)).toEqual(['user: Why?', 'assistant: Blue light']);
    const [first, second] = await server.requests();
    expect(second?.headers['last-event-id']).toBeUndefined();
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
  });

  test('keeps what stood between the texts', async () => {
    const data = (id: number): Step =>
      sse(JSON.stringify({ citations: ['https://sky.example'], choices: [] }), { id });
    const server = await serve(
      [rest('Blue', 1), data(2), rest(' li', 3), gate('never')],
      [rest('ght', 4), marker],
    );
    const chat = createConversation(options(server, { initial: JSON.parse(await leaveWithData(server)) }));
    await chat.resume();
    expect(chat.messages[1]?.parts).toEqual([
      { type: 'text', text: 'Blue light' },
      { type: 'data', name: 'citations', data: expect.anything() },
    ]);
  });

  async function leaveWithData(server: Served): Promise<string> {
    const chat = createConversation(options(server));
    void chat.send('Why?');
    await until(chat, () => wordsOf(chat)[1] === 'assistant: Blue li|data');
    dispatchEvent(new Event('pagehide'));
    const kept = JSON.stringify(chat.serialize());
    const storage = { ...sessionStorage };
    chat.stop();
    for (const [name, value] of Object.entries(storage)) sessionStorage.setItem(name, String(value));
    return kept;
  }

  test('resuming twice is resuming once, as StrictMode does it', async () => {
    const server = await serve([...relayed('Blue', ' li'), gate('never')], [rest('ght', 3), marker]);
    const chat = createConversation(options(server, { initial: JSON.parse(await leave(server)) }));
    const [one, two] = await Promise.all([chat.resume(), chat.resume()]);
    expect(one).toBe(two);
    expect(await server.requests()).toHaveLength(2);
    expect(wordsOf(chat)).toEqual(['user: Why?', 'assistant: Blue light']);
  });

  test('another question is not answered with the rest of the last answer', async () => {
    const server = await serve([...relayed('Blue', ' li'), gate('never')], whole('Red'));
    const chat = createConversation(options(server, { initial: JSON.parse(await leave(server)) }));
    await chat.send('And Mars?');
    expect(wordsOf(chat)).toEqual(['user: Why?', 'assistant: Blue li', 'user: And Mars?', 'assistant: Red']);
    expect((await server.requests())[1]?.headers['last-event-id']).toBeUndefined();
    expect(await chat.resume()).toBeUndefined();
  });

  test('nothing is asked again of a server that cannot go on', async () => {
    const server = await serve([...relayed('Blue', ' li'), gate('never')]);
    const plain = { resumeKey: undefined };
    const chat = createConversation(
      options(server, { ...plain, initial: JSON.parse(await leave(server, plain)) }),
    );
    expect(await chat.resume()).toBeUndefined();
    expect(await server.requests()).toHaveLength(1);
    expect([chat.status, wordsOf(chat)[1]]).toEqual(['ready', 'assistant: Blue li']);
  });

  test('the questions that waited are asked when the answer is whole', async () => {
    const server = await serve(
      [...relayed('Blue', ' li'), gate('never')],
      [rest('ght', 3), marker],
      whole('Red'),
    );
    const kept = JSON.parse(await leave(server)) as { queue: unknown[] };
    kept.queue = [{ id: 'q', role: 'user', status: 'queued', parts: [{ type: 'text', text: 'And Mars?' }] }];
    const chat = createConversation(options(server, { initial: kept as never }));
    await chat.resume();
    await until(chat, () => chat.status === 'ready');
    expect(wordsOf(chat)).toEqual([
      'user: Why?',
      'assistant: Blue light',
      'user: And Mars?',
      'assistant: Red',
    ]);
  });

  test.each([
    ['nothing', null],
    ['no messages', []],
  ])('a page that had %s has an empty conversation', async (_, initial) => {
    const { chat, server } = await talk([whole('One')], { initial, resumeKey: 'chat' });
    expect([await chat.resume(), chat.messages]).toEqual([undefined, []]);
    expect(await server.requests()).toEqual([]);
  });
});

test('an answer whose connection was lost goes on in the same page', async () => {
  const server = await serve([...relayed('Blue', ' li'), ...cutAfter('Blue li')], [rest('ght', 3), marker]);
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

test('a conversation is plain JSON, and its errors hold no secret', async () => {
  const { chat } = await talk([
    [{ head: { status: 401, headers: { 'x-secret': 's3cret' } } }, { write: 's3cret body' }, { end: true }],
  ]);
  await chat.send('first');
  const kept = chat.serialize();
  expect(JSON.parse(JSON.stringify(kept))).toEqual(JSON.parse(JSON.stringify(kept)));
  expect(kept.messages[1]?.error).toEqual({
    name: 'HttpError',
    code: 'http',
    message: expect.stringContaining('401'),
  });
  const again = createConversation({ input: '/', request: () => null, initial: kept });
  expect(again.id).toBe(chat.id);
  expect(again.messages.map(({ id }) => id)).toEqual(chat.messages.map(({ id }) => id));
});
