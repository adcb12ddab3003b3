import { TEXT, data, lines, named, type SmallSample } from './small-samples.ts';

const city = { city: 'Lisbon' };
const both = { inputTokens: 3, outputTokens: 2 };
const workflow = (type: string, value: object): object => ({
  value,
  qualified_name: `llama_index.core.agent.workflow.workflow_events.${type}`,
  type,
  types: ['Event'],
});
const chunk = (content: string, more: object = {}): object => ({
  content,
  meta: { model: 'm' },
  component_info: { type: 'OpenAIChatGenerator', name: 'llm' },
  index: 0,
  tool_calls: null,
  tool_call_result: null,
  finish_reason: null,
  reasoning: null,
  ...more,
});
const update = (contents: readonly object[], finishReason: string | null = null): object => ({
  authorName: null,
  role: 'assistant',
  contents,
  responseId: 'r',
  messageId: 'm',
  finishReason,
});
const kernel = (text: string, FinishReason: string | null): object => ({
  Content: text,
  Role: { Label: 'assistant' },
  Items: text ? [{ $type: 'StreamingTextContent', Text: text, ChoiceIndex: 0, ModelId: 'm' }] : [],
  ChoiceIndex: 0,
  ModelId: 'm',
  Metadata: { FinishReason, Usage: FinishReason && { InputTokenCount: 3, OutputTokenCount: 2 } },
});

const session = (sessionUpdate: string, more: object): object => ({
  jsonrpc: '2.0',
  method: 'session/update',
  params: { sessionId: 's', update: { sessionUpdate, ...more } },
});
const spoken = (text: string): object => ({ content: { type: 'text', text } });
const network = (type: string, payload: object): object => ({ type, runId: 'r', from: 'NETWORK', payload });

/** The streams of more frameworks and of hosted APIs, as their own servers write them. */
export const SERVER_SAMPLES: readonly SmallSample[] = [
  {
    format: 'poe',
    wire: named(
      ['meta', { content_type: 'text/markdown', linkify: true, suggested_replies: true }],
      ['text', { text: 'Sunny, ' }],
      ['text', { text: '21 °C.' }],
      ['suggested_reply', { text: 'And tomorrow?' }],
      ['done', {}],
    ),
    expected: { outcome: 'complete' },
    error: named(['error', { allow_retry: false, text: 'busy' }]),
  },
  {
    format: 'alephAlpha',
    wire: data(
      { type: 'stream_chunk', index: 0, completion: 'Sunny, ' },
      { type: 'stream_chunk', index: 0, completion: '21 °C.' },
      { type: 'stream_summary', index: 0, model_version: '2', finish_reason: 'end_of_text' },
      { type: 'completion_summary', num_tokens_prompt_total: 3, num_tokens_generated: 2 },
      '[DONE]',
    ),
    expected: { outcome: 'complete', finishReason: 'end_of_text' },
    error: data({ error: 'busy', code: 'QUEUE_FULL' }),
  },
  {
    format: 'haystack',
    wire: data(
      chunk('', { reasoning: { reasoning_text: 'hm', extra: {} } }),
      chunk('Sunny, '),
      chunk('', { tool_calls: [{ index: 0, tool_name: 'f', id: 'c', arguments: '{"city":' }] }),
      chunk('', { tool_calls: [{ index: 0, tool_name: null, id: 'c', arguments: '"Lisbon"}' }] }),
      chunk('', { tool_call_result: { result: '21', error: false } }),
      chunk('21 °C.'),
      chunk('', {
        finish_reason: 'stop',
        meta: { usage: { prompt_tokens: 3, completion_tokens: 2 } },
      }),
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'stop', usage: both },
    calls: [['f', city]],
    error: data({ error: 'busy' }),
  },
  {
    format: 'llamaIndex',
    wire: data(
      workflow('AgentInput', { input: [{ role: 'user' }], current_agent_name: 'A' }),
      workflow('AgentStream', { delta: '', thinking_delta: 'hm', response: '', tool_calls: [] }),
      workflow('AgentStream', { delta: 'Sunny, ', response: 'Sunny, ', raw: { choices: [] } }),
      workflow('ToolCall', { tool_name: 'f', tool_kwargs: city, tool_id: 'c' }),
      workflow('ToolCallResult', { tool_name: 'f', tool_kwargs: city, tool_id: 'c', tool_output: {} }),
      workflow('AgentStream', { delta: '21 °C.', response: TEXT, tool_calls: [] }),
      workflow('StopEvent', { result: { response: { role: 'assistant' } } }),
    ),
    expected: { outcome: 'complete', reasoning: 'hm' },
    calls: [['f', city]],
    error: data({ error: { message: 'busy' } }),
  },
  {
    // Of a workflow of one's own, the answer is the result.
    format: 'llamaIndex',
    wire: data(
      { __is_pydantic: true, value: { topic: 'weather' }, qualified_name: 'app.TopicEvent' },
      { __is_pydantic: true, value: { result: TEXT }, qualified_name: 'workflows.events.StopEvent' },
    ),
    expected: { outcome: 'complete' },
  },
  {
    format: 'pydanticAi',
    wire: named(
      ['part_start', { index: 0, part: { content: 'h', part_kind: 'thinking' }, event_kind: 'part_start' }],
      [
        'part_delta',
        { index: 0, delta: { content_delta: 'm', part_delta_kind: 'thinking' }, event_kind: 'part_delta' },
      ],
      ['part_start', { index: 1, part: { content: 'Sunny, ', part_kind: 'text' }, event_kind: 'part_start' }],
      ['part_end', { index: 1, part: { content: 'Sunny, ', part_kind: 'text' }, event_kind: 'part_end' }],
      [
        'part_start',
        {
          index: 2,
          part: { tool_name: 'f', args: null, tool_call_id: 'c', part_kind: 'tool-call' },
          event_kind: 'part_start',
        },
      ],
      [
        'part_delta',
        {
          index: 2,
          delta: { args_delta: JSON.stringify(city), tool_call_id: 'c', part_delta_kind: 'tool_call' },
          event_kind: 'part_delta',
        },
      ],
      [
        'function_tool_result',
        { event_kind: 'function_tool_result', part: { tool_name: 'f', content: '21', tool_call_id: 'c' } },
      ],
      [
        'part_delta',
        { index: 0, delta: { content_delta: '21 °C.', part_delta_kind: 'text' }, event_kind: 'part_delta' },
      ],
      ['agent_run_result', { result: { output: TEXT }, event_kind: 'agent_run_result' }],
    ),
    expected: { outcome: 'complete', reasoning: 'hm' },
    calls: [['f', city]],
    error: named(['error', { message: 'busy' }]),
  },
  {
    format: 'kernelMemory',
    wire: data(
      { streamState: 'append', question: 'q', noResult: false, text: '', relevantSources: [{ link: 'l' }] },
      { streamState: 'append', noResult: false, text: 'Sunny, ' },
      { streamState: 'append', noResult: false, text: '21 °C.' },
      { streamState: 'last', noResult: false, text: '', tokenUsage: [] },
    ),
    expected: { outcome: 'complete' },
    error: data({ streamState: 'error', noResult: true, text: 'busy' }),
  },
  {
    format: 'dotNet',
    wire: data(
      update([{ $type: 'reasoning', text: 'hm' }]),
      update([{ $type: 'text', text: 'Sunny, ' }]),
      update([{ $type: 'text', text: '21 °C.' }]),
      update([], 'stop'),
      update([{ $type: 'usage', details: { inputTokenCount: 3, outputTokenCount: 2, totalTokenCount: 5 } }]),
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'stop', usage: both },
    error: data({ error: { message: 'busy' } }),
  },
  {
    format: 'dotNet',
    wire: data(kernel('Sunny, ', null), kernel('21 °C.', null), kernel('', 'Stop')),
    expected: { outcome: 'complete', finishReason: 'Stop', usage: both },
    error: data({ Error: { Message: 'busy' } }),
  },
  {
    format: 'azureSample',
    type: 'application/json-lines',
    wire: lines(
      ...[
        ['tool', '{"citations":[]}'],
        ['assistant', 'Sunny, '],
        ['assistant', '21 °C.'],
      ].map(([role, content]) => ({
        id: 'i',
        object: 'extensions.chat.completion.chunk',
        choices: [{ messages: [{ role, content }] }],
        history_metadata: {},
      })),
    ),
    expected: { outcome: 'complete', finishReason: 'stop' },
    error: lines({ error: 'busy' }),
    endsByClosing: true,
  },
  {
    // A network of agents, each of which streams.
    format: 'mastra',
    wire: data(
      network('routing-agent-start', {}),
      network('agent-execution-event-text-delta', { type: 'text-delta', payload: { text: 'Sunny, ' } }),
      network('agent-execution-event-text-delta', { type: 'text-delta', payload: { text: '21 °C.' } }),
      network('agent-execution-event-finish', { type: 'finish', payload: {} }),
      network('network-execution-event-finish', { result: TEXT, usage: both }),
    ),
    expected: { outcome: 'complete', usage: both },
    error: data(network('error', { error: { message: 'busy' } })),
  },
  {
    format: 'acp',
    type: 'application/x-ndjson',
    wire: lines(
      session('user_message_chunk', spoken('Weather?')),
      session('agent_thought_chunk', spoken('hm')),
      session('agent_message_chunk', spoken('Sunny, ')),
      session('tool_call', { toolCallId: 'c', title: 'Look it up', kind: 'search', status: 'pending' }),
      session('agent_message_chunk', spoken('21 °C.')),
      { jsonrpc: '2.0', id: 2, result: { stopReason: 'end_turn' } },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', finishReason: 'end_turn' },
    error: lines({ jsonrpc: '2.0', id: 2, error: { code: -32000, message: 'busy' } }),
  },
  {
    format: 'codex',
    type: 'application/x-ndjson',
    wire: lines(
      { type: 'thread.started', thread_id: 't' },
      { type: 'turn.started' },
      { type: 'item.completed', item: { id: 'item_0', type: 'reasoning', text: 'hm' } },
      { type: 'item.completed', item: { id: 'item_1', type: 'agent_message', text: 'Sunny, ' } },
      { type: 'item.started', item: { id: 'item_2', type: 'command_execution', command: 'ls' } },
      { type: 'item.completed', item: { id: 'item_3', type: 'agent_message', text: '21 °C.' } },
      { type: 'turn.completed', usage: { input_tokens: 3, cached_input_tokens: 1, output_tokens: 2 } },
    ),
    expected: { outcome: 'complete', reasoning: 'hm', usage: both },
    error: lines({ type: 'turn.failed', error: { message: 'busy' } }),
  },
  {
    format: 'geminiCli',
    type: 'application/x-ndjson',
    wire: lines(
      { type: 'init', timestamp: 't', session_id: 's', model: 'gemini' },
      { type: 'message', timestamp: 't', role: 'user', content: 'Weather?' },
      { type: 'tool_use', timestamp: 't', tool_name: 'f', tool_id: 'c', parameters: city },
      { type: 'tool_result', timestamp: 't', tool_id: 'c', status: 'success', output: '21' },
      { type: 'message', timestamp: 't', role: 'assistant', content: 'Sunny, ', delta: true },
      { type: 'message', timestamp: 't', role: 'assistant', content: '21 °C.', delta: true },
      { type: 'result', timestamp: 't', status: 'success', stats: { input_tokens: 3, output_tokens: 2 } },
    ),
    expected: { outcome: 'complete', usage: both },
    calls: [['f', city]],
    error: lines({ type: 'result', status: 'error', error: { type: 'x', message: 'busy' } }),
  },
  {
    format: 'openCode',
    type: 'application/x-ndjson',
    wire: lines(
      ...[
        ['step_start', { type: 'step-start' }],
        ['text', { type: 'text', text: 'Sunny, ' }],
        ['tool_use', { type: 'tool', tool: 'bash', callID: 'c', state: { status: 'completed' } }],
        ['step_finish', { type: 'step-finish', reason: 'tool-calls' }],
        ['text', { type: 'text', text: '21 °C.' }],
        ['step_finish', { type: 'step-finish', reason: 'stop', tokens: { input: 3, output: 2 } }],
      ].map(([type, part]) => ({ type, timestamp: 1, sessionID: 's', part })),
    ),
    expected: { outcome: 'complete', finishReason: 'stop' },
    error: lines({ type: 'error', sessionID: 's', error: { name: 'E', data: { message: 'busy' } } }),
  },
  {
    format: 'gradio',
    wire: named(
      ['heartbeat', 'null'],
      ['generating', [null]],
      ['generating', ['Sunny, ']],
      ['generating', [TEXT]],
      ['complete', [TEXT, { url: 'u' }]],
    ),
    expected: { outcome: 'complete' },
    error: named(['error', { message: 'busy' }]),
  },
];
