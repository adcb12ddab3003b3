import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stream, type Part, type StreamResult } from '../../src/index.ts';
import { FRAMEWORK_SAMPLES } from './framework-samples.ts';
import { SMALL_SAMPLES } from './small-samples.ts';

type Answer = StreamResult & { readonly format: string; readonly parts: readonly Part[] };

async function read(wire: string, type = 'text/event-stream', uiVersion?: string): Promise<Answer> {
  const parts: Part[] = [];
  const headers = new Headers({ 'Content-Type': type });
  if (uiVersion) headers.set('x-vercel-ai-ui-message-stream', uiVersion);
  const response = new Response(wire, { headers });
  const source = stream(response, { onPart: (part) => parts.push(part) });
  return { ...(await source.result), format: source.format, parts };
}
const sse = (...events: unknown[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
const dataParts = ({ parts }: Answer): unknown[] =>
  parts.flatMap((part) => (part.type === 'data' ? [[part.name, part.data]] : []));

const choice = (delta: unknown, more: object = {}): object => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason: null, ...more }],
});
const stop = choice({}, { finish_reason: 'stop' });

describe('chat completions', () => {
  test('a token that is a JSON number is text', async () => {
    const { text } = await read(
      sse(choice({ content: '$' }), choice({ content: 0.005 }), choice({ content: 0 }), stop),
    );
    expect(text).toBe('$0.0050');
  });

  test.each([
    ['annotations', choice({ annotations: [{ type: 'url_citation', url: 'u' }] })],
    ['images', choice({ images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }] })],
    ['audio', choice({ audio: { id: 'a', transcript: 'Hello' } })],
    ['citations', { ...choice({ content: 'a' }), citations: ['https://example.com/a'] }],
    ['search_results', { ...choice({ content: 'a' }), search_results: [{ url: 'https://example.com/a' }] }],
    ['grounding', choice({ content: 'a' }, { grounding: { chunks: [1] } })],
  ])('%s come as data', async (name, chunk) => {
    const answer = await read(sse(chunk, chunk, stop));
    expect(dataParts(answer)).toHaveLength(1);
    expect(dataParts(answer)[0]).toEqual([name, expect.anything()]);
    expect(answer.outcome).toBe('complete');
  });

  test('every piece of reasoning_details becomes data, because the vendor expects the signed pieces in the next request', async () => {
    const chunk = choice({ reasoning_details: [{ type: 'reasoning.text', text: 'ha' }] });
    const answer = await read(sse(chunk, chunk, stop));
    expect(dataParts(answer)).toEqual(
      Array(2).fill(['reasoning_details', [{ type: 'reasoning.text', text: 'ha' }]]),
    );
  });

  test('an unnamed event that is not a chunk is unknown', async () => {
    const { parts } = await read(sse(choice({ content: 'a' }), { mood: 'happy' }, stop));
    expect(parts.filter(({ type }) => type === 'unknown')).toEqual([
      { type: 'unknown', event: 'message', data: { mood: 'happy' } },
    ]);
  });

  test('fields without content for the page emit no part', async () => {
    const chunk = {
      ...choice({ role: 'assistant', content: '' }, { logprobs: null, native_finish_reason: null }),
      id: 'c',
      created: 1,
      model: 'm',
      system_fingerprint: 'f',
      service_tier: 'default',
      provider: 'p',
      citations: [],
      usage: null,
    };
    expect((await read(sse(chunk, stop))).parts.map(({ type }) => type)).toEqual(['finish']);
  });

  const errors: [string, object][] = [
    [
      'in a choice',
      choice({ content: '' }, { finish_reason: 'error', error: { code: 502, message: 'busy' } }),
    ],
    ['in x_groq', { ...choice({}), x_groq: { error: 'busy' } }],
    ['with the object error', { object: 'error', message: 'busy', code: 40_303 }],
    ['in a field', { error: { message: 'busy' } }],
    ['in a field of a field', { error: { error: { message: 'busy' } } }],
    ['as a string', { error: 'busy' }],
    ['with a code of its own', { error_code: 17, error_msg: 'busy' }],
    ['in base_resp', { base_resp: { status_code: 1002, status_msg: 'busy' } }],
    ['in a list', [{ error: { message: 'busy' } }] as object],
    ['in errors', { errors: [{ message: 'busy' }] }],
  ];
  test.each(errors)('an error %s fails the answer, before text and after it', async (_, error) => {
    const failed = { outcome: 'failed', error: { code: 'provider', providerMessage: 'busy' } };
    expect(await read(sse(choice({ content: 'a' }), error, '[DONE]'))).toMatchObject({
      ...failed,
      text: 'a',
    });
    expect(await read(sse(error))).toMatchObject({ ...failed, text: '' });
  });

  test('a custom tool call has its name and its text', async () => {
    const call = (custom: object, more: object = {}): object =>
      choice({ tool_calls: [{ index: 0, type: 'custom', custom, ...more }] });
    const { toolCalls } = await read(
      sse(
        call({ name: 'sql', input: '' }, { id: 'c' }),
        call({ input: 'select ' }),
        call({ input: '1' }),
        stop,
      ),
    );
    expect(toolCalls).toEqual([{ id: 'c', name: 'sql', input: 'select 1' }]);
  });

  test.each(['', undefined, null])(
    'parallel calls that share an index, with the ID %j, stay apart',
    async (id) => {
      const call = (name: string, args: string): object =>
        choice({ tool_calls: [{ index: 0, id, function: { name, arguments: args } }] });
      const finish = choice({}, { finish_reason: 'tool_calls' });
      const inputs = async (...calls: object[]): Promise<unknown[]> => {
        const { toolCalls, parts } = await read(sse(...calls, finish));
        const last = parts.filter((part) => part.type === 'tool-call' && 'input' in part);
        expect(last).toHaveLength(toolCalls.length);
        return toolCalls.map(({ name, input }) => [name, input]);
      };
      expect(await inputs(call('f', '{"a":1}'), call('g', '{"b":2}'))).toEqual([
        ['f', { a: 1 }],
        ['g', { b: 2 }],
      ]);
      expect(await inputs(call('f', '{"a":1}'), call('f', '{"a":2}'))).toEqual([
        ['f', { a: 1 }],
        ['f', { a: 2 }],
      ]);
      expect(await inputs(call('f', '{"a":'), call('f', '{"b":1}'), call('f', '}'))).toEqual([
        ['f', { a: { b: 1 } }],
      ]);
    },
  );

  test.each([
    ['sensitive', 'refused'],
    ['network_error', 'failed'],
    ['abort', 'failed'],
    ['out_of_tokens', 'length'],
    ['guardrail_intervened', 'refused'],
    ['time_limit', 'length'],
  ])('the reason %s is %s', async (finish_reason, outcome) => {
    expect((await read(sse(choice({ content: 'a' }), choice({}, { finish_reason })))).outcome).toBe(outcome);
  });
});

describe('chat completions without deltas of objects', () => {
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-mistral-large-2407.html
  test('messages are deltas, and a stop reason is the finish reason, as on Bedrock', async () => {
    const message = (content: string, stop_reason: string | null = null): object => ({
      choices: [{ index: 0, message: { role: 'assistant', content }, stop_reason }],
    });
    const wire = sse(message('Hello'), message(' you'));
    const expected = { outcome: 'complete', text: 'Hello you', finishReason: 'stop' };
    expect(await read(wire + sse(message('', 'stop')))).toMatchObject(expected);
    expect(await read(wire)).toMatchObject({ outcome: 'truncated', text: 'Hello you' });
    const text = sse({ choices: [{ text: 'Hello you', stop_reason: null }] });
    expect(await read(text + sse({ choices: [{ text: '', stop_reason: 'stop' }] }))).toMatchObject(expected);
  });

  // https://platform.sensenova.cn/doc?path=/chat/ChatCompletions/ChatCompletions.md
  test('a delta may be the text', async () => {
    const delta = (text: string, finish_reason = ''): object => ({
      data: { id: 'i', choices: [{ index: 0, delta: text, finish_reason }] },
      status: { code: 0, message: 'ok' },
    });
    expect(await read(sse(delta('Hello'), delta(' you'), delta('', 'stop')))).toMatchObject({
      outcome: 'complete',
      text: 'Hello you',
    });
  });

  // https://docs.tavily.com/documentation/api-reference/endpoint/research-streaming
  test('tool calls that are no list are data', async () => {
    const steps = { type: 'tool_call', tool_call: [{ name: 'Planning', id: 'c', arguments: 'A plan' }] };
    const answer = await read(sse(choice({ tool_calls: steps }), choice({ content: 'Hello' }), stop));
    expect(answer).toMatchObject({ outcome: 'complete', text: 'Hello', toolCalls: [] });
    expect(dataParts(answer)).toEqual([['tool_calls', steps]]);
  });

  test.each([
    // https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-inference-chat-completion-unified
    ['Elasticsearch', (chunk: object): object => ({ chat_completion: chunk })],
    // https://help.sap.com/docs/sap-ai-core/generative-ai/streaming
    [
      'SAP AI Core',
      (chunk: object): object => ({ request_id: 'r', intermediate_results: {}, final_result: chunk }),
    ],
    [
      'SAP AI Core, version 1',
      (chunk: object): object => ({ module_results: { llm: chunk }, orchestration_result: chunk }),
    ],
  ])('chunks are read in the envelopes of %s', async (_, wrap) => {
    const wire = sse(...[choice({ content: 'Hello' }), choice({ content: ' you' }), stop].map(wrap));
    expect(await read(wire)).toMatchObject({ format: 'openaiChat', outcome: 'complete', text: 'Hello you' });
  });
});

describe('responses', () => {
  const response = { id: 'r', object: 'response', output: [] };
  const event = (type: string, sequence_number: number, more: object): object => ({
    type: `response.${type}`,
    sequence_number,
    ...more,
  });
  const delta = (text: string, at: number): object => event('output_text.delta', at, { delta: text });
  const end = event('completed', 9, { response: { ...response, status: 'completed' } });

  test.each(['queued', 'in_progress'])('that are %s are not complete', async (status) => {
    const begin = event(status, 1, { response: { ...response, status } });
    const wire = sse(begin, delta('Hello', 2), delta(' you', 3));
    expect(await read(sse(begin))).toMatchObject({ outcome: 'truncated' });
    expect(await read(wire)).toMatchObject({ outcome: 'truncated', text: 'Hello you' });
    expect(await read(wire + sse(end))).toMatchObject({
      format: 'openaiResponses',
      outcome: 'complete',
      text: 'Hello you',
    });
    const body = JSON.stringify({ ...response, status });
    expect(await read(body, 'application/json')).toMatchObject({ outcome: 'truncated' });
  });

  test('may go on with any event', async () => {
    const part = event('content_part.added', 5, { part: { type: 'output_text', text: '' } });
    expect(await read(sse(part, delta(' you', 6), end))).toMatchObject({
      format: 'openaiResponses',
      outcome: 'complete',
      text: ' you',
    });
  });

  // https://docs.databricks.com/aws/en/generative-ai/agent-framework/author-agent
  test('messages that come whole are text, those that came in deltas are not repeated', async () => {
    const done = (text: string): object => ({
      type: 'response.output_item.done',
      item: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] },
    });
    const wire = sse(done('One. '), delta('Two. ', 1), done('Two. '), done('Three.'), '[DONE]');
    expect(await read(wire)).toMatchObject({ outcome: 'complete', text: 'One. Two. Three.' });
  });
});

describe('text that is replaced is withdrawn', () => {
  // https://creator.poe.com/docs/poe-protocol-specification
  test('by a bot of Poe, with its settings or without', async () => {
    const events = [
      ['text', { text: 'Thinking…' }],
      ['replace_response', { text: 'Hello' }],
      ['text', { text: ' you' }],
      ['done', {}],
    ] as const;
    const wire = events.map(([name, event]) => `event: ${name}\n${sse(event)}`).join('');
    const meta = `event: meta\n${sse({ content_type: 'text/markdown', suggested_replies: true })}`;
    expect(await read(meta + wire)).toMatchObject({ format: 'poe', outcome: 'complete', text: 'Hello you' });
    expect(await read(wire)).toMatchObject({ format: 'plain', outcome: 'complete', text: 'Hello you' });
  });

  test('by Kernel Memory', async () => {
    const wire = sse(
      { streamState: 'append', noResult: false, text: 'I think' },
      { streamState: 'reset', noResult: true, text: 'Hello you' },
      '[DONE]',
    );
    expect(await read(wire)).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  });
});

test('what a message of Anthropic ends with is data', async () => {
  const details = { type: 'refusal', category: 'cyber' };
  const wire = sse(
    { type: 'message_start', message: { role: 'assistant', content: [], usage: { input_tokens: 3 } } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } },
    {
      type: 'message_delta',
      delta: { stop_reason: 'refusal', stop_sequence: null, stop_details: details, container: null },
      usage: { output_tokens: 2 },
      context_management: { applied_edits: [] },
    },
    { type: 'message_stop' },
  );
  const answer = await read(wire);
  expect(answer).toMatchObject({ outcome: 'refused', text: 'Hello' });
  expect(dataParts(answer)).toEqual([
    ['context_management', { applied_edits: [] }],
    ['stop_details', details],
  ]);
});

describe('Gemini', () => {
  const candidate = (more: object): object => ({
    candidates: [{ index: 0, content: { parts: [] }, ...more }],
  });

  test.each([
    ['NO_IMAGE', 'failed'],
    ['IMAGE_SAFETY', 'refused'],
    ['IMAGE_OTHER', 'failed'],
    ['LANGUAGE', 'failed'],
    ['BLOCKLIST', 'refused'],
    ['TOO_MANY_TOOL_CALLS', 'failed'],
    ['UNEXPECTED_TOOL_CALL', 'failed'],
    ['MALFORMED_RESPONSE', 'failed'],
  ])('the reason %s is %s', async (finishReason, outcome) => {
    expect((await read(sse(candidate({ finishReason })))).outcome).toBe(outcome);
  });

  test('grounding comes as data', async () => {
    const groundingMetadata = { groundingChunks: [{ web: { uri: 'u' } }] };
    const answer = await read(sse(candidate({ groundingMetadata, finishReason: 'STOP' })));
    expect(dataParts(answer)).toEqual([['groundingMetadata', groundingMetadata]]);
  });
});

describe('the AI SDK', () => {
  const start = [{ type: 'start', messageId: 'm' }, { type: 'start-step' }];
  const finish = [{ type: 'finish-step' }, { type: 'finish', finishReason: 'stop' }, '[DONE]'];
  const text = (delta: string): object => ({ type: 'text-delta', id: 't', delta });
  const call = { toolCallId: 'c', toolName: 'f' };

  test('the text and the calls of a step that is reset are withdrawn', async () => {
    const answer = await read(
      sse(
        ...start,
        text('One. '),
        { type: 'finish-step' },
        { type: 'start-step' },
        text('Draft'),
        { type: 'reasoning-delta', id: 'r', delta: 'hm' },
        { type: 'tool-input-available', ...call, input: {} },
        { type: 'reset-step' },
        text('Two.'),
        ...finish,
      ),
    );
    expect(answer).toMatchObject({ outcome: 'complete', text: 'One. Two.', reasoning: '', toolCalls: [] });
    expect(dataParts(answer)).toEqual([['rollback', { text: 'One. ', reasoning: '' }]]);
  });

  test.each([undefined, 'v1'])(
    'an unknown event becomes an unknown part, with the header %s',
    async (version) => {
      const wire = sse(...start, text('Hi'), { type: 'custom', kind: 'openai.compaction' }, ...finish);
      const { parts, outcome } = await read(wire, 'text/event-stream', version);
      expect(outcome).toBe('complete');
      expect(parts).toContainEqual(expect.objectContaining({ type: 'unknown', event: 'message' }));
      const damaged = `${sse(...start, text('Hi'))}data: {"type":"text-delta","id":"t","del\n\n${sse(...finish)}`;
      const answer = await read(damaged, 'text/event-stream', version);
      expect(answer).toMatchObject({ outcome: 'failed', text: 'Hi', error: { code: 'decode' } });
    },
  );

  test('repaired tool input replaces the deltas', async () => {
    const { toolCalls } = await read(
      sse(
        ...start,
        { type: 'tool-input-start', ...call },
        { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{"a": tru' },
        { type: 'tool-input-available', ...call, input: { a: true } },
        ...finish,
      ),
    );
    expect(toolCalls).toEqual([{ id: 'c', name: 'f', input: { a: true } }]);
  });

  test('invalid tool input withdraws the call, and its error becomes data', async () => {
    const invalid = { type: 'tool-input-error', ...call, input: '{', errorText: 'not JSON' };
    const answer = await read(
      sse(
        ...start,
        { type: 'tool-input-start', ...call },
        { type: 'tool-input-delta', toolCallId: 'c', inputTextDelta: '{' },
        invalid,
        ...finish,
      ),
    );
    expect(answer).toMatchObject({ outcome: 'complete', toolCalls: [] });
    expect(dataParts(answer)).toEqual([['tool-input-error', invalid]]);
  });
});

describe('AG-UI', () => {
  const started = { type: 'RUN_STARTED', threadId: 't', runId: 'r' };
  const finished = { type: 'RUN_FINISHED', threadId: 't', runId: 'r' };

  test('only messages of the assistant are part of the answer', async () => {
    const message = (role: string, delta: string): object[] => [
      { type: 'TEXT_MESSAGE_START', messageId: role, role },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: role, delta },
      { type: 'TEXT_MESSAGE_END', messageId: role },
    ];
    const chunk = { type: 'TEXT_MESSAGE_CHUNK', messageId: 'u', role: 'user', delta: 'why' };
    const answer = await read(
      sse(started, ...message('user', 'hi'), ...message('assistant', 'Hello'), chunk, finished),
    );
    expect(answer).toMatchObject({ outcome: 'complete', text: 'Hello' });
    expect(dataParts(answer)).toHaveLength(2);
  });

  test('an interrupted run waits for the page, and the usage is the sum of all messages', async () => {
    const usage = [
      { model: 'a', inputTokens: 3, outputTokens: 2 },
      { model: 'b', inputTokens: 4, outputTokens: 1 },
    ];
    const outcome = { type: 'interrupt', interrupts: [{ id: 'i' }] };
    const answer = await read(sse(started, { ...finished, outcome, usage }));
    expect(answer).toMatchObject({ outcome: 'tool-calls', usage: { inputTokens: 7, outputTokens: 3 } });
    expect(dataParts(answer)).toEqual([['interrupts', [{ id: 'i' }]]]);
    expect((await read(sse(started, { ...finished, outcome: { type: 'success' } }))).outcome).toBe(
      'complete',
    );
    expect((await read(sse(started, { ...finished, outcome: { type: 'cancelled' } }))).outcome).toBe(
      'failed',
    );
  });
});

describe('LangGraph', () => {
  const event = (name: string, data: unknown): string => `event: ${name}\n${sse(data)}`;
  const protocol = (method: string, data: unknown, namespace: string[] = []): string =>
    event(method, { type: 'event', method, params: { namespace, data } });

  test('a state adds the answer to the last question once', async () => {
    const before = [
      { type: 'human', id: '1', content: 'hi' },
      { type: 'ai', id: '2', content: 'Old answer' },
      { type: 'human', id: '3', content: 'why?' },
    ];
    const now = [...before, { type: 'ai', id: '4', content: 'Because.' }];
    const wire =
      event('metadata', { run_id: 'r', attempt: 1 }) +
      [before, now, now].map((messages) => event('values', { messages })).join('');
    expect(await read(wire)).toMatchObject({ format: 'langGraph', outcome: 'complete', text: 'Because.' });
    expect((await read(wire.slice(0, wire.indexOf('Because')))).outcome).toBe('truncated');
  });

  test('event streaming has text, calls and an end; the messages of tools are data', async () => {
    const message = (data: object): string => protocol('messages', { run_id: '1', ...data }, ['model:1']);
    const tool = (data: object): string => protocol('messages', { run_id: '2', ...data }, ['tools:1']);
    const wire = [
      protocol('lifecycle', { event: 'running' }),
      message({ event: 'message-start', id: 'm' }),
      message({
        event: 'content-block-delta',
        index: 0,
        delta: { type: 'reasoning-delta', reasoning: 'hm' },
      }),
      message({
        event: 'content-block-delta',
        index: 1,
        delta: { type: 'text-delta', text: 'Let me see. ' },
      }),
      message({
        event: 'content-block-finish',
        index: 2,
        content: { id: 'c', name: 'f', args: '{"a":1}' },
      }),
      message({ event: 'message-finish', reason: 'stop', usage: { input_tokens: 3, output_tokens: 2 } }),
      tool({ event: 'message-start', id: 't', role: 'tool' }),
      tool({ event: 'content-block-delta', index: 0, delta: { type: 'text-delta', text: '{"b":2}' } }),
      protocol('values', {
        messages: [
          { type: 'human', id: 'h', content: 'hi' },
          { type: 'ai', id: 'm', content: 'Let me see. ' },
        ],
      }),
      message({ event: 'content-block-delta', index: 1, delta: { type: 'text-delta', text: 'It is 2.' } }),
    ];
    const end = protocol('lifecycle', { event: 'completed' });
    const answer = await read(wire.join('') + end);
    expect(answer).toMatchObject({
      format: 'langGraph',
      outcome: 'complete',
      text: 'Let me see. It is 2.',
      reasoning: 'hm',
      usage: { inputTokens: 3, outputTokens: 2 },
    });
    expect(answer.toolCalls).toEqual([{ id: 'c', name: 'f', input: { a: 1 } }]);
    expect((await read(wire.join(''))).outcome).toBe('truncated');
    const failed = protocol('lifecycle', { event: 'failed', error: 'busy' });
    expect(await read(wire.join('') + failed)).toMatchObject({
      outcome: 'failed',
      error: { providerMessage: 'busy' },
    });
  });

  test('an interrupt waits for the page', async () => {
    const wire =
      event('metadata', { run_id: 'r', attempt: 1 }) +
      event('updates', { __interrupt__: [{ value: 'sure?' }] });
    expect(await read(`${wire}${event('updates', { a: { messages: [] } })}`)).toMatchObject({
      outcome: 'tool-calls',
    });
  });
});

test('text that agents repeat in a whole message is emitted once', async () => {
  const session = { session_id: 's', parent_tool_use_id: null };
  const event = (event: object): string => `${JSON.stringify({ type: 'stream_event', ...session, event })}\n`;
  const wire =
    event({ type: 'message_start', message: { usage: { input_tokens: 3 } } }) +
    event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello' } }) +
    event({ type: 'message_delta', delta: { stop_reason: 'tool_use' } }) +
    event({ type: 'message_stop' });
  const whole = `${JSON.stringify({ type: 'assistant', ...session, message: { content: [{ type: 'text', text: 'Hello' }] } })}\n`;
  const result = `${JSON.stringify({ type: 'result', subtype: 'success', is_error: false, ...session })}\n`;
  expect(await read(wire + whole + result, 'application/x-ndjson')).toMatchObject({
    outcome: 'complete',
    text: 'Hello',
  });
  expect((await read(wire + whole, 'application/x-ndjson')).outcome).toBe('truncated');
});

test('the events of all formats, in any order, end with an outcome and do not pollute prototypes', async () => {
  const events = [...SMALL_SAMPLES, ...FRAMEWORK_SAMPLES].flatMap(({ wire }) =>
    wire.split(/\n\n/).filter(Boolean),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...events), { maxLength: 12 }), async (some) => {
      const { outcome, error, text } = await read(some.map((event) => `${event}\n\n`).join(''));
      expect(outcome).toMatch(/^(complete|length|tool-calls|refused|truncated|failed)$/);
      expect(error?.code ?? 'none').toMatch(/^(none|provider|truncated|decode|connection)$/);
      expect(text).toEqual(expect.any(String));
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }),
    { numRuns: 300 },
  );
}, 30_000);

test('reading a long answer takes linear time in every format', async () => {
  const long = (count: number): string =>
    sse(
      ...Array.from({ length: count }, (_, at) => ({
        ...choice({ content: 'word ' }),
        citations: ['a', 'b', at % 2],
      })),
      stop,
    );
  // The shortest of three times: other tests run beside this one.
  const time = async (wire: string): Promise<number> => {
    let shortest = Infinity;
    for (let run = 0; run < 3; run++) {
      const start = performance.now();
      await read(wire);
      shortest = Math.min(shortest, performance.now() - start);
    }
    return shortest;
  };
  await time(long(1000));
  const short = await time(long(2000));
  expect(await time(long(16_000))).toBeLessThan(8 * 4 * short + 50);
});
