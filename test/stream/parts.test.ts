import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import {
  auto,
  OptionsError,
  stream,
  type Format,
  type Outcome,
  type Part,
  type StreamOptions,
  type StreamResult,
} from '../../src/index.ts';
import { anthropic, openaiChat } from '../../src/formats.ts';
import { stream as coreStream } from '../../src/core.ts';
import { SAMPLES, TEXT } from '../formats/samples.ts';
import { serve } from '../server/client.ts';
import { end, hang, head, reset, gate, write } from '../server/script.ts';

const sse = (...events: unknown[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
const sampleOf = (name: string): string => SAMPLES.find((sample) => sample.name === name)!.wire;

const respond = (wire: string, type = 'text/event-stream'): Response =>
  new Response(wire, { headers: { 'Content-Type': type } });

async function read(
  wire: string,
  options: StreamOptions = {},
): Promise<{ parts: Part[]; result: StreamResult }> {
  const source = stream(respond(wire), options);
  const parts: Part[] = [];
  const all = (async () => {
    try {
      for await (const part of source.parts) parts.push(part);
    } catch {
      // The result has it.
    }
  })();
  await all;
  return { parts, result: await source.result };
}

const chat = (delta: unknown, finish_reason: string | null = null, index = 0): unknown => ({
  choices: [{ index, delta, finish_reason }],
});

describe('parts', () => {
  test('come in the order of the wire, and the deltas of a call add up to its arguments', async () => {
    const { parts } = await read(sampleOf('openai-responses.sse'));
    const order = parts.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1]);
    expect(order).toEqual(['reasoning', 'text', 'data', 'tool-call', 'usage', 'finish']);
    const calls = parts.filter((part) => part.type === 'tool-call');
    expect(calls.map(({ delta }) => delta).join('')).toBe('{"city":"Lisbon"}');
    expect(calls.map((part) => 'input' in part)).toEqual([false, false, false, false, true]);
    expect(calls.at(-1)).toEqual({
      type: 'tool-call',
      id: 'call_a',
      name: 'get_weather',
      delta: '',
      input: { city: 'Lisbon' },
    });
  });

  test('of calls that alternate each say which call they belong to', async () => {
    const { parts } = await read(sampleOf('openai-chat.sse'));
    const written: Record<string, string> = {};
    for (const part of parts) {
      if (part.type === 'tool-call') written[part.id] = (written[part.id] ?? '') + part.delta;
    }
    expect(written).toEqual({ call_a: '{"city":"Lisbon"}', call_b: '{"city":"Porto"}' });
  });

  test('of a call whose pieces each have an ID of their own are one call', async () => {
    const piece = (id: string, rest: object): unknown =>
      chat({ tool_calls: [{ index: 0, id, function: rest }] });
    const { result } = await read(
      sse(
        piece('a', { name: 'f', arguments: '{"x"' }),
        piece('b', { arguments: ':1}' }),
        chat({}, 'tool_calls'),
      ),
    );
    expect(result.toolCalls).toEqual([{ id: 'a', name: 'f', input: { x: 1 } }]);
  });

  test('narrow by their type', async () => {
    for (const part of (await read(sampleOf('anthropic.sse'))).parts) {
      switch (part.type) {
        case 'text':
          expectTypeOf(part.delta).toEqualTypeOf<string>();
          break;
        case 'tool-call':
          expectTypeOf(part.name).toEqualTypeOf<string>();
          break;
        case 'usage':
          expectTypeOf(part.usage.inputTokens).toEqualTypeOf<number | undefined>();
          break;
        case 'finish':
          expectTypeOf(part.outcome).toEqualTypeOf<
            'complete' | 'length' | 'tool-calls' | 'refused' | 'failed'
          >();
          break;
        case 'reasoning':
        case 'error':
        case 'data':
        case 'unknown':
          break;
        default:
          part satisfies never;
      }
    }
  });

  test('reach the callback, and the text the ones for text', async () => {
    const onPart = vi.fn();
    const onText = vi.fn();
    const { parts } = await read(sampleOf('gemini.sse'), { onPart, onText });
    expect(onPart.mock.calls.map(([part]) => part)).toEqual(parts);
    expect(onText.mock.calls.map(([delta]) => delta).join('')).toBe(TEXT);
  });

  test('of other choices are data, and no part of the answer', async () => {
    const { parts, result } = await read(
      sse(
        chat({ content: 'a' }),
        chat({ content: 'x' }, null, 1),
        chat({}, 'stop'),
        chat({}, 'stop', 1),
        '[DONE]',
      ),
    );
    expect(result).toMatchObject({ outcome: 'complete', text: 'a' });
    expect(parts).toContainEqual({
      type: 'data',
      name: 'choice',
      data: { index: 1, delta: { content: 'x' }, finish_reason: null },
    });
  });

  test('of text say which block they belong to', async () => {
    const { parts } = await read(sampleOf('ai-sdk.sse'));
    expect(parts.find(({ type }) => type === 'text')).toEqual({ type: 'text', delta: 'It is ', id: 't1' });
    expect(parts).toContainEqual({ type: 'data', name: 'data-weather', data: { celsius: 21 } });
  });

  test('of events that a format does not know pass through, without effect', async () => {
    const strange = { type: 'message_mood', mood: { happy: true } };
    const wire = sampleOf('anthropic.sse').replace(
      'event: ping',
      `event: message_mood\ndata: ${JSON.stringify(strange)}\n\nevent: ping`,
    );
    const { parts, result } = await read(wire);
    expect(parts.filter(({ type }) => type === 'unknown')).toEqual([
      { type: 'unknown', event: 'message_mood', data: strange },
    ]);
    expect(result).toMatchObject({ outcome: 'tool-calls', text: TEXT });
  });

  test('are in the snapshot as far as they have arrived', async () => {
    const server = await serve([
      write(sse(chat({ reasoning: 'hm' }), chat({ content: 'a' }))),
      write(sse(chat({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '{"a' } }] }))),
      gate('go'),
      write(
        sse(chat({ tool_calls: [{ index: 0, function: { arguments: '":1}' } }] }), chat({}, 'tool_calls')),
      ),
      end,
    ]);
    const source = stream(server.url, { body: {} });
    source.subscribe(() => {});
    await expect.poll(() => source.getSnapshot().toolCalls).toEqual([{ id: 'c', name: 'f', input: '{"a' }]);
    expect(source.getSnapshot()).toMatchObject({ text: 'a', reasoning: 'hm' });
    await server.open('go');
    await source.result;
    expect(source.getSnapshot().toolCalls).toEqual([{ id: 'c', name: 'f', input: { a: 1 } }]);
  });

  test('are in the snapshot with the usage so far, and with the metrics', async () => {
    const spent = (tokens: number): object => ({ choices: [], usage: { completion_tokens: tokens } });
    const server = await serve([
      write(sse(chat({ content: 'a' }), spent(1))),
      gate('go'),
      write(sse(chat({}, 'length'), spent(2))),
      end,
    ]);
    const source = stream(server.url, { body: {} });
    source.subscribe(() => {});
    await expect.poll(() => source.getSnapshot().usage?.outputTokens).toBe(1);
    const midway = source.getSnapshot();
    expect(midway).toMatchObject({ finishReason: undefined, metrics: { events: 2 } });
    expect(midway.metrics.firstTextMs).toBeGreaterThan(0);
    await server.open('go');
    const { usage, finishReason, metrics } = await source.result;
    expect(source.getSnapshot()).toMatchObject({ usage, finishReason, metrics });
    expect(usage?.outputTokens).toBe(2);
    expect(finishReason).toBe('length');
    // The one that was read before stays as it was.
    expect(midway).toMatchObject({ finishReason: undefined, metrics: { events: 2 } });
  });
});

describe('the outcome', () => {
  const reasons: [string, Outcome][] = [
    ['stop', 'complete'],
    ['eos', 'complete'],
    ['length', 'length'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['content_filter', 'refused'],
    ['content-filter', 'refused'],
    ['insufficient_system_resource', 'failed'],
    ['error', 'failed'],
  ];
  test.each(reasons)('of the finish reason %s is %s', async (reason, outcome) => {
    const { result } = await read(sse(chat({ content: 'a' }), chat({}, reason), '[DONE]'));
    expect(result).toMatchObject({ outcome, text: 'a' });
  });

  const geminiReasons: [string, Outcome][] = [
    ['STOP', 'complete'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'refused'],
    ['PROHIBITED_CONTENT', 'refused'],
    ['MALFORMED_FUNCTION_CALL', 'failed'],
    ['OTHER', 'failed'],
  ];
  test.each(geminiReasons)('of Gemini’s %s is %s', async (finishReason, outcome) => {
    const { result } = await read(
      sse({ candidates: [{ content: { parts: [{ text: 'a' }] }, finishReason }] }),
    );
    expect(result).toMatchObject({ outcome, text: 'a' });
  });

  test('of a prompt that Gemini blocks is refused', async () => {
    const { result } = await read(sse({ promptFeedback: { blockReason: 'OTHER' } }));
    expect(result).toMatchObject({ outcome: 'refused', text: '', finishReason: 'OTHER' });
  });

  test('of an answer that the model refuses is refused, and its words are the text', async () => {
    const { parts, result } = await read(
      sse(chat({ refusal: 'I cannot' }), chat({ refusal: ' help.' }), chat({}, 'stop')),
    );
    expect(result).toMatchObject({ outcome: 'refused', text: 'I cannot help.', finishReason: 'stop' });
    expect(parts[0]).toEqual({ type: 'text', delta: 'I cannot', refusal: true });
  });

  test('of an unanswered tool call is tool-calls, whatever the vendor’s finish reason', async () => {
    const functionCall = { name: 'f', args: {} };
    const call = { candidates: [{ content: { parts: [{ functionCall }] }, finishReason: 'STOP' }] };
    expect((await read(sse(call))).result.outcome).toBe('tool-calls');
  });

  test('of tool calls that the provider has answered itself is complete', async () => {
    const wire = sampleOf('anthropic.sse');
    const until = wire.indexOf('event: content_block_start\ndata: {"type":"content_block_start","index":4');
    const finish =
      'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}\n\n';
    const { result } = await read(
      `${wire.slice(0, until)}${finish}event: message_stop\ndata: {"type":"message_stop"}\n\n`,
    );
    expect(result).toMatchObject({ outcome: 'complete', finishReason: 'end_turn' });
    expect(result.toolCalls).toMatchObject([{ name: 'web_search', providerExecuted: true }]);
  });

  test('of several messages in one stream is that of the last', async () => {
    const first = sampleOf('anthropic.sse');
    const second = first.replace('"tool_use","stop_sequence"', '"max_tokens","stop_sequence"');
    const { result } = await read(first + second);
    expect(result).toMatchObject({ outcome: 'length', text: TEXT + TEXT });
    const cut = await read(first + second.slice(0, 2000));
    expect(cut.result.outcome).toBe('truncated');
  });

  test('of a response that failed after it had begun has its error, and the text', async () => {
    const { result } = await read(
      sse(
        { type: 'response.created', response: { id: 'r' } },
        { type: 'response.output_text.delta', delta: 'a' },
        { type: 'response.failed', response: { error: { code: 'server_error', message: 'Oops.' } } },
      ),
    );
    expect(result).toMatchObject({
      outcome: 'failed',
      text: 'a',
      finishReason: 'response.failed',
      error: { providerCode: 'server_error' },
    });
  });

  test('of a response that is incomplete says why', async () => {
    const incomplete = (reason: string): string =>
      sse({ type: 'response.incomplete', response: { incomplete_details: { reason } } });
    expect((await read(incomplete('max_output_tokens'))).result).toMatchObject({
      outcome: 'length',
      finishReason: 'max_output_tokens',
    });
    expect((await read(incomplete('content_filter'))).result.outcome).toBe('refused');
  });

  test('of a chat that its server aborts has failed, though [DONE] follows', async () => {
    const { result } = await read(
      sse(
        { type: 'start', messageId: 'm' },
        { type: 'text-delta', id: 't', delta: 'a' },
        { type: 'abort' },
        '[DONE]',
      ),
    );
    expect(result).toMatchObject({ outcome: 'failed', text: 'a', error: { providerCode: 'abort' } });
  });

  test('is known even if the server keeps the connection open after the last event', async () => {
    const server = await serve([write(sampleOf('anthropic.sse')), hang]);
    const result = await stream(server.url, { body: {} }).result;
    expect(result).toMatchObject({ outcome: 'tool-calls', text: TEXT });
    expect(await server.requests()).toHaveLength(1);
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test('is kept when the connection breaks after the last event', async () => {
    const server = await serve([write(sampleOf('openai-responses.sse')), gate('read'), reset]);
    const source = stream(server.url, {
      body: {},
      onPart: ({ type }) => void (type === 'finish' && server.open('read')),
    });
    expect(await source.result).toMatchObject({ outcome: 'tool-calls', text: TEXT });
    expect(await server.requests()).toHaveLength(1);
  });

  test('requires the caller’s own end if one is set', async () => {
    const end = 'goodbye';
    const { result } = await read(sampleOf('anthropic.sse'), { end });
    expect(result.outcome).toBe('truncated');
    const whole = await read(`${sampleOf('anthropic.sse')}event: goodbye\ndata:\n\n`, { end });
    expect(whole.result).toMatchObject({ outcome: 'tool-calls', end: { type: 'goodbye' } });
  });

  test('comes from the end marker itself if that is an event of the format', async () => {
    const { result } = await read(sampleOf('openai-responses.sse'), { end: 'response.completed' });
    expect(result).toMatchObject({ outcome: 'tool-calls', usage: { inputTokens: 24 } });
  });

  test('of an answer of which nothing arrives is failed', async () => {
    expect((await read('')).result.outcome).toBe('failed');
    expect((await read(': keep-alive\n\n')).result.outcome).toBe('failed');
  });
});

describe('the format', () => {
  test('is detected on native EventSource too, which receives all its events', async () => {
    for (const sample of SAMPLES) {
      if (sample.type !== 'text/event-stream') continue;
      // What has no last event of its own ends where the server closes.
      const ending = /^(gemini|langGraph)$/.test(sample.format) ? end : hang;
      const server = await serve([head(200, { 'content-type': sample.type }), write(sample.wire), ending]);
      const transports: string[] = [];
      const source = stream(server.url, { onOpen: ({ transport }) => void transports.push(transport) });
      const result = await source.result;
      expect([sample.name, source.format, transports]).toEqual([sample.name, sample.format, ['eventsource']]);
      expect(result).toMatchObject({ text: TEXT, outcome: sample.outcome });
      expect(await server.requests()).toHaveLength(1);
    }
  });

  test('is auto until it is detected, and plain if none fits', async () => {
    const source = stream(respond(sse({ text: 'a' }, 'b')));
    expect(source.format).toBe('auto');
    expect(await source.result).toMatchObject({ outcome: 'complete', text: 'ab' });
    expect(source.format).toBe('plain');
  });

  test('is not mistaken for another because a field has the same name', async () => {
    for (const [event, text] of [
      [{ type: 'start', text: 'a' }, 'a'],
      [{ done: false, text: 'a' }, 'a'],
      [{ type: 'token', token: 'a' }, 'a'],
      [{ type: 'message', content: 'a' }, 'a'],
      [{ response: 'a' }, 'a'],
    ] as const) {
      const source = stream(respond(sse(event)));
      expect((await source.result).text).toBe(text);
      expect([event, source.format]).toEqual([event, 'plain']);
    }
  });

  test('is known by the response’s header before any event', async () => {
    const headers = { 'Content-Type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' };
    const source = stream(new Response(sse({ type: 'data-a', data: 1 }), { headers }));
    await source.result;
    expect(source.format).toBe('aiSdk');
  });

  test('JSON lines are known by their first byte, whatever the response says', async () => {
    expect((await read(sampleOf('ollama-chat.ndjson'))).result).toMatchObject({
      outcome: 'tool-calls',
      text: TEXT,
    });
    const bytes = new Blob([sampleOf('ollama-generate.ndjson')]).stream();
    expect(await stream(bytes).result).toMatchObject({ outcome: 'length', text: TEXT });
  });

  test('JSON lines need no line end at the last one', async () => {
    const wire = sampleOf('ollama-chat.ndjson').trimEnd();
    expect(await stream(respond(wire, 'application/x-ndjson')).result).toMatchObject({
      outcome: 'tool-calls',
    });
  });

  test('a line that passes maxEventSize fails', async () => {
    const wire = `{"model":"m","response":"${'a'.repeat(2000)}","done":false}\n`;
    const { result } = await read(wire, { maxEventSize: 1000 });
    expect(result).toMatchObject({ outcome: 'failed', error: { code: 'event-too-large' } });
  });

  test('of the page’s own is ten lines, and auto() tries it first', async () => {
    const house: Format = {
      name: 'house',
      hasEnd: true,
      recognises: ({ data }) => Object.hasOwn(Object(data), 'token'),
      reader:
        () =>
        ({ data }, emit) => {
          const { token, done } = data as { token?: string; done?: boolean };
          if (token) emit({ type: 'text', delta: token });
          if (done) emit({ type: 'finish', outcome: 'complete', isLast: true });
        },
    };
    for (const format of [house, auto(house)]) {
      const source = stream(respond(sse({ token: 'a' }, { token: 'b' }, { done: true })), { format });
      expect(await source.result).toMatchObject({ outcome: 'complete', text: 'ab' });
      expect(source.format).toBe('house');
      const cut = stream(respond(sse({ token: 'a' })), { format });
      expect(await cut.result).toMatchObject({ outcome: 'truncated', text: 'a' });
    }
  });

  test('that does not exist is an error that names those that do', () => {
    expect(() => stream('/', { format: 'constructor' as never })).toThrow(OptionsError);
    expect(() => stream('/', { format: 'openai' as never })).toThrow(/openaiChat, openaiResponses/);
    expect(() => coreStream('/', { format: 'anthropic' })).toThrow(/teleprinter\/formats/);
  });

  test('is an object in teleprinter/core', async () => {
    const format = anthropic();
    const { result } = coreStream(respond(sampleOf('anthropic.sse')), { format });
    expect(await result).toMatchObject({ outcome: 'tool-calls', text: TEXT });
  });
});

describe('LangGraph', () => {
  const event = (name: string, data: unknown): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
  const call = { id: 'c', name: 'f', args: { x: 1 } };
  const ai = (content: unknown, rest: object = {}): unknown => ({ type: 'ai', id: 'm', content, ...rest });

  test('in the mode that repeats each message appears once', async () => {
    const { parts, result } = await read(
      event('metadata', { run_id: 'r' }) +
        event('messages/metadata', { m: {} }) +
        event('messages/partial', [ai('It ')]) +
        event('messages/partial', [ai([{ type: 'text', text: 'It is ' }])]) +
        event('messages/partial', [ai('It is 21', { tool_calls: [{ ...call, args: {} }] })]) +
        event('messages/complete', [ai('It is 21', { tool_calls: [call] })]) +
        event('values', { messages: [] }),
    );
    expect(result).toMatchObject({ text: 'It is 21', toolCalls: [{ id: 'c', name: 'f', input: { x: 1 } }] });
    expect(parts.filter(({ type }) => type === 'text').length).toBe(3);
    expect(parts.at(-1)).toEqual({ type: 'data', name: 'values', data: { messages: [] } });
  });

  test('with a whole message after its chunks, and a subgraph’s, appears once', async () => {
    const chunk = (content: string, rest: object = {}): string =>
      event('messages|graph:1', [{ type: 'AIMessageChunk', id: 'm', content, ...rest }, {}]);
    const { result } = await read(
      event('metadata', { run_id: 'r' }) +
        chunk('a') +
        chunk('b', { tool_call_chunks: [{ index: 0, id: 'c', name: 'f', args: '{"x":1}' }] }) +
        event('messages', [ai('ab', { tool_calls: [call] }), {}]) +
        event('messages', [{ type: 'tool', id: 't', content: 'sunny' }, {}]) +
        event('messages', [{ type: 'ai', id: 'n', content: 'c' }, {}]),
    );
    expect(result).toMatchObject({ outcome: 'complete', text: 'abc' });
    expect(result.toolCalls).toEqual([{ id: 'c', name: 'f', input: { x: 1 } }]);
  });
});

describe('what a model says', () => {
  test('pollutes no prototype', async () => {
    const polluted = '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}';
    const { result } = await read(
      sse(
        chat({
          tool_calls: [{ index: 0, id: '__proto__', function: { name: '__proto__', arguments: polluted } }],
        }),
        `{"choices":[],"usage":${polluted}}`,
        chat({}, 'tool_calls'),
      ),
    );
    await read(
      sse({
        candidates: [
          {
            content: {
              parts: [
                { functionCall: { name: '__proto__', willContinue: true } },
                {
                  functionCall: {
                    partialArgs: [
                      { jsonPath: '$.__proto__.polluted', boolValue: true },
                      { jsonPath: '$.a.constructor.prototype.polluted', boolValue: true },
                      { jsonPath: '$.list[4294967294]', numberValue: 1 },
                    ],
                  },
                },
              ],
            },
            finishReason: 'STOP',
          },
        ],
      }),
    );
    expect(result.toolCalls[0]).toMatchObject({ id: '__proto__', name: '__proto__' });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(result.toolCalls[0]!.input)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(result.usage!.raw)).toBe(Object.prototype);
  });

  test.each([
    ['that are no JSON', '{"a":'],
    ['that nest without end', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('as arguments %s stays a string', async (_, json) => {
    const call = { index: 0, id: 'c', function: { name: 'f', arguments: json } };
    const { result } = await read(sse(chat({ tool_calls: [call] }), chat({}, 'tool_calls')));
    expect(result.toolCalls).toEqual([{ id: 'c', name: 'f', input: json }]);
  });

  test('as arguments that are missing is an empty object', async () => {
    const call = { index: 0, id: 'c', function: { name: 'f' } };
    const { result } = await read(sse(chat({ tool_calls: [call] }), chat({}, 'tool_calls')));
    expect(result.toolCalls).toEqual([{ id: 'c', name: 'f', input: {} }]);
  });
});

test('a page that is reloaded in mid-answer has its reasoning and its calls again', async () => {
  const key = `parts-${Math.random()}`;
  const begin = sse(chat({ reasoning: 'hm' }), chat({ content: 'a' }));
  const call = (delta: object): unknown => chat({ tool_calls: [{ index: 0, ...delta }] });
  const server = await serve(
    [
      write(`id: 1\n${begin}id: 2\n${sse(call({ id: 'c', function: { name: 'f', arguments: '{"x"' } }))}`),
      hang,
    ],
    [
      write(`id: 3\n${sse(call({ function: { arguments: ':1}' } }))}id: 4\n${sse(chat({}, 'tool_calls'))}`),
      end,
    ],
  );
  const first = stream(server.url, { resumeKey: key, format: openaiChat() });
  await new Promise<void>((resolve) => {
    first.subscribe(() => first.getSnapshot().toolCalls.length > 0 && resolve());
  });
  dispatchEvent(new Event('pagehide'));
  const kept = sessionStorage.getItem(`teleprinter:${key}`)!;
  first.close();
  sessionStorage.setItem(`teleprinter:${key}`, kept);

  const parts: Part[] = [];
  const second = stream(server.url, {
    resumeKey: key,
    format: openaiChat(),
    onPart: (part) => void parts.push(part),
  });
  expect(await second.result).toMatchObject({
    outcome: 'tool-calls',
    text: 'a',
    reasoning: 'hm',
    toolCalls: [{ id: 'c', name: 'f', input: { x: 1 } }],
  });
  expect(parts.slice(0, 3)).toEqual([
    { type: 'reasoning', delta: 'hm' },
    { type: 'text', delta: 'a' },
    { type: 'tool-call', id: 'c', name: 'f', delta: '{"x"' },
  ]);
});
