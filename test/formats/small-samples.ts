import type { StreamResult } from '../../src/index.ts';

/** A stream as a server sends it, written for these tests, and the expected result. */
export interface SmallSample {
  readonly format: string;
  readonly wire: string;
  readonly type?: string;
  readonly expected: Partial<Pick<StreamResult, 'outcome' | 'reasoning' | 'finishReason'>> & {
    readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
  };
  readonly calls?: readonly (readonly [name: string, input: unknown])[];
  /** An event with an error in the vendor's shape, whose message is `busy`. */
  readonly error?: string;
  /** Whether only the end of the connection distinguishes a complete answer from a cut one. */
  readonly endsByClosing?: boolean;
}

export const TEXT = 'Sunny, 21 °C.';

export const data = (...events: unknown[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
export const named = (...events: (readonly [string, unknown])[]): string =>
  events.map(([name, event]) => `event: ${name}\n${data(event)}`).join('');
const typed = (...events: { readonly type: string }[]): string =>
  named(...events.map((event) => [event.type, event] as const));
export const lines = (...events: unknown[]): string =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('');

const city = { city: 'Lisbon' };
const json = JSON.stringify(city);
const both = { inputTokens: 3, outputTokens: 2 };
const run = { runId: 'r', from: 'AGENT' };
const dify = { task_id: 't', message_id: 'm', conversation_id: 'c' };
const adk = { invocationId: 'e-1', author: 'agent', actions: {} };
const session = { session_id: 's', parent_tool_use_id: null };

export const SMALL_SAMPLES: readonly SmallSample[] = [
  {
    format: 'aiSdkDataStream',
    type: 'text/plain; charset=utf-8',
    wire: [
      'f:{"messageId":"m"}',
      'g:"hm"',
      '0:"Sunny, "',
      'b:{"toolCallId":"c","toolName":"f"}',
      `c:{"toolCallId":"c","argsTextDelta":"{\\"city\\""}`,
      `c:{"toolCallId":"c","argsTextDelta":":\\"Lisbon\\"}"}`,
      `9:{"toolCallId":"c","toolName":"f","args":${json}}`,
      'a:{"toolCallId":"c","result":"21"}',
      'e:{"finishReason":"tool-calls","usage":{"promptTokens":3,"completionTokens":2},"isContinued":true}',
      '0:"21 °C."',
      'd:{"finishReason":"stop","usage":{"promptTokens":3,"completionTokens":2}}',
      '',
    ].join('\n'),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'stop', usage: both },
    calls: [['f', city]],
    error: '3:"busy"\n',
  },
  {
    format: 'aiSdkFullStream',
    wire: data(
      { type: 'start' },
      { type: 'start-step', request: {} },
      { type: 'reasoning-delta', id: '0', text: 'hm' },
      { type: 'text-delta', id: '1', text: 'Sunny, ' },
      { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: city },
      { type: 'tool-result', toolCallId: 'c', toolName: 'f', input: city, output: '21' },
      { type: 'text-delta', id: '1', text: '21 °C.' },
      { type: 'finish', finishReason: 'stop', totalUsage: { ...both, totalTokens: 5 } },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'stop', usage: both },
    calls: [['f', city]],
    error: data({ type: 'error', error: 'busy' }),
  },
  {
    format: 'mastra',
    wire: data(
      { type: 'start', ...run, payload: { id: 'a' } },
      { type: 'reasoning-delta', ...run, payload: { id: '0', text: 'hm' } },
      { type: 'text-delta', ...run, payload: { id: '1', text: 'Sunny, ' } },
      { type: 'tool-call', ...run, payload: { toolCallId: 'c', toolName: 'f', args: city } },
      { type: 'tool-result', ...run, payload: { toolCallId: 'c', toolName: 'f', result: '21' } },
      { type: 'text-delta', ...run, payload: { id: '1', text: '21 °C.' } },
      { type: 'finish', ...run, payload: { stepResult: { reason: 'stop' }, output: { usage: both } } },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'stop', usage: both },
    calls: [['f', city]],
    error: data({ type: 'error', ...run, payload: { error: { message: 'busy' } } }),
  },
  {
    format: 'assistantUi',
    wire: data(
      { type: 'part-start', part: { type: 'reasoning' }, path: [] },
      { type: 'text-delta', textDelta: 'hm', path: [0] },
      { type: 'part-start', part: { type: 'text' }, path: [] },
      { type: 'text-delta', textDelta: 'Sunny, ', path: [1] },
      { type: 'part-start', part: { type: 'tool-call', toolCallId: 'c', toolName: 'f' }, path: [] },
      { type: 'text-delta', textDelta: json, path: [2] },
      { type: 'tool-call-args-text-finish', path: [2] },
      { type: 'result', result: '21', path: [2] },
      { type: 'text-delta', textDelta: '21 °C.', path: [1] },
      { type: 'message-finish', finishReason: 'stop', usage: both },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'stop', usage: both },
    calls: [['f', city]],
    error: data({ type: 'error', error: 'busy' }),
  },
  {
    format: 'openaiAgents',
    wire: data(
      { type: 'agent_updated_stream_event', new_agent: { name: 'a' } },
      { type: 'raw_response_event', data: { type: 'response.created', response: {} } },
      {
        type: 'raw_response_event',
        data: { type: 'response.reasoning_summary_text.delta', item_id: 'r', delta: 'hm' },
      },
      {
        type: 'raw_response_event',
        data: { type: 'response.output_text.delta', item_id: 'm', delta: 'Sunny, ' },
      },
      {
        type: 'raw_response_event',
        data: { type: 'response.output_text.delta', item_id: 'm', delta: '21 °C.' },
      },
      {
        type: 'run_item_stream_event',
        name: 'message_output_created',
        item: { type: 'message_output_item' },
      },
      {
        type: 'raw_response_event',
        data: {
          type: 'response.completed',
          response: { output: [{ type: 'message' }], usage: { input_tokens: 3, output_tokens: 2 } },
        },
      },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', usage: both },
    error: data({ type: 'error', error: { message: 'busy' } }),
  },
  {
    format: 'openaiAgents',
    wire: data(
      { type: 'raw_model_stream_event', data: { type: 'response_started' } },
      {
        type: 'raw_model_stream_event',
        data: { type: 'model', event: { type: 'response.output_text.delta', delta: 'Sunny, ' } },
      },
      { type: 'raw_model_stream_event', data: { type: 'output_text_delta', delta: 'Sunny, ' } },
      { type: 'raw_model_stream_event', data: { type: 'output_text_delta', delta: '21 °C.' } },
      {
        type: 'raw_model_stream_event',
        data: { type: 'response_done', response: { id: 'r', output: [{ type: 'message' }], usage: both } },
      },
    ),
    expected: { outcome: 'complete', usage: both },
  },
  {
    format: 'adk',
    wire: data(
      { ...adk, partial: true, content: { role: 'model', parts: [{ text: 'hm', thought: true }] } },
      { ...adk, partial: true, content: { role: 'model', parts: [{ text: 'Sunny, ' }] } },
      { ...adk, partial: true, content: { role: 'model', parts: [{ text: '21 °C.' }] } },
      {
        ...adk,
        content: { role: 'model', parts: [{ text: 'hm', thought: true }, { text: TEXT }] },
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2 },
      },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', usage: both },
    error: data({ ...adk, errorCode: '503', errorMessage: 'busy' }),
  },
  {
    format: 'claudeAgent',
    type: 'application/x-ndjson',
    wire: lines(
      { type: 'system', subtype: 'init', ...session },
      { type: 'assistant', ...session, message: { content: [{ type: 'thinking', thinking: 'hm' }] } },
      { type: 'assistant', ...session, message: { content: [{ type: 'text', text: 'Sunny, ' }] } },
      {
        type: 'assistant',
        ...session,
        message: { content: [{ type: 'tool_use', id: 'c', name: 'f', input: city }] },
      },
      {
        type: 'user',
        ...session,
        message: { content: [{ type: 'tool_result', tool_use_id: 'c', content: '21' }] },
      },
      { type: 'assistant', ...session, message: { content: [{ type: 'text', text: '21 °C.' }] } },
      {
        type: 'result',
        subtype: 'success',
        is_error: false,
        ...session,
        result: TEXT,
        usage: { input_tokens: 3, output_tokens: 2 },
      },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'success', usage: both },
    calls: [['f', city]],
    error: lines({
      type: 'result',
      subtype: 'error_during_execution',
      is_error: true,
      ...session,
      errors: ['busy'],
    }),
  },
  {
    format: 'langServe',
    wire: named(
      ['metadata', { run_id: 'r' }],
      ['data', { type: 'AIMessageChunk', id: 'i', content: 'Sunny, ' }],
      ['data', { type: 'AIMessageChunk', id: 'i', content: [{ type: 'text', text: '21 °C.' }] }],
      ['end', ''],
    ),
    expected: { outcome: 'complete' },
    error: named(['error', { status_code: 500, message: 'busy' }]),
  },
  {
    format: 'langServe',
    wire:
      named(['metadata', { run_id: 'r' }], ['data', '"Sunny, "'], ['data', '"21 °C."']) + 'event: end\n\n',
    expected: { outcome: 'complete' },
  },
  {
    format: 'langGraph',
    wire: named(
      ['metadata', { run_id: 'r', attempt: 1 }],
      ['updates', { agent: { messages: [{ type: 'ai', id: 'a', content: 'Sunny, ' }] } }],
      [
        'updates',
        {
          agent: {
            messages: [
              {
                type: 'ai',
                id: 'b',
                content: '21 °C.',
                usage_metadata: { input_tokens: 3, output_tokens: 2 },
              },
            ],
          },
        },
      ],
    ),
    expected: { outcome: 'complete', usage: both },
    error: named(['error', { error: 'Oops', message: 'busy' }]),
    endsByClosing: true,
  },
  {
    format: 'langGraph',
    wire: named(
      ['metadata', { run_id: 'r', attempt: 1 }],
      ['events', { event: 'on_chain_start', data: {} }],
      [
        'events',
        {
          event: 'on_chat_model_stream',
          data: { chunk: { type: 'AIMessageChunk', id: 'a', content: 'Sunny, ' } },
        },
      ],
      [
        'events',
        {
          event: 'on_chat_model_stream',
          data: { chunk: { type: 'AIMessageChunk', id: 'a', content: '21 °C.' } },
        },
      ],
      ['events', { event: 'on_chat_model_end', data: { output: { type: 'ai', id: 'a', content: TEXT } } }],
    ),
    expected: { outcome: 'complete' },
    endsByClosing: true,
  },
  {
    format: 'bedrock',
    wire: data(
      { messageStart: { role: 'assistant' } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { reasoningContent: { text: 'hm' } } } },
      { contentBlockDelta: { contentBlockIndex: 1, delta: { text: 'Sunny, ' } } },
      { contentBlockDelta: { contentBlockIndex: 1, delta: { text: '21 °C.' } } },
      { contentBlockStop: { contentBlockIndex: 1 } },
      { contentBlockStart: { contentBlockIndex: 2, start: { toolUse: { toolUseId: 'c', name: 'f' } } } },
      { contentBlockDelta: { contentBlockIndex: 2, delta: { toolUse: { input: '{"city":' } } } },
      { contentBlockDelta: { contentBlockIndex: 2, delta: { toolUse: { input: '"Lisbon"}' } } } },
      { contentBlockStop: { contentBlockIndex: 2 } },
      { messageStop: { stopReason: 'tool_use' } },
      { metadata: { usage: both, metrics: { latencyMs: 9 } } },
    ),
    expected: { outcome: 'tool-calls', reasoning: 'hm', finishReason: 'tool_use', usage: both },
    calls: [['f', city]],
    error: data({ modelStreamErrorException: { message: 'busy' } }),
  },
  {
    format: 'tgi',
    wire: data(
      { index: 1, token: { id: 1, text: 'Sunny, ', special: false }, generated_text: null, details: null },
      { index: 2, token: { id: 2, text: '21 °C.', special: false }, generated_text: null, details: null },
      {
        index: 3,
        token: { id: 3, text: '</s>', special: true },
        generated_text: TEXT,
        details: { finish_reason: 'eos_token', generated_tokens: 2 },
      },
    ),
    expected: { outcome: 'complete', finishReason: 'eos_token' },
    error: data({ error: 'busy', error_type: 'overloaded' }),
  },
  {
    format: 'workersAi',
    wire: data(
      { response: 'Sunny, ', p: 'abc' },
      { response: 21, p: 'ab' },
      { response: ' °C.', p: 'a' },
      { response: '', usage: { prompt_tokens: 3, completion_tokens: 2 } },
      '[DONE]',
    ),
    expected: { outcome: 'complete', usage: both },
  },
  {
    format: 'dashScope',
    wire: named(
      ['result', { request_id: 'r', output: { text: 'Sunny, ', finish_reason: 'null' } }],
      ['result', { request_id: 'r', output: { text: TEXT, finish_reason: 'null' } }],
      [
        'result',
        {
          request_id: 'r',
          output: { text: TEXT, finish_reason: 'stop' },
          usage: { input_tokens: 3, output_tokens: 2 },
        },
      ],
    ),
    expected: { outcome: 'complete', finishReason: 'stop', usage: both },
    error: named(['error', { code: 'Throttling', message: 'busy', request_id: 'r' }]),
  },
  {
    format: 'ernie',
    wire: data(
      {
        id: 'as',
        object: 'chat.completion',
        sentence_id: 0,
        is_end: false,
        result: 'Sunny, ',
        need_clear_history: false,
      },
      {
        id: 'as',
        object: 'chat.completion',
        sentence_id: 1,
        is_end: true,
        result: '21 °C.',
        finish_reason: 'normal',
        need_clear_history: false,
        usage: { prompt_tokens: 3, completion_tokens: 2 },
      },
    ),
    expected: { outcome: 'complete', finishReason: 'normal', usage: both },
    error: data({ error_code: 18, error_msg: 'busy' }),
  },
  {
    format: 'miniMax',
    wire: data(
      { choices: [{ index: 0, messages: [{ sender_type: 'BOT', text: 'Sunny, ' }] }], reply: '' },
      { choices: [{ index: 0, messages: [{ sender_type: 'BOT', text: '21 °C.' }] }], reply: '' },
      {
        choices: [{ index: 0, finish_reason: 'stop', messages: [{ sender_type: 'BOT', text: TEXT }] }],
        reply: TEXT,
        base_resp: { status_code: 0 },
      },
    ),
    expected: { outcome: 'complete', finishReason: 'stop' },
    error: data({ base_resp: { status_code: 1002, status_msg: 'busy' } }),
  },
  {
    format: 'zhipu',
    wire: named(['add', 'Sunny, '], ['add', '21 °C.'], ['finish', '']),
    expected: { outcome: 'complete' },
    error: named(['error', 'busy']),
  },
  {
    format: 'watsonx',
    wire: data(
      {
        model_id: 'm',
        results: [
          {
            generated_text: 'Sunny, ',
            generated_token_count: 1,
            input_token_count: 3,
            stop_reason: 'not_finished',
          },
        ],
      },
      {
        model_id: 'm',
        results: [
          {
            generated_text: '21 °C.',
            generated_token_count: 2,
            input_token_count: 3,
            stop_reason: 'eos_token',
          },
        ],
      },
    ),
    expected: { outcome: 'complete', finishReason: 'eos_token', usage: both },
    error: data({ errors: [{ code: 'token_quota', message: 'busy' }], status_code: 403 }),
  },
  {
    format: 'lmStudio',
    wire: typed(
      { type: 'chat.start', model_instance_id: 'm' } as { type: string },
      { type: 'prompt_processing.progress', progress: 0.5 } as { type: string },
      { type: 'reasoning.delta', content: 'hm' } as { type: string },
      { type: 'message.delta', content: 'Sunny, ' } as { type: string },
      { type: 'tool_call.arguments', tool: 'f', arguments: city } as { type: string },
      { type: 'tool_call.result', tool: 'f', arguments: city, output: '21' } as { type: string },
      { type: 'message.delta', content: '21 °C.' } as { type: string },
      { type: 'chat.end', result: { stats: { input_tokens: 3, total_output_tokens: 2 } } } as {
        type: string;
      },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', usage: both },
    calls: [['f', city]],
    error: typed({ type: 'error', error: { type: 'internal_error', message: 'busy' } } as { type: string }),
  },
  {
    format: 'openaiAssistants',
    wire: named(
      ['thread.run.created', { object: 'thread.run', status: 'queued' }],
      [
        'thread.message.delta',
        {
          object: 'thread.message.delta',
          delta: { content: [{ type: 'text', text: { value: 'Sunny, ' } }] },
        },
      ],
      [
        'thread.message.delta',
        { object: 'thread.message.delta', delta: { content: [{ type: 'text', text: { value: '21 °C.' } }] } },
      ],
      [
        'thread.run.requires_action',
        {
          object: 'thread.run',
          status: 'requires_action',
          required_action: {
            submit_tool_outputs: { tool_calls: [{ id: 'c', function: { name: 'f', arguments: json } }] },
          },
          usage: { prompt_tokens: 3, completion_tokens: 2 },
        },
      ],
    ),
    expected: { outcome: 'tool-calls', finishReason: 'requires_action', usage: both },
    calls: [['f', city]],
    error: named([
      'thread.run.failed',
      { object: 'thread.run', status: 'failed', last_error: { code: 'x', message: 'busy' } },
    ]),
  },
  {
    format: 'openaiTranscription',
    wire: typed(
      { type: 'transcript.text.delta', delta: 'Sunny, ' } as { type: string },
      { type: 'transcript.text.delta', delta: '21 °C.' } as { type: string },
      { type: 'transcript.text.done', text: TEXT, usage: { input_tokens: 3, output_tokens: 2 } } as {
        type: string;
      },
    ),
    expected: { outcome: 'complete', usage: both },
  },
  {
    format: 'dify',
    wire: data(
      { event: 'workflow_started', ...dify, data: {} },
      { event: 'message', ...dify, answer: 'Sunny, ' },
      { event: 'agent_message', ...dify, answer: '21 °C.' },
      { event: 'message_end', ...dify, metadata: { usage: { prompt_tokens: 3, completion_tokens: 2 } } },
    ),
    expected: { outcome: 'complete', usage: both },
    error: data({ event: 'error', ...dify, status: 400, code: 'quota', message: 'busy' }),
  },
  {
    format: 'coze',
    wire: named(
      ['conversation.chat.created', { id: 'h', status: 'created' }],
      [
        'conversation.message.delta',
        { role: 'assistant', type: 'answer', content: '', reasoning_content: 'hm' },
      ],
      ['conversation.message.delta', { role: 'assistant', type: 'answer', content: 'Sunny, ' }],
      ['conversation.message.delta', { role: 'assistant', type: 'answer', content: '21 °C.' }],
      ['conversation.message.completed', { role: 'assistant', type: 'answer', content: TEXT }],
      [
        'conversation.chat.completed',
        { id: 'h', status: 'completed', usage: { input_count: 3, output_count: 2 } },
      ],
    ),
    expected: { outcome: 'complete', reasoning: 'hm', usage: both },
    error: named(['conversation.chat.failed', { status: 'failed', last_error: { code: 4, msg: 'busy' } }]),
  },
  {
    format: 'lobeChat',
    wire: named(
      ['reasoning', '"hm"'],
      ['text', '"Sunny, "'],
      ['text', '"21 °C."'],
      ['stop', '"finished_successfully"'],
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'finished_successfully' },
    error: named(['error', { message: 'busy', type: 'ProviderBizError' }]),
  },
  {
    format: 'lobeChat',
    wire: named(
      ['text', '"Sunny, "'],
      ['text', '"21 °C."'],
      [
        'tool_calls',
        [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '{"city"' } }],
      ],
      ['tool_calls', [{ index: 0, type: 'function', function: { arguments: ':"Lisbon"}' } }]],
      ['stop', '"tool_calls"'],
      ['usage', { inputTextTokens: 3, totalInputTokens: 3, totalOutputTokens: 2, totalTokens: 5 }],
      ['speed', { tps: 20, ttft: 100 }],
    ),
    expected: { outcome: 'tool-calls', finishReason: 'tool_calls', usage: both },
    calls: [['f', city]],
  },
  {
    format: 'llamaCpp',
    wire: data(
      { index: 0, content: 'Sunny, ', tokens: [1], stop: false, tokens_predicted: 1 },
      { index: 0, content: '21 °C.', tokens: [2], stop: false, tokens_predicted: 2 },
      { index: 0, content: '', tokens: [], stop: true, stop_type: 'limit', tokens_predicted: 2 },
    ),
    expected: { outcome: 'length', finishReason: 'limit' },
    error: 'error: {"code":500,"message":"busy","type":"server_error"}\n\n',
  },
  {
    format: 'llamaCpp',
    wire: named(
      ['message', { token: 'Sunny, ', finish_reason: null }],
      ['message', { token: '21 °C.', finish_reason: null }],
      ['message', { token: '', finish_reason: 'stop' }],
    ),
    expected: { outcome: 'complete', finishReason: 'stop' },
  },
  {
    format: 'sglang',
    wire: data(
      {
        text: 'Sunny, ',
        meta_info: { id: 'r', finish_reason: null, prompt_tokens: 3, completion_tokens: 1 },
      },
      {
        text: TEXT,
        meta_info: {
          id: 'r',
          finish_reason: { type: 'stop', matched: 7 },
          prompt_tokens: 3,
          completion_tokens: 2,
        },
      },
      '[DONE]',
    ),
    expected: { outcome: 'complete', finishReason: 'stop', usage: both },
    error: data({ error: { message: 'busy' } }),
  },
  {
    format: 'bedrockInvoke',
    wire: data(
      { generation: 'Sunny, ', prompt_token_count: 3, generation_token_count: 1, stop_reason: null },
      { generation: '21 °C.', prompt_token_count: null, generation_token_count: 2, stop_reason: null },
      {
        generation: '',
        stop_reason: 'stop',
        'amazon-bedrock-invocationMetrics': { inputTokenCount: 3, outputTokenCount: 2 },
      },
    ),
    expected: { outcome: 'complete', finishReason: 'stop', usage: both },
  },
  // RAGFlow repeats what came before, and since version 0.24 only in its last event.
  ...[
    [{ answer: 'Sunny, ' }, { answer: TEXT }, { answer: TEXT, prompt: '' }],
    [
      { answer: 'Sunny, ', final: false },
      { answer: '21 °C.', final: false },
      { answer: TEXT, final: true },
    ],
  ].map((answers) => ({
    format: 'ragFlow',
    wire: data(...answers.map((answer) => ({ code: 0, message: '', data: { ...answer, reference: {} } })), {
      code: 0,
      message: '',
      data: true,
    }),
    expected: { outcome: 'complete' as const },
    error: data({ code: 500, message: 'busy', data: { answer: '**ERROR**: busy', reference: [] } }),
  })),
  {
    format: 'cozeWorkflow',
    wire: named(
      ['Message', { content: 'Sunny, ', node_title: 'End', node_seq_id: '0', node_is_finish: false }],
      ['Message', { content: '21 °C.', node_title: 'End', node_seq_id: '1', node_is_finish: true }],
      ['Done', { debug_url: 'u' }],
    ),
    expected: { outcome: 'complete' },
    error: named(['Error', { error_code: 4000, error_message: 'busy' }]),
  },
  // A workflow of Dify whose answer no model writes.
  {
    format: 'dify',
    wire: data(
      { event: 'workflow_started', task_id: 't', data: { id: 'w', workflow_id: 'x' } },
      { event: 'node_finished', task_id: 't', data: { status: 'succeeded', outputs: { text: 'no' } } },
      {
        event: 'workflow_finished',
        task_id: 't',
        data: { id: 'w', workflow_id: 'x', status: 'succeeded', outputs: { weather: TEXT } },
      },
    ),
    expected: { outcome: 'complete' },
  },
  {
    format: 'langflow',
    wire: lines(
      { event: 'add_message', data: { sender: 'User', text: 'hi' } },
      { event: 'token', data: { chunk: 'Sunny, ', id: '1' } },
      { event: 'token', data: { chunk: '21 °C.', id: '1' } },
      { event: 'end', data: { result: {} } },
    ),
    expected: { outcome: 'complete' },
    error: lines({ event: 'error', data: { error: 'busy' } }),
  },
  {
    format: 'flowise',
    wire: data(
      { event: 'start', data: '' },
      { event: 'token', data: 'Sunny, ' },
      { event: 'token', data: '21 °C.' },
      { event: 'metadata', data: { chatId: 'c' } },
      { event: 'end', data: '[DONE]' },
    ).replaceAll('data: ', 'message:\ndata:'),
    expected: { outcome: 'complete' },
    error: data({ event: 'error', data: 'busy' }),
  },
  {
    format: 'n8n',
    type: 'application/json; charset=utf-8',
    wire: lines(
      { type: 'begin', metadata: { nodeName: 'Agent' } },
      { type: 'item', content: 'Sunny, ', metadata: { nodeName: 'Agent' } },
      { type: 'item', content: '21 °C.', metadata: { nodeName: 'Agent' } },
      { type: 'end', metadata: { nodeName: 'Agent' } },
    ),
    expected: { outcome: 'complete' },
    error: lines({ type: 'error', content: 'busy', metadata: {} }),
  },
  {
    format: 'cortexAgents',
    wire: named(
      ['response.status', { status: 'planning' }],
      ['response.thinking.delta', { content_index: 0, text: 'hm' }],
      ['response.text.delta', { content_index: 1, text: 'Sunny, ' }],
      ['response.tool_use', { tool_use_id: 'c', name: 'f', input: city }],
      ['response.tool_result', { tool_use_id: 'c', content: [] }],
      ['response.text.delta', { content_index: 1, text: '21 °C.' }],
      ['response', { role: 'assistant', content: [{ type: 'text', text: TEXT }] }],
      ['done', '[DONE]'],
    ),
    expected: { outcome: 'complete', reasoning: 'hm' },
    calls: [['f', city]],
    error: named(['error', { code: '1', message: 'busy' }]),
  },
  {
    format: 'cohereV1',
    type: 'application/stream+json',
    wire: lines(
      { is_finished: false, event_type: 'stream-start', generation_id: 'g' },
      { is_finished: false, event_type: 'text-generation', text: 'Sunny, ' },
      { is_finished: false, event_type: 'text-generation', text: '21 °C.' },
      {
        is_finished: true,
        event_type: 'stream-end',
        finish_reason: 'COMPLETE',
        response: { text: TEXT, meta: { tokens: { input_tokens: 3, output_tokens: 2 } } },
      },
    ),
    expected: { outcome: 'complete', finishReason: 'COMPLETE', usage: both },
  },
  {
    format: 'hunyuan',
    wire: data(
      { Id: 'i', Choices: [{ Delta: { Role: 'assistant', ReasoningContent: 'hm' }, FinishReason: '' }] },
      { Id: 'i', Choices: [{ Delta: { Role: 'assistant', Content: 'Sunny, ' }, FinishReason: '' }] },
      {
        Id: 'i',
        Choices: [{ Delta: { Role: 'assistant', Content: '21 °C.' }, FinishReason: 'stop' }],
        Usage: { PromptTokens: 3, CompletionTokens: 2, TotalTokens: 5 },
      },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'stop', usage: both },
    error: data({ ErrorMsg: { Code: 4, Msg: 'busy', message: 'busy' }, Choices: [{ Delta: {} }] }),
  },
  {
    format: 'mistralConversations',
    wire: typed(
      { type: 'conversation.response.started', conversation_id: 'c' } as { type: string },
      {
        type: 'message.output.delta',
        content: { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
      } as { type: string },
      { type: 'message.output.delta', role: 'assistant', content: 'Sunny, ' } as { type: string },
      { type: 'message.output.delta', content: { type: 'text', text: '21 °C.' } } as { type: string },
      { type: 'tool.execution.done', id: 't', name: 'web_search' } as { type: string },
      { type: 'message.output.delta', content: { type: 'tool_reference', tool: 'web_search' } } as {
        type: string;
      },
      { type: 'function.call.delta', tool_call_id: 'c', name: 'f', arguments: '{"city":' } as {
        type: string;
      },
      { type: 'function.call.delta', tool_call_id: 'c', name: 'f', arguments: '"Lisbon"}' } as {
        type: string;
      },
      {
        type: 'conversation.response.done',
        usage: { prompt_tokens: 3, completion_tokens: 2 },
      } as { type: string },
    ),
    expected: { outcome: 'tool-calls', reasoning: 'hm', usage: both },
    calls: [['f', city]],
    error: typed({ type: 'conversation.response.error', message: 'busy', code: 1 } as { type: string }),
  },
  {
    format: 'elastic',
    wire: data(
      { completion: [{ delta: 'Sunny, ' }] },
      { completion: [{ delta: '21 ' }, { delta: '°C.' }] },
      '[DONE]',
    ),
    expected: { outcome: 'complete' },
    error: data({ error: { reason: 'x', message: 'busy' } }),
  },
  {
    format: 'replicate',
    wire: named(['output', 'Sunny, '], ['output', '21 °C.'], ['done', {}]),
    expected: { outcome: 'complete' },
    error: named(['error', { detail: 'busy' }]),
  },
  {
    format: 'chatUi',
    type: 'application/jsonl',
    wire: lines(
      { type: 'status', status: 'started' },
      { type: 'reasoning', subtype: 'stream', token: 'hm' },
      { type: 'stream', token: 'Sunny, \0\0\0\0' },
      { type: 'stream', token: '21 °C.\0\0' },
      { type: 'finalAnswer', text: TEXT, interrupted: false },
    ),
    expected: { outcome: 'complete', reasoning: 'hm' },
  },
  // FastGPT's chunks have names.
  {
    format: 'openaiChat',
    wire: named(
      ['flowNodeStatus', { status: 'running', name: 'search' }],
      ['answer', { choices: [{ delta: { content: 'Sunny, ' }, index: 0, finish_reason: null }] }],
      ['answer', { choices: [{ delta: { content: '21 °C.' }, index: 0, finish_reason: null }] }],
      ['answer', { choices: [{ delta: {}, index: 0, finish_reason: 'stop' }] }],
      ['answer', '[DONE]'],
    ),
    expected: { outcome: 'complete', finishReason: 'stop' },
  },
  // Azure first sends the results of its content filter, MiniMax a status of success.
  {
    format: 'openaiChat',
    wire:
      '{"base_resp":{"status_code":0,"status_msg":"success"}}\n\n' +
      data(
        { choices: [], id: '', prompt_filter_results: [{ prompt_index: 0 }] },
        { choices: [{ delta: { content: 'Sunny, ', cot_summary: 'hm' }, index: 0 }] },
        { choices: [{ delta: { content: '21 °C.' }, index: 0, finish_reason: 'stop' }] },
      ),
    expected: { outcome: 'complete', finishReason: 'stop' },
  },
];
