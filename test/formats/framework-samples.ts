import { SERVER_SAMPLES } from './server-samples.ts';
import { TEXT, data, lines, named, type SmallSample } from './small-samples.ts';

const both = { inputTokens: 3, outputTokens: 2 };
const run = { created_at: 1, run_id: 'r', session_id: 's' };
const agent = { ...run, agent_id: 'a', agent_name: 'A' };
const team = { ...run, team_id: 't', team_name: 'T' };
const member = { ...agent, run_id: 'm', parent_run_id: 'r' };
const step = { ...agent, run_id: 'm', workflow_id: 'w', step_id: 'x', step_name: 'X' };
const task = { taskId: 't', contextId: 'c' };
const rpc = (result: unknown): unknown => ({ jsonrpc: '2.0', id: 1, result });
const parts = (text: string): unknown => ({ parts: [{ kind: 'text', text }] });
const chat = { uuid: 'u', sources: [], close: false, error: false };
const spring = (text: string, finishReason: string, ...usage: number[]): unknown => {
  const [promptTokens = 0, completionTokens = 0] = usage;
  const result = {
    output: { messageType: 'ASSISTANT', metadata: { role: 'ASSISTANT' }, toolCalls: [], media: [], text },
    metadata: { finishReason, contentFilters: [], empty: true },
  };
  return {
    result,
    results: [result],
    metadata: { id: 'x', model: 'gpt', usage: { promptTokens, completionTokens, totalTokens: 0 } },
  };
};
const yandex = (text: string, status: string): unknown => ({
  result: {
    alternatives: [{ message: { role: 'assistant', text }, status: `ALTERNATIVE_STATUS_${status}` }],
    usage: { inputTextTokens: '3', completionTokens: '2', totalTokens: '5' },
    modelVersion: '23.10.2024',
  },
});
const autoGen = (type: string, source: string, content: string): object => ({
  id: 'i',
  source,
  models_usage: null,
  metadata: {},
  content,
  type,
});
const agno = (...events: { readonly event: string }[]): string =>
  named(...events.map((event) => [event.event, event] as const));
const messages = (...events: unknown[]): string =>
  named(...events.map((event) => ['message', event] as const));

/** The streams of frameworks, as their own servers write them. */
export const FRAMEWORK_SAMPLES: readonly SmallSample[] = [
  {
    format: 'libreChat',
    wire: messages(
      {
        created: true,
        message: { messageId: 'u', conversationId: 'c', text: 'Weather?', isCreatedByUser: true },
        streamId: 'c',
      },
      {
        event: 'on_run_step',
        data: { id: 's', index: 0, runId: 'r', stepDetails: { type: 'message_creation' } },
      },
      {
        event: 'on_reasoning_delta',
        data: { id: 's', delta: { content: [{ type: 'think', think: 'hm' }] } },
      },
      {
        event: 'on_message_delta',
        data: { id: 's', delta: { content: [{ type: 'text', text: 'Sunny, ' }] } },
      },
      {
        event: 'on_run_step_completed',
        data: {
          result: {
            id: 's',
            index: 1,
            type: 'tool_call',
            tool_call: { id: 'c', name: 'f', args: '{"city":"Lisbon"}', output: '21', progress: 1 },
          },
        },
      },
      {
        event: 'on_message_delta',
        data: { id: 's', delta: { content: [{ type: 'text', text: '21 °C.' }] } },
      },
      {
        final: true,
        conversation: { conversationId: 'c', title: 'Tea' },
        requestMessage: { text: 'Weather?' },
        responseMessage: { messageId: 'm', text: '', content: [{ type: 'text', text: TEXT }] },
      },
    ),
    expected: { outcome: 'complete', reasoning: 'hm' },
    calls: [['f', { city: 'Lisbon' }]],
    error: named([
      'error',
      { sender: 'A', messageId: 'm', unfinished: false, error: true, final: true, text: 'busy' },
    ]),
  },
  {
    // Of a run that goes on in another tab, only what follows comes.
    format: 'libreChat',
    wire: messages(
      { event: 'on_run_step', data: { id: 's', index: 0, stepDetails: { type: 'message_creation' } } },
      { event: 'on_message_delta', data: { id: 's', delta: { content: { type: 'text', text: 'Sunny, ' } } } },
      { event: 'on_message_delta', data: { id: 's', delta: { content: { type: 'text', text: '21 °C.' } } } },
      { final: true, responseMessage: { messageId: 'm', unfinished: false, text: TEXT } },
    ),
    expected: { outcome: 'complete' },
    error: messages({
      final: true,
      responseMessage: {
        content: [
          { type: 'text', text: 'Sunny, ' },
          { type: 'error', error: 'busy' },
        ],
      },
    }),
  },
  {
    format: 'agno',
    wire: agno(
      { event: 'RunStarted', ...agent },
      { event: 'RunContent', ...agent, reasoning_content: 'hm' } as never,
      { event: 'RunContent', ...agent, content: 'Sunny, ', content_type: 'str' } as never,
      {
        event: 'ToolCallStarted',
        ...agent,
        tool: { tool_call_id: 'c', tool_name: 'f', tool_args: { city: 'Lisbon' }, result: null },
      } as never,
      { event: 'ToolCallError', ...agent, tool: { tool_call_id: 'c', tool_name: 'f' } } as never,
      { event: 'RunContent', ...agent, content: '21 °C.', content_type: 'str' } as never,
      { event: 'RunContentCompleted', ...agent },
      {
        event: 'RunCompleted',
        ...agent,
        content: TEXT,
        content_type: 'str',
        reasoning_content: 'hm',
        metrics: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
      } as never,
    ),
    expected: { outcome: 'complete', reasoning: 'hm', usage: both },
    calls: [['f', { city: 'Lisbon' }]],
    error: agno({ event: 'RunError', ...agent, content: 'busy', error_type: 'x' } as never),
  },
  {
    format: 'agno',
    wire: agno(
      { event: 'TeamRunStarted', ...team },
      { event: 'TeamRunContent', ...team, content: 'Sunny, ', content_type: 'str' } as never,
      { event: 'RunStarted', ...member },
      { event: 'RunContent', ...member, content: 'I look.', content_type: 'str' } as never,
      { event: 'RunCompleted', ...member, content: 'I look.', content_type: 'str' } as never,
      { event: 'TeamRunContent', ...team, content: '21 °C.', content_type: 'str' } as never,
      { event: 'TeamRunCompleted', ...team, content: TEXT, content_type: 'str' } as never,
    ),
    expected: { outcome: 'complete' },
    error: agno({ event: 'TeamRunCancelled', ...team, reason: 'busy' } as never),
  },
  {
    format: 'agno',
    wire: agno(
      { event: 'WorkflowStarted', ...run },
      { event: 'RunContent', ...step, content: 'I look.', content_type: 'str' } as never,
      { event: 'RunCompleted', ...step, content: 'I look.', content_type: 'str' } as never,
      { event: 'WorkflowCompleted', ...run, content: TEXT, content_type: 'str' } as never,
    ),
    expected: { outcome: 'complete' },
  },
  {
    format: 'a2a',
    wire: data(
      rpc({
        kind: 'task',
        id: 't',
        contextId: 'c',
        status: { state: 'submitted' },
        history: [{ role: 'user', kind: 'message', messageId: 'u', ...(parts('Weather?') as object) }],
      }),
      rpc({
        kind: 'status-update',
        ...task,
        status: { state: 'working', message: { role: 'agent', ...(parts('I look.') as object) } },
        final: false,
      }),
      rpc({
        kind: 'artifact-update',
        ...task,
        artifact: { artifactId: 'x', ...(parts('Sunny, ') as object) },
      }),
      rpc({
        kind: 'artifact-update',
        ...task,
        artifact: { artifactId: 'x', ...(parts('21 °C.') as object) },
        append: true,
        lastChunk: true,
      }),
      rpc({ kind: 'status-update', ...task, status: { state: 'completed' }, final: true }),
    ),
    expected: { outcome: 'complete', finishReason: 'completed' },
    error: data({ jsonrpc: '2.0', id: 1, error: { code: -32_603, message: 'busy' } }),
  },
  {
    format: 'a2a',
    wire: data(
      { task: { id: 't', contextId: 'c', status: { state: 'TASK_STATE_WORKING' } } },
      { artifactUpdate: { ...task, artifact: { artifactId: 'x', parts: [{ text: 'Sunny, ' }] } } },
      {
        artifactUpdate: { ...task, artifact: { artifactId: 'x', parts: [{ text: '21 °C.' }] }, append: true },
      },
      {
        statusUpdate: {
          ...task,
          status: { state: 'TASK_STATE_COMPLETED', message: { parts: [{ text: 'There.' }] } },
        },
      },
    ),
    expected: { outcome: 'complete', finishReason: 'TASK_STATE_COMPLETED' },
    error: data({
      statusUpdate: {
        ...task,
        status: { state: 'TASK_STATE_FAILED', message: { parts: [{ text: 'busy' }] } },
      },
    }),
  },
  {
    // An agent that asks back.
    format: 'a2a',
    wire: data(
      rpc({ task: { id: 't', contextId: 'c', status: { state: 'TASK_STATE_SUBMITTED' } } }),
      rpc({
        statusUpdate: {
          ...task,
          status: { state: 'TASK_STATE_INPUT_REQUIRED', message: { parts: [{ text: TEXT }] } },
        },
      }),
    ),
    expected: { outcome: 'complete', finishReason: 'TASK_STATE_INPUT_REQUIRED' },
  },
  {
    format: 'a2a',
    wire: data(rpc({ kind: 'message', role: 'agent', messageId: 'm', ...(parts(TEXT) as object) })),
    expected: { outcome: 'complete' },
  },
  {
    format: 'anythingLlm',
    wire: data(
      { ...chat, type: 'textResponseChunk', textResponse: '<think>hm' },
      { ...chat, type: 'textResponseChunk', textResponse: '</think>' },
      { ...chat, type: 'textResponseChunk', textResponse: 'Sunny, ' },
      { ...chat, type: 'textResponseChunk', textResponse: '21 °C.' },
      { ...chat, type: 'textResponseChunk', textResponse: '', close: true },
      {
        uuid: 'u',
        type: 'finalizeResponseStream',
        close: true,
        error: false,
        chatId: 1,
        metrics: { prompt_tokens: 3, completion_tokens: 2 },
      },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', usage: both },
    error: data({ id: 'u', type: 'abort', textResponse: null, sources: [], close: true, error: 'busy' }),
  },
  {
    format: 'anythingLlm',
    type: 'application/json',
    wire: JSON.stringify({ ...chat, type: 'textResponse', textResponse: TEXT, close: true, error: null }),
    expected: { outcome: 'complete' },
    endsByClosing: true,
  },
  {
    format: 'genkit',
    // Its first servers call it text.
    type: 'text/plain',
    wire: data(
      { message: { role: 'model', index: 0, content: [{ reasoning: 'hm' }] } },
      { message: { role: 'model', index: 0, content: [{ text: 'Sunny, ' }] } },
      { message: { role: 'model', index: 0, content: [{ text: '21 °C.' }] } },
      {
        result: {
          message: { role: 'model', content: [{ text: TEXT }] },
          finishReason: 'stop',
          usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
        },
      },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'stop', usage: both },
    error: data({ error: { status: 'UNAVAILABLE', message: 'busy' } }),
  },
  {
    format: 'genkit',
    wire: data(
      { message: { role: 'model', content: [{ text: 'Sunny, ' }] } },
      { message: { role: 'model', content: [{ text: '21 °C.' }] } },
      { result: TEXT },
    ),
    expected: { outcome: 'complete' },
  },
  {
    format: 'springAi',
    wire: data(spring('Sunny, ', ''), spring('21 °C.', ''), spring('', 'STOP', 3, 2)),
    expected: { outcome: 'complete', finishReason: 'STOP', usage: both },
    error: data({ timestamp: 1, status: 500, error: 'busy', path: '/chat' }),
  },
  {
    format: 'springAi',
    type: 'application/x-ndjson',
    wire: lines(spring('Sunny, ', ''), spring('21 °C.', 'LENGTH', 3, 2)),
    expected: { outcome: 'length', finishReason: 'LENGTH', usage: both },
  },
  {
    format: 'voiceflow',
    wire: named(
      ['trace', { type: 'completion', payload: { state: 'start' }, time: 1 }],
      ['trace', { type: 'completion', payload: { state: 'content', content: 'Sunny, ' }, time: 1 }],
      ['trace', { type: 'completion', payload: { state: 'content', content: '21 °C.' }, time: 1 }],
      ['trace', { type: 'completion', payload: { state: 'end', tokens: { total: 5 } }, time: 1 }],
      ['end', ''],
    ),
    expected: { outcome: 'complete' },
    error: named(['error', { message: 'busy' }]),
  },
  {
    format: 'voiceflow',
    wire: named(
      ['trace', { type: 'text', payload: { message: 'Sunny, ', slate: {} }, time: 1 }],
      ['trace', { type: 'choice', payload: { buttons: [] }, time: 1 }],
      ['trace', { type: 'text', payload: { message: '21 °C.', slate: {} }, time: 1 }],
      ['end', ''],
    ),
    expected: { outcome: 'complete' },
  },
  {
    format: 'letta',
    wire: data(
      { id: 'm-1', date: 'd', message_type: 'reasoning_message', source: 'reasoner_model', reasoning: 'hm' },
      ...['{"city":', '"Lisbon"}'].map((arguments_) => ({
        id: 'm-2',
        message_type: 'tool_call_message',
        tool_call: { name: 'f', arguments: arguments_, tool_call_id: 'c' },
      })),
      { id: 'm-3', date: 'd', message_type: 'tool_return_message', tool_return: '21', status: 'success' },
      { id: 'm-4', date: 'd', message_type: 'assistant_message', content: 'Sunny, ' },
      {
        id: 'm-4',
        date: 'd',
        message_type: 'assistant_message',
        content: [{ type: 'text', text: '21 °C.' }],
      },
      { message_type: 'stop_reason', stop_reason: 'end_turn' },
      {
        message_type: 'usage_statistics',
        completion_tokens: 2,
        prompt_tokens: 3,
        total_tokens: 5,
        step_count: 1,
      },
      '[DONE]',
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'end_turn', usage: both },
    calls: [['f', { city: 'Lisbon' }]],
    error: data({ message_type: 'error_message', run_id: 'r', error_type: 'llm_error', message: 'busy' }),
  },
  {
    format: 'yandexGpt',
    type: 'application/json',
    wire: lines(yandex('Sunny, ', 'PARTIAL'), yandex(TEXT, 'FINAL')),
    expected: { outcome: 'complete', finishReason: 'ALTERNATIVE_STATUS_FINAL' },
    error: lines({ error: { grpcCode: 8, httpCode: 429, message: 'busy', httpStatus: 'Too Many Requests' } }),
  },
  {
    format: 'yandexGpt',
    type: 'application/json',
    wire: lines(yandex('Sunny, ', 'PARTIAL'), yandex(TEXT, 'TRUNCATED_FINAL')),
    expected: { outcome: 'length' },
  },
  {
    format: 'autoGen',
    wire: data(
      autoGen('TextMessage', 'user', 'Weather?'),
      autoGen('ModelClientStreamingChunkEvent', 'writer', 'Sunny, '),
      autoGen('ModelClientStreamingChunkEvent', 'writer', '21 °C.'),
      { ...autoGen('TextMessage', 'writer', TEXT), models_usage: { prompt_tokens: 3, completion_tokens: 2 } },
      { messages: [autoGen('TextMessage', 'user', 'Weather?')], stop_reason: null },
    ),
    expected: { outcome: 'complete', usage: both },
    error: data({ type: 'error', content: 'busy', source: 'system' }),
  },
  {
    // Agents without streaming send messages alone.
    format: 'autoGen',
    wire: data(
      autoGen('TextMessage', 'user', 'Weather?'),
      autoGen('TextMessage', 'writer', 'Sunny, '),
      autoGen('TextMessage', 'critic', '21 °C.'),
      { messages: [], stop_reason: 'Maximum number of turns reached.' },
    ),
    expected: { outcome: 'complete' },
  },
  {
    // Version 1, before and after it told content from a response.
    format: 'agno',
    wire: data(
      { event: 'RunStarted', run_id: 'r', content: '', content_type: 'str' },
      { event: 'RunResponse', run_id: 'r', content: 'Sunny, ', content_type: 'str' },
      { event: 'RunResponseContent', run_id: 'r', content: '21 °C.', content_type: 'str' },
      { event: 'RunCompleted', run_id: 'r', content: TEXT, content_type: 'str' },
    ),
    expected: { outcome: 'complete' },
  },
  ...SERVER_SAMPLES,
];
