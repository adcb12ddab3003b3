import { describe, expect, test } from 'vitest';
import { data, lines, named } from './small-samples.ts';
import { read } from './read.ts';

/** What servers of frameworks send beside the streams in `framework-samples.ts`. */

const hello = { format: 'plain', outcome: 'complete', text: 'Hello you' };
const busy = { outcome: 'failed', error: { providerMessage: 'busy' } };

describe('a subscription of tRPC', () => {
  const shape = { message: 'busy', code: -32_603, data: { code: 'INTERNAL_SERVER_ERROR', httpStatus: 500 } };
  const open = named(['connected', { reconnectAfterInactivityMs: 3000 }]);
  const ping = named(['ping', '']);

  test.each([
    ['JSON strings', data('"Hello"', '" you"')],
    ['JSON strings, one of which is a ping away', data('"Hello"') + ping + data('" you"')],
    ['many JSON strings', data('"He"', '"llo"', '" "', '"you"')],
    ['objects', data({ text: 'Hello' }, { text: ' you' })],
    ['what superjson makes of strings', data({ json: 'Hello' }, { json: ' you' })],
    ['what superjson makes of objects', data({ json: { delta: 'Hello' } }, { json: { delta: ' you' } })],
  ])('of %s is text, without the marks around it', async (_, words) => {
    expect(await read(open + words + named(['return', '']))).toMatchObject(hello);
  });

  test.each([
    ['a string', shape],
    ['superjson', { json: shape }],
  ])('that throws has failed: %s', async (_, error) => {
    const end = named(['serialized-error', error]);
    expect(await read(open + end)).toMatchObject({ ...busy, text: '' });
    expect(await read(open + data('"Hello"') + end)).toMatchObject({ ...busy, text: 'Hello' });
  });
});

describe('an event iterator of oRPC', () => {
  const messages = (...events: unknown[]): string =>
    named(...events.map((json) => ['message', { json }] as const));

  test('is text', async () => {
    expect(await read(messages('Hello', ' you') + named(['done', {}]))).toMatchObject(hello);
    expect(await read(messages({ text: 'Hello' }, { text: ' you' }) + named(['done', {}]))).toMatchObject(
      hello,
    );
  });

  test('that throws has failed', async () => {
    const json = { defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500, message: 'busy' };
    expect(await read(messages('Hello') + named(['error', { json }]))).toMatchObject({
      ...busy,
      text: 'Hello',
    });
    expect(await read(named(['error', { json }]))).toMatchObject({ ...busy, text: '' });
  });

  test('has the AI SDK’s chunks', async () => {
    const chunks = messages(
      { type: 'start', messageId: 'm' },
      { type: 'text-delta', id: 't', delta: 'Hello you' },
      { type: 'finish' },
    );
    expect(await read(chunks)).toMatchObject({ ...hello, format: 'aiSdk' });
    expect((await read(chunks.slice(0, chunks.lastIndexOf('event:')))).outcome).toBe('truncated');
  });
});

test('a run of LibreChat that was stopped is not complete', async () => {
  const event = {
    event: 'on_message_delta',
    data: { delta: { content: [{ type: 'text', text: 'Hello' }] } },
  };
  const final = { final: true, responseMessage: { unfinished: true, text: 'Hello' } };
  expect(await read(named(['message', event], ['message', final]))).toMatchObject({
    format: 'libreChat',
    outcome: 'truncated',
    text: 'Hello',
  });
});

test('an answer of LibreChat without agents is whole at the end', async () => {
  const message = { messageId: 'm', text: 'Hello you' };
  const events = [
    { created: true, message: { messageId: 'u', text: 'Hi' } },
    { message: true, text: 'Hello', messageId: 'm' },
    { message: true, ...message },
    { final: true, conversation: {}, responseMessage: message },
  ];
  expect(await read(named(...events.map((event) => ['message', event] as const)))).toMatchObject({
    ...hello,
    format: 'libreChat',
  });
});

test('the sources of AnythingLLM come as data', async () => {
  const chunk = { uuid: 'u', type: 'textResponseChunk', close: false, error: false };
  const sources = [{ title: 'tea.pdf', text: 'Tea' }];
  const answer = await read(
    data(
      { ...chunk, textResponse: 'Hello you', sources: [] },
      { ...chunk, textResponse: '', sources, close: true },
      { type: 'finalizeResponseStream', close: true },
    ),
  );
  expect(answer).toMatchObject({ ...hello, format: 'anythingLlm' });
  expect(answer.parts.filter(({ type }) => type === 'data')).toMatchObject([{ data: sources }]);
});

test.each([
  'on_chain_start',
  'on_chat_model_start',
  'on_custom_event',
  'on_llm_start',
  'on_parser_end',
  'on_prompt_start',
  'on_retriever_end',
  'on_tool_end',
])('LangGraph’s event %s is known', async (event) => {
  const events = data({ event, name: 'n', run_id: 'r', data: {} });
  expect((await read(events)).format).toBe('langGraph');
});

test('what a member of one of Agno’s teams says is data', async () => {
  const member = { event: 'RunContent', created_at: 1, run_id: 'm', parent_run_id: 'r', content: 'I look.' };
  const answer = await read(
    named(
      ['TeamRunContent', { event: 'TeamRunContent', created_at: 1, run_id: 'r', content: 'Hello you' }],
      ['RunContent', member],
      ['TeamRunCompleted', { event: 'TeamRunCompleted', created_at: 1, run_id: 'r' }],
    ),
  );
  expect(answer).toMatchObject({ ...hello, format: 'agno' });
  expect(answer.parts).toContainEqual({ type: 'data', name: 'event', data: member });
});

describe('a task of A2A', () => {
  const status = (state: string, text?: string): string =>
    data({
      jsonrpc: '2.0',
      id: 1,
      result: {
        kind: 'status-update',
        taskId: 't',
        contextId: 'c',
        status: { state, ...(text && { message: { role: 'agent', parts: [{ kind: 'text', text }] } }) },
      },
    });

  test.each(['failed', 'canceled', 'rejected'])('that is %s has failed', async (state) => {
    expect(await read(status('working') + status(state, 'busy'))).toMatchObject({ format: 'a2a', ...busy });
    expect((await read(status('working') + status(state))).outcome).toMatch(/failed|truncated/);
  });

  test('that says what it does says so in data', async () => {
    const answer = await read(status('working', 'I look.') + status('completed', 'Hello you'));
    expect(answer).toMatchObject({ ...hello, format: 'a2a', finishReason: 'completed' });
    expect(answer.parts[0]).toMatchObject({ type: 'data', data: { parts: [{ text: 'I look.' }] } });
  });

  test('is whole in JSON', async () => {
    const artifacts = [{ artifactId: 'a', parts: [{ kind: 'text', text: 'Hello you' }] }];
    const result = { kind: 'task', id: 't', contextId: 'c', status: { state: 'completed' }, artifacts };
    const whole = JSON.stringify({ jsonrpc: '2.0', id: 1, result });
    expect(await read(whole, 'application/json')).toMatchObject({ ...hello, format: 'a2a' });
  });

  test('is none where another protocol speaks JSON-RPC', async () => {
    const result = { content: [{ type: 'text', text: 'Hello you' }] };
    expect((await read(data({ jsonrpc: '2.0', id: 1, result }))).format).not.toBe('a2a');
  });
});

test.each([
  ['that it has created a conversation', data({ created: true, message: 'Welcome' })],
  ['which context it has', data({ contextId: 'c', status: 'started' })],
  ['what it traces', named(['trace', { payload: { message: 'Searching' } }])],
])('a server that says %s is none of a framework', async (_, greeting) => {
  const words = data({ text: 'Hello' }, { text: ' you' });
  expect(await read(greeting + words)).toMatchObject({
    ...hello,
    text: expect.stringContaining('Hello you'),
  });
});

test('a message by a model in words is none of Genkit', async () => {
  const words = ['Hello', ' you'].map((content) => ({ message: { role: 'model', content } }));
  expect(await read(data(...words))).toMatchObject(hello);
});

test('the end of ERNIE without a reason is normal, whatever it says', async () => {
  const event = (result: string, is_end: boolean): object => ({
    id: 'a',
    result,
    is_end,
    need_clear_history: false,
  });
  expect(await read(data(event('An error ', false), event('is no error.', true)))).toMatchObject({
    format: 'ernie',
    outcome: 'complete',
    text: 'An error is no error.',
    finishReason: 'normal',
  });
});

test('a ChatClientResponse of Spring AI is read', async () => {
  const response = (text: string, finishReason: string): object => ({
    chatResponse: { result: { output: { messageType: 'ASSISTANT', text }, metadata: { finishReason } } },
    context: {},
  });
  expect(await read(data(response('Hello', ''), response(' you', 'STOP')))).toMatchObject({
    ...hello,
    format: 'springAi',
  });
});

test('the JSON lines of Azure’s chat samples are read', async () => {
  const wire = lines(
    { delta: { role: 'assistant' }, context: { data_points: {} }, session_state: null },
    { delta: { content: 'Hello', role: 'assistant' } },
    { delta: { content: ' you', role: 'assistant' } },
  );
  expect(await read(wire, 'application/json-lines')).toMatchObject(hello);
  expect(await read(wire + lines({ error: 'busy' }), 'application/json-lines')).toMatchObject({ ...busy });
});
