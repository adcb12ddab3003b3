import { describe, expect, test } from 'vitest';
import { stream, type StreamResult } from '../../src/index.ts';

/** What servers answer that do not stream, or were asked not to: one JSON value, all of which is the answer. */

async function read(body: string, type = 'application/json'): Promise<StreamResult & { format: string }> {
  const source = stream(new Response(body, { headers: { 'Content-Type': type } }));
  return { ...(await source.result), format: source.format };
}

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const choices = [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }];
const chat = { object: 'chat.completion', choices, usage };
const dify = { message_id: 'm', mode: 'chat', answer: 'Hi', metadata: { usage } };
const flow = { workflow_id: 'w', status: 'succeeded', outputs: { text: 'Hi' }, error: null };
const text = [{ text: 'Hi' }];
const run = { run_id: 'r' };

const ANSWERS: readonly (readonly [format: string, ...bodies: object[]])[] = [
  [
    'openaiChat',
    chat,
    { choices: [{ ...choices[0], delta: { role: 'assistant', content: '' } }], citations: ['u'] },
    { object: 'text_completion', choices: [{ index: 0, text: 'Hi', finish_reason: 'stop' }] },
  ],
  ['tgi', { generated_text: 'Hi' }, [{ generated_text: 'Hi' }], { generated_text: 'Hi', details: null }],
  [
    'workersAi',
    { response: 'Hi', tool_calls: [], usage },
    { result: { response: 'Hi' }, success: true, errors: [], messages: [] },
    { result: chat, success: true, errors: [], messages: [] },
  ],
  [
    'bedrock',
    {
      output: { message: { role: 'assistant', content: text } },
      stopReason: 'end_turn',
      usage: { inputTokens: 3, outputTokens: 2 },
    },
  ],
  [
    'bedrockInvoke',
    { generation: 'Hi', prompt_token_count: 3, generation_token_count: 2, stop_reason: 'stop' },
    { inputTextTokenCount: 3, results: [{ tokenCount: 2, outputText: 'Hi', completionReason: 'FINISH' }] },
    { outputs: [{ text: 'Hi', stop_reason: 'stop' }] },
  ],
  [
    'dashScope',
    { request_id: 'r', output: { choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] } },
  ],
  ['ernie', { result: 'Hi', is_truncated: false, need_clear_history: false, usage }],
  ['miniMax', { reply: 'Hi', choices: [{ finish_reason: 'stop', messages: text }], usage }],
  ['watsonx', { model_id: 'm', results: [{ generated_text: 'Hi', stop_reason: 'eos_token' }] }],
  [
    'lmStudio',
    {
      model_instance_id: 'm',
      output: [{ type: 'message', content: 'Hi' }],
      stats: { input_tokens: 3, total_output_tokens: 2 },
    },
  ],
  ['cohere', { id: '1', finish_reason: 'COMPLETE', message: { role: 'assistant', content: text } }],
  ['cohereV1', { generation_id: 'g', text: 'Hi', finish_reason: 'COMPLETE' }],
  [
    'hunyuan',
    { Response: { RequestId: 'r', Choices: [{ Message: { Content: 'Hi' }, FinishReason: 'stop' }] } },
  ],
  ['elastic', { completion: [{ result: 'Hi' }] }],
  [
    'replicate',
    { id: 'p', status: 'succeeded', output: ['H', 'i'], error: null, urls: { get: 'u' } },
    { id: 'p', status: 'succeeded', output: 'Hi', error: null, urls: { get: 'u' } },
  ],
  [
    'dify',
    { event: 'message', task_id: 't', ...dify },
    dify,
    { workflow_run_id: 'w', task_id: 't', data: flow },
  ],
  ['langflow', { session_id: 's', outputs: [{ outputs: [{ results: { message: { text: 'Hi' } } }] }] }],
  ['flowise', { text: 'Hi', question: 'q', chatId: 'c', chatMessageId: 'm', sessionId: 's' }],
  ['cortexAgents', { role: 'assistant', content: [{ type: 'text', text: 'Hi' }], metadata: {} }],
  [
    'langServe',
    { output: 'Hi', metadata: run },
    { output: { type: 'ai', content: 'Hi' }, metadata: run },
    { output: { type: 'ai', content: text }, metadata: run },
  ],
  [
    'langGraph',
    {
      messages: [
        { type: 'ai', content: 'Hello', id: '0' },
        { type: 'human', content: 'q', id: '1' },
        { type: 'ai', content: 'Hi', id: '2' },
      ],
    },
  ],
  ['claudeAgent', { type: 'result', subtype: 'success', is_error: false, result: 'Hi', session_id: 's' }],
  ['adk', [{ invocationId: 'e', author: 'agent', content: { role: 'model', parts: text } }]],
];

describe.each(ANSWERS)('%s', (format, ...bodies) => {
  test.each(bodies.map((body) => [JSON.stringify(body)]))('is whole as %s', async (body) => {
    for (const written of [body, `${JSON.stringify(JSON.parse(body), undefined, 2)}\n`]) {
      expect(await read(written)).toMatchObject({
        format,
        outcome: 'complete',
        text: 'Hi',
        error: undefined,
      });
    }
    // Proxies name the type that was asked for.
    expect(await read(body, 'text/event-stream')).toMatchObject({ format, outcome: 'complete', text: 'Hi' });
    for (let at = 0; at < 20; at++) {
      const { outcome, text: partial } = await read(body.slice(0, Math.floor((at * body.length) / 20)));
      // Of a list, the first element may be all.
      if (!body.startsWith('[')) expect(partial).toBe('');
      expect(outcome).toMatch(/truncated|failed/);
    }
  });
});

test.each([
  [
    'bedrock',
    {
      output: { message: { content: [{ toolUse: { toolUseId: 'c', name: 'f', input: { a: 1 } } }] } },
      stopReason: 'tool_use',
    },
  ],
  [
    'cohere',
    {
      finish_reason: 'TOOL_CALL',
      message: {
        role: 'assistant',
        tool_calls: [{ id: 'c', function: { name: 'f', arguments: '{"a":1}' } }],
      },
    },
  ],
])('%s with a tool call is complete', async (format, body) => {
  const result = await read(JSON.stringify(body));
  expect(result).toMatchObject({ format, outcome: 'tool-calls', text: '' });
  expect(result.toolCalls).toEqual([{ id: 'c', name: 'f', input: { a: 1 } }]);
});

test('a failed workflow of Dify fails the answer', async () => {
  const body = { workflow_run_id: 'w', data: { ...flow, status: 'failed', outputs: null, error: 'busy' } };
  expect(await read(JSON.stringify(body))).toMatchObject({
    outcome: 'failed',
    error: { providerMessage: 'busy' },
  });
});
