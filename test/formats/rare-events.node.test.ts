import { describe, expect, test } from 'vitest';
import { read, type Answer } from './read.ts';

const sse = (...events: object[]): string =>
  events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');
const dataIn = ({ parts }: Answer): unknown[] =>
  parts.flatMap((part) => (part.type === 'data' ? [[part.name, part.data]] : []));

test('the data stream has the parts of assistant-ui, and a line that is none is unknown', async () => {
  const answer = await read(
    'aui-reasoning-delta:{"reasoningDelta":"hm"}\naui-text-delta:{"textDelta":"tea"}\n0:{\nk:"f"\nd:{"finishReason":"stop"}\n',
    'text/plain',
  );
  expect(answer).toMatchObject({
    format: 'aiSdkDataStream',
    text: 'tea',
    reasoning: 'hm',
    outcome: 'complete',
  });
  expect(answer.parts).toContainEqual({ type: 'unknown', event: '0', data: '0:{' });
  expect(dataIn(answer)).toEqual([['file', 'f']]);
});

test('a transient part of the AI SDK says so', async () => {
  const note = { type: 'data-note', id: 'n', data: 1, transient: true };
  const { parts } = await read(
    sse({ type: 'start', messageId: 'm' }, note, { type: 'finish', finishReason: 'stop' }),
  );
  expect(parts).toContainEqual({ type: 'data', name: 'data-note', data: 1, id: 'n', transient: true });
});

describe('the Claude Agent SDK', () => {
  const message = {
    session_id: 's',
    type: 'assistant',
    message: { content: [{ type: 'text', text: 'tea' }] },
  };
  const result = { session_id: 's', type: 'result' };

  test('a run that has used up its turns was cut by a limit', async () => {
    const answer = await read(
      lines(message, { ...result, subtype: 'error_max_turns', is_error: true }),
      'application/x-ndjson',
    );
    expect(answer).toMatchObject({ format: 'claudeAgent', text: 'tea', outcome: 'length', error: undefined });
  });

  test('what a subagent says is data', async () => {
    const nested = { ...message, parent_tool_use_id: 't' };
    const answer = await read(
      lines(message, nested, { ...result, subtype: 'success' }),
      'application/x-ndjson',
    );
    expect(answer).toMatchObject({ text: 'tea', outcome: 'complete' });
    expect(dataIn(answer)).toEqual([['assistant', nested]]);
  });
});

test('a response of OpenAI that is refused says so; images and transcripts are data', async () => {
  const image = { type: 'response.image_generation_call.partial_image', partial_image_b64: 'AA' };
  const answer = await read(
    sse(
      { type: 'response.created', response: { id: 'r' } },
      image,
      { type: 'response.audio.transcript.delta', delta: 'tea' },
      { type: 'response.refusal.delta', item_id: 'i', delta: 'No.' },
      { type: 'response.completed', response: { id: 'r', output: [] } },
    ),
  );
  expect(answer).toMatchObject({ format: 'openaiResponses', text: 'No.', outcome: 'refused' });
  expect(dataIn(answer)).toEqual([
    ['partial_image', image],
    ['transcript', 'tea'],
  ]);
});

test('citations of Anthropic are data, in deltas and in a whole message', async () => {
  const citation = { type: 'char_location', cited_text: 'tea' };
  const streamed = await read(
    sse(
      { type: 'message_start', message: { role: 'assistant' } },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'citations_delta', citation } },
      { type: 'message_stop' },
    ),
  );
  expect(dataIn(streamed)).toEqual([['citation', citation]]);
  const content = [{ type: 'text', text: 'tea', citations: [citation] }];
  const whole = await read(sse({ type: 'message', role: 'assistant', content, stop_reason: 'end_turn' }));
  expect(dataIn(whole)).toEqual([['citation', [citation]]]);
});

test('a call of Gemini whose arguments come path by path is complete when the answer ends', async () => {
  const part = (functionCall: object): object => ({
    candidates: [{ content: { parts: [{ functionCall: { ...functionCall, willContinue: true } }] } }],
  });
  const { toolCalls } = await read(
    sse(
      part({ name: 'brew' }),
      part({ partialArgs: [{ jsonPath: '$.teas[0].name', stringValue: 'sen' }] }),
      part({ partialArgs: [{ jsonPath: '$.teas[0].name', stringValue: 'cha' }] }),
      { candidates: [{ finishReason: 'STOP' }] },
    ),
  );
  expect(toolCalls).toMatchObject([{ name: 'brew', input: { teas: [{ name: 'sencha' }] } }]);
});

test("the results of tools and the user's messages are data in Google's ADK", async () => {
  const event = { invocationId: 'e', author: 'agent' };
  const functionResponse = { name: 'brew', response: { ok: true } };
  const question = { invocationId: 'e', author: 'user', content: { parts: [{ text: 'Tea?' }] } };
  const answer = await read(
    sse(
      question,
      { ...event, content: { parts: [{ functionResponse }] } },
      { ...event, content: { parts: [{ text: 'Yes.' }] } },
    ),
  );
  expect(answer).toMatchObject({ format: 'adk', text: 'Yes.', outcome: 'complete' });
  expect(dataIn(answer)).toEqual([
    ['event', question],
    ['functionResponse', functionResponse],
  ]);
});

test('calls of Semantic Kernel come in pieces by their index', async () => {
  const piece = (item: object): object => ({
    items: [{ $type: 'StreamingFunctionCallUpdateContent', functionCallIndex: 0, ...item }],
    choiceIndex: 0,
    metadata: { finishReason: null },
  });
  const answer = await read(
    sse(piece({ callId: 'c', name: 'brew', arguments: '{"tea":' }), piece({ arguments: '"sencha"}' }), {
      items: [],
      choiceIndex: 0,
      metadata: { finishReason: 'ToolCalls' },
    }),
  );
  expect(answer).toMatchObject({ format: 'dotNet', outcome: 'tool-calls' });
  expect(answer.toolCalls).toMatchObject([{ id: 'c', name: 'brew', input: { tea: 'sencha' } }]);
});

test("the OpenAI Agents SDK's calls come with the response", async () => {
  const output = [{ type: 'function_call', callId: 'c', name: 'brew', arguments: '{"tea":1}' }];
  const { format, toolCalls } = await read(
    sse(
      { type: 'raw_model_stream_event', data: { type: 'response_started' } },
      { type: 'raw_model_stream_event', data: { type: 'response_done', response: { output } } },
    ),
  );
  expect(format).toBe('openaiAgents');
  expect(toolCalls).toMatchObject([{ id: 'c', name: 'brew', input: { tea: 1 } }]);
});

test('a text of RAGFlow that is no longer the beginning of the next one is withdrawn', async () => {
  const event = (answer: string, reference: object = {}): object => ({
    code: 0,
    data: { answer, reference },
  });
  const reference = { chunks: [{ id: 1 }] };
  const answer = await read(
    sse(event('Green'), event('Green tea'), event('Black tea', reference), { code: 0, data: true }),
  );
  expect(answer).toMatchObject({ format: 'ragFlow', text: 'Black tea', outcome: 'complete' });
  expect(dataIn(answer)).toContainEqual(['reference', reference]);
});

describe("LangGraph's streaming protocol", () => {
  const event = (method: string, data: object): object => ({
    type: 'event',
    method,
    params: { namespace: [], data: { run_id: 'r', ...data } },
  });
  const message = event('messages', { event: 'message-start', id: 'm', role: 'ai' });

  test('has text also where a block begins, and usage in an event of its own', async () => {
    const answer = await read(
      sse(
        message,
        event('messages', { event: 'content-block-start', content: { type: 'text', text: 'Gr' } }),
        event('messages', { event: 'content-block-delta', delta: { type: 'text', text: 'een' } }),
        event('messages', { event: 'usage', usage: { input_tokens: 1, output_tokens: 2 } }),
        event('lifecycle', { event: 'interrupted' }),
      ),
    );
    expect(answer).toMatchObject({ format: 'langGraph', text: 'Green', outcome: 'tool-calls' });
    expect(answer.usage).toMatchObject({ inputTokens: 1, outputTokens: 2 });
  });

  test('an error of a message fails the answer', async () => {
    const answer = await read(sse(message, event('messages', { event: 'error', message: 'no water' })));
    expect(answer).toMatchObject({ outcome: 'failed', error: { providerMessage: 'no water' } });
  });
});
