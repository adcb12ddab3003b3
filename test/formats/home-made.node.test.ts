import { describe, expect, test } from 'vitest';
import type { StreamResult } from '../../src/index.ts';
import { data, lines, named } from './small-samples.ts';
import { read } from './read.ts';

/** Servers that somebody has written for one page: how they name texts, thoughts, steps, repetitions, errors and ends. */

type Server = readonly [
  name: string,
  events: readonly string[],
  expected?: Partial<StreamResult>,
  contentType?: string,
];

const TEXT = 'Sunny, 21 °C.';
const JSON_LINES = 'application/x-ndjson';
const one = (event: object): string => data(event);
const as = (name: string, event: unknown): string => named([name, event]);
const line = (event: object): string => lines(event);

/** Every server says `TEXT`, and nothing else, with an end. */
const SERVERS: readonly Server[] = [
  [
    'repeats the answer where a thought, a tool and an agent are done',
    [
      one({ event: 'agent_start', agent: 'lead', text: 'Lead' }),
      one({ event: 'thought', text: 'hm' }),
      one({ event: 'thought_end', text: 'hm' }),
      one({ event: 'tool_completed', text: '21' }),
      one({ event: 'text_delta', agent: 'lead', text: 'Sunny, ' }),
      one({ event: 'text_delta', agent: 'lead', text: '21 °C.' }),
      one({ event: 'text_done', text: TEXT }),
      one({ event: 'agent_done', agent: 'lead', text: TEXT }),
      one({ event: 'run.completed' }),
    ],
    { reasoning: 'hm' },
  ],
  [
    'names thoughts in words of its own',
    [
      one({ type: 'assistant_thinking', content: 'h' }),
      one({ type: 'AGENT_THOUGHT', thought: 'm' }),
      one({ type: 'LLM_TOKEN', data: 'Sunny, ' }),
      one({ type: 'LLM_TOKEN', data: '21 °C.' }),
      one({ type: 'done' }),
    ],
    { reasoning: 'hm' },
  ],
  [
    'sends steps, then the answer in its end',
    [
      as('start', { task_id: 't' }),
      as('progress', { message: 'Searching' }),
      as('step', { name: 'search', content: 'weather' }),
      as('done', { answer: TEXT, sources: [] }),
    ],
  ],
  ['calls its only text final', [as('status', 'Searching'), as('final', TEXT), as('done', '')]],
  [
    'has a final answer deep in its data',
    [
      one({ type: 'node', node: 'plan', data: { steps: 1 } }),
      one({ type: 'final_answer', node: 'write', data: { answer: TEXT } }),
      one({ type: 'done', data: {} }),
    ],
  ],
  [
    'repeats the answer in other words than its pieces',
    [
      one({ message: 'Sun' }),
      one({ message: 'ny,' }),
      one({ message: ' 21 °C.' }),
      one({ result: `${TEXT}\n` }),
      as('end', ''),
    ],
  ],
  [
    'repeats the answer with its flag, without the space at the end of the last word',
    [
      one({ sources: ['a'], mode: 'cache' }),
      one({ chunk: 'Sunny, ', done: false }),
      one({ chunk: '21 °C. ', done: false }),
      one({ answer: TEXT, done: true }),
    ],
    { text: `${TEXT} ` },
  ],
  [
    'repeats the answer so far in each event',
    [
      as('completion', { completion: 'Sun', done: false }),
      as('completion', { completion: 'Sunny,', done: false }),
      as('completion', { completion: 'Sunny, 21', done: false }),
      as('completion', { completion: '', done: false }),
      as('completion', { completion: TEXT, done: false }),
      as('completion', { completion: TEXT, done: true }),
    ],
  ],
  [
    'has the answer so far beside each delta',
    [
      as('delta', { delta: 'Sunny, ', text: 'Sunny, ', finished: false }),
      as('delta', { delta: '21 °C.', text: TEXT, finished: false }),
      as('delta', { delta: '', text: TEXT, finished: true }),
    ],
  ],
  [
    'wraps its events in an object',
    [
      one({ ind: 0, obj: { type: 'reasoning_delta', reasoning: 'hm' } }),
      one({ ind: 1, obj: { type: 'message_start', content: '' } }),
      one({ ind: 1, obj: { type: 'message_delta', content: 'Sunny, ' } }),
      one({ ind: 1, obj: { type: 'message_delta', content: '21 °C.' } }),
      one({ ind: 2, obj: { type: 'stop' } }),
    ],
    { reasoning: 'hm' },
  ],
  [
    'wraps a status like a token',
    [
      one({ data: { type: 'status', content: 'Searching' } }),
      one({ data: { type: 'token', content: 'Sunny, ' } }),
      one({ data: { type: 'token', content: '21 °C.' } }),
      one({ data: { type: 'done' } }),
    ],
  ],
  [
    'gives all events one name',
    [
      as('agent_event', { type: 'status', content: 'Searching' }),
      as('agent_event', { type: 'token', content: 'Sunny, ' }),
      as('agent_event', { type: 'token', content: '21 °C.' }),
      as('agent_event', { type: 'done' }),
    ],
  ],
  // https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
  [
    'is a GraphQL subscription of text',
    [
      as('next', { data: { chat: 'Sun' } }),
      as('next', { data: { chat: 'ny, ' } }),
      as('next', { data: { chat: '21 °C.' } }),
      'event: complete\n\n',
    ],
  ],
  [
    'is a GraphQL subscription of objects',
    [
      as('next', { id: 1, payload: { data: { chat: { delta: 'Sunny, ', __typename: 'Chunk' } } } }),
      as('next', { id: 1, payload: { data: { chat: { delta: '21 °C.', __typename: 'Chunk' } } } }),
      as('complete', { id: 1 }),
    ],
  ],
  [
    'has parts of messages',
    [
      one({ type: 'run.created', run: { status: 'created', output: [] } }),
      one({ type: 'message.created', message: { role: 'agent', parts: [] } }),
      one({ type: 'message.part', part: { content_type: 'text/plain', content: 'Sunny, ' } }),
      one({ type: 'message.part', part: { content_type: 'text/plain', content: '21 °C.' } }),
      one({ type: 'message.completed', message: { role: 'agent', parts: [{ content: TEXT }] } }),
      one({ type: 'run.completed', run: { status: 'completed', output: [] } }),
    ],
  ],
  [
    'names fields in two words',
    [
      line({ answer_piece: 'Sunny, ', done: false }),
      line({ deltaText: '21 °C.', done: false }),
      line({ done: true }),
    ],
    {},
    JSON_LINES,
  ],
  [
    'describes its steps in messages without a name',
    [
      one({ progress: 10, message: 'Searching' }),
      one({ stage: 'reading', message: 'Two pages' }),
      one({ t: 'Sunny, ', done: false }),
      one({ t: '21 °C.', done: false }),
      one({ done: true }),
    ],
  ],
  [
    'tells of its steps like of its answer',
    [
      one({ type: 'plan', content: '1. Search' }),
      one({ type: 'query', text: 'weather' }),
      one({ type: 'retrieval', content: 'Two pages' }),
      one({ messageType: 'TOOL_CALL', content: 'search' }),
      one({ type: 'token', content: 'Sunny, ' }),
      one({ messageType: 'TEXT', content: '21 °C.' }),
      one({ type: 'followup', text: 'And tomorrow?' }),
      one({ type: 'done' }),
    ],
  ],
  // Seen in many servers of Spring, which hide the space at the start of a word in JSON.
  [
    'names its field with one letter',
    ['data:{"d":"Sunny, "}\n\n', 'data:{"d":"21 °C."}\n\n', 'event:done\ndata:\n\n'],
  ],
  [
    'writes names in capitals',
    [
      one({ type: 'THINKING', data: 'hm' }),
      one({ type: 'ANSWER', data: 'Sunny, ' }),
      one({ type: 'ANSWER', data: '21 °C.' }),
      one({ type: 'DONE', message: 'Finished' }),
    ],
    { reasoning: 'hm' },
  ],
  [
    'names its events like callbacks of LangChain',
    [
      one({ event: 'on_chat_model_start', data: 'Weather?' }),
      one({ event: 'on_llm_new_token', data: { token: 'Sunny, ' } }),
      one({ event: 'on_chat_model_stream', data: '21 °C.' }),
      one({ event: 'on_chat_model_end', data: TEXT }),
      one({ event: 'end' }),
    ],
  ],
  [
    'encodes its JSON twice',
    [
      data(JSON.stringify(JSON.stringify({ content: 'Sunny, ' }))),
      data(JSON.stringify(JSON.stringify({ content: '21 °C.' }))),
      data(JSON.stringify(JSON.stringify({ done: true }))),
    ],
  ],
  // https://github.com/sysid/sse-starlette/issues/21
  [
    'prints the objects of Python',
    [
      data("{'type': 'status', 'content': None}"),
      data("{'content': 'Sunny, ', 'done': False}"),
      data(`{'content': "21 °C.", 'done': False}`),
      data("{'done': True}"),
    ],
  ],
  [
    'has its end marker where the text is',
    [one({ content: 'Sunny, ' }), one({ content: '21 °C.' }), one({ content: '[DONE]' })],
  ],
  ['names its events after the chat', [as('chat', 'Sunny, '), as('chat', '21 °C.'), as('done', '')]],
  [
    'sends strings as JSON under the name of text',
    [as('text', '"Sunny, "'), as('text', '"21 °C."'), as('done', { id: 7 })],
  ],
  [
    'forgets the line ends of JSON lines',
    [
      JSON.stringify({ text: 'Sunny, ', done: false }),
      JSON.stringify({ text: '21 °C.', done: false }),
      JSON.stringify({ done: true }),
    ],
    {},
    JSON_LINES,
  ],
  [
    'sends objects without line ends as an event stream',
    [
      JSON.stringify({ text: 'Sunny, ', done: false }),
      JSON.stringify({ text: '21 °C.', done: false }),
      JSON.stringify({ done: true }),
    ],
  ],
];

describe.each(
  SERVERS.map(([name, events, expected = {}, type]) => [name, { events, expected, type }] as const),
)('a server that %s', (_, { events, expected, type }) => {
  test('is understood, whole and in pieces', async () => {
    for (const size of [1, 7, Infinity]) {
      expect(await read(events.join(''), type, size)).toMatchObject({
        outcome: 'complete',
        text: TEXT,
        reasoning: '',
        error: undefined,
        ...expected,
      });
    }
  });

  test('shows no more than the answer where it is cut', async () => {
    const whole = expected.text ?? TEXT;
    for (let count = 0; count < events.length; count++) {
      const { text, outcome } = await read(events.slice(0, count).join(''), type);
      // The first two of texts that repeat each other may still be deltas.
      if (!text.startsWith('SunSunny')) expect(whole.startsWith(text)).toBe(true);
      if (!text) expect(outcome).toMatch(/truncated|failed/);
    }
  });
});

test('a thought alone is no answer', async () => {
  expect(await read(one({ type: 'thinking', text: 'hm' }))).toMatchObject({
    outcome: 'truncated',
    reasoning: 'hm',
  });
  expect(await read('<think>hm', 'text/plain')).toMatchObject({ outcome: 'truncated', reasoning: 'hm' });
  expect(await read('<think>hm</think>Hi', 'text/plain')).toMatchObject({ outcome: 'complete', text: 'Hi' });
});

test.each([
  ['length', 'length'],
  ['content_filter', 'refused'],
  ['stop', 'complete'],
])('the finish reason %s beside an end counts', async (reason, outcome) => {
  for (const name of ['finish_reason', 'finishReason']) {
    const end = one({ type: 'done', [name]: reason });
    expect(await read(one({ type: 'text', text: TEXT }) + end)).toMatchObject({
      outcome,
      finishReason: reason,
      text: TEXT,
    });
  }
});

describe('an error', () => {
  const words = [one({ text: 'Sunny, ' }), one({ text: '21' })];

  test.each([
    ['in a JSON string', data('"Sunny, "', '"21"', '"[ERROR] busy"'), 'busy'],
    ['in an object', words.join('') + one({ event: { type: 'failed', error: 'busy' } }), 'busy'],
    ['of a GraphQL subscription', words.join('') + as('next', { errors: [{ message: 'busy' }] }), 'busy'],
    ['that is the status of the end', words.join('') + as('done', { status: 'failed', code: 7 }), 'failed'],
    ['with a message of its own name', words.join('') + one({ errorMessage: 'busy' }), 'busy'],
    ['that is not ok', words.join('') + one({ ok: false, message: 'busy' }), 'busy'],
    ['that is a cancellation', words.join('') + one({ type: 'cancelled', message: 'busy' }), 'busy'],
    ['that is a timeout', words.join('') + as('timeout', { message: 'busy' }), 'busy'],
    ['without data', `${words.join('')}event: error\n\n`, 'error'],
    // NestJS writes no data for an error without a message.
    ['without data, with an ID', `${words.join('')}event: error\nid: 3\n\n`, 'error'],
    ['with empty data', `${words.join('')}event: error\ndata:\n\n`, 'error'],
  ])('%s is one', async (_, wire, message) => {
    expect(await read(wire)).toMatchObject({
      outcome: 'failed',
      text: 'Sunny, 21',
      error: { providerMessage: expect.stringContaining(message) },
    });
  });
});

describe('is not misread:', () => {
  test.each<[string, string, string]>([
    ['a laugh', data({ text: 'ha' }, { text: 'ha' }, { text: 'haha' }, { text: '!' }), 'hahahaha!'],
    [
      'a word that begins like the one before',
      data({ text: 'No' }, { text: 'None' }, { text: '.' }),
      'NoNone.',
    ],
    ['lines of a table', data({ text: '|-' }, { text: '|--' }, { text: '|---' }), '|-|--|---'],
    [
      'a line that is said again',
      data({ text: 'Row, row' }, { text: '\n' }, { text: 'Row, row' }),
      'Row, row\nRow, row',
    ],
    [
      'a name that ends like an end',
      data({ type: 'append', text: 'Sunny, ' }, { type: 'append', text: '21 °C.' }),
      TEXT,
    ],
    [
      'an object beside the text that has a type',
      data({ answer: 'Sunny, ', meta: { type: 'text', text: 'x' } }, { answer: '21 °C.' }),
      TEXT,
    ],
    [
      'a text that explains',
      data({ type: 'explanation', text: 'Sunny, ' }, { type: 'chunk', text: '21 °C.' }),
      TEXT,
    ],
    [
      'a marker within a text',
      data({ text: 'Write [DONE]' }, { text: ' there' }, { text: '.' }),
      'Write [DONE] there.',
    ],
    ['JSON that a model writes', data({ text: '{"a":' }, { text: '1}' }, { text: '\n' }), '{"a":1}\n'],
    ['code of Python', data('d = ', "{'a': 'b', ", "'c': 1}", '!'), "d = {'a': 'b', 'c': 1}!"],
    [
      'an object of Python with no field of an event',
      data("{'a': 'b'}", ' is ', 'one.'),
      "{'a': 'b'} is one.",
    ],
    [
      'quotes in what Python prints',
      data(`{'text': 'say "hi", '}`, `{'text': "it's"}`, `{'text': ' both \\' and "'}`),
      `say "hi", it's both ' and "`,
    ],
    [
      'a document in an event of its own',
      named(['document', { type: 'text', text: 'A page' }], ['token', 'Sunny, '], ['token', '21 °C.']),
      TEXT,
    ],
    ['the words of an end', data({ text: TEXT }) + named(['done', { message: 'Finished in 3 s' }]), TEXT],
    [
      'a token of a session',
      data({ session_token: 'a1', user_text: 'Weather?' }, { text: 'Sunny, ' }, { text: '21 °C.' }),
      TEXT,
    ],
  ])('%s', async (_, wire, text) => {
    expect(await read(wire)).toMatchObject({ outcome: 'complete', text, error: undefined });
  });

  test('the end of a run without an answer', async () => {
    const wire = named(['progress', { message: 'Searching' }], ['done', { message: 'Finished' }]);
    expect(await read(wire)).toMatchObject({ outcome: 'truncated', text: '' });
  });

  test('brackets within the strings of JSON lines', async () => {
    const wire = lines({ text: 'if (x) {}{}', done: false }, { text: '}{', done: true });
    for (const size of [1, 5, Infinity])
      expect(await read(wire, JSON_LINES, size)).toMatchObject({
        outcome: 'complete',
        text: 'if (x) {}{}}{',
      });
  });

  test('a repeated answer that is changed at its end', async () => {
    const texts = ['Sun', 'Sunny', 'Sunny, 21', 'Sunny, 22 °C.'].map((text) => ({ text }));
    expect(await read(data(...texts))).toMatchObject({ outcome: 'complete', text: 'Sunny, 22 °C.' });
  });
});
