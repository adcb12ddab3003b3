import type { Outcome } from '../../src/index.ts';

/** A stream as a backend relays it from an SDK or a framework, and the expected result. */
export interface Relayed {
  readonly wire: string;
  /** @default text/event-stream */
  readonly type?: string;
  readonly format: string;
  /** @default Hello you */
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly (readonly [name: string, input: unknown])[];
  readonly usage?: readonly [inputTokens: number, outputTokens: number, more?: object];
  /** @default complete */
  readonly outcome?: Outcome;
  readonly error?: string;
  /** Strings that must be found in the parts. */
  readonly parts?: readonly string[];
  /** Whether only the end of the connection distinguishes a complete answer from a cut one. */
  readonly endsByClosing?: boolean;
}

const data = (...events: unknown[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');
const named = (...events: (readonly [string, unknown])[]): string =>
  events.map(([name, event]) => `event: ${name}\n${data(event)}`).join('');
const typed = (...events: readonly Record<string, unknown>[]): string =>
  named(...events.map((event) => [String(event['type']), event] as const));

const city = { city: 'Lisbon' };
const json = JSON.stringify(city);
const chunk = (delta: object, finish_reason: string | null = null, more: object = {}): object => ({
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const chat = [chunk({ content: 'Hello' }), chunk({ content: ' you' }), chunk({}, 'stop')];
const anthropic = [
  { type: 'message_start', message: { usage: { input_tokens: 3, output_tokens: 1 } } },
  { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello you' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
];
const message = (content: unknown, more: object = {}): object => ({
  type: 'AIMessageChunk',
  id: 'run-1',
  content,
  ...more,
});
const converse = [
  { messageStart: { role: 'assistant' } },
  { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hello you' } } },
  { contentBlockStop: { contentBlockIndex: 0 } },
  { messageStop: { stopReason: 'end_turn' } },
  { metadata: { usage: { inputTokens: 3, outputTokens: 2 } } },
];
const parts = (...some: object[]): object => ({ content: { parts: some, role: 'model' }, index: 0 });
const response = (status: string, more: object = {}): object => ({
  type: `response.${status}`,
  response: { id: 'r', status, output: [], ...more },
});
const run = (event: string, more: object): object => ({ event, run_id: 'q', name: 'm', data: more });

/** The events of SDKs, sent as `data: ${JSON.stringify(event)}` or with Python's `model_dump_json()`. */
export const SDKS: Readonly<Record<string, Relayed>> = {
  // https://github.com/openai/openai-node/blob/master/helpers.md: events are `{ event, data }`.
  'OpenAI’s Assistants': {
    wire: data(
      { event: 'thread.run.created', data: { object: 'thread.run', status: 'queued' } },
      {
        event: 'thread.message.delta',
        data: {
          object: 'thread.message.delta',
          delta: { content: [{ text: { value: 'Hello you' } }, { image_file: { file_id: 'img-1' } }] },
        },
      },
      { event: 'thread.run.completed', data: { object: 'thread.run', status: 'completed' } },
    ),
    format: 'openaiAssistants',
    parts: ['img-1'],
  },
  // https://github.com/coze-dev/coze-js
  Coze: {
    wire: data(
      { event: 'conversation.chat.created', data: { status: 'created' } },
      { event: 'conversation.message.delta', data: { type: 'answer', content: 'Hello you' } },
      { event: 'conversation.chat.completed', data: { status: 'completed' } },
      { event: 'done', data: '[DONE]' },
    ),
    format: 'coze',
  },
  // https://github.com/langchain-ai/langgraphjs/tree/main/libs/sdk: `client.runs.stream()`
  LangGraph: {
    wire: data(
      { event: 'metadata', data: { run_id: 'r', attempt: 1 } },
      { event: 'messages/partial', data: [{ type: 'ai', id: 'a', content: 'Hello' }] },
      { event: 'messages/partial', data: [{ type: 'ai', id: 'a', content: 'Hello you' }] },
    ),
    format: 'langGraph',
    endsByClosing: true,
  },
  // https://github.com/mistralai/client-python: a CompletionEvent has its chunk in `data`.
  'Mistral’s Python': { wire: data(...chat.map((event) => ({ data: event }))), format: 'openaiChat' },
  // https://github.com/mistralai/client-ts has names of its own.
  'Mistral’s TypeScript': {
    wire: data(
      {
        data: {
          choices: [
            {
              delta: {
                content: 'Hello you',
                toolCalls: [{ id: 'c', function: { name: 'f', arguments: json } }],
              },
            },
          ],
        },
      },
      {
        data: {
          choices: [{ delta: {}, finishReason: 'tool_calls' }],
          usage: { promptTokens: 3, completionTokens: 2 },
        },
      },
    ),
    format: 'openaiChat',
    calls: [['f', city]],
    outcome: 'tool-calls',
    usage: [3, 2],
  },
  'a type and a chunk': {
    wire: data(...chat.map((event) => ({ type: 'chunk', chunk: event }))),
    format: 'openaiChat',
  },
  // https://github.com/google-gemini/gemini-cli: Code Assist
  'a response in another': {
    wire: data(
      { response: { candidates: [parts({ text: 'Hello' })] }, traceId: 't' },
      { response: { candidates: [{ ...parts({ text: ' you' }), finishReason: 'STOP' }] } },
    ),
    format: 'gemini',
  },
  'JSON in a string': {
    wire: data(...chat.map((event) => JSON.stringify(JSON.stringify(event)))),
    format: 'openaiChat',
  },
  'JSON in a string in a field': {
    wire: data(...chat.map((event) => ({ data: JSON.stringify(event) })), { data: '[DONE]' }),
    format: 'openaiChat',
  },
  'Anthropic’s events by name': {
    wire: data(...anthropic.map((event) => ({ event: event.type, data: event }))),
    format: 'anthropic',
    usage: [3, 2],
  },
  // https://github.com/strands-agents/sdk-python: the model's events are within others, and come again in words.
  'Strands Agents': {
    wire: data(
      { init_event_loop: true },
      ...converse.flatMap((event) => [
        { event },
        ...(event.contentBlockDelta ? [{ data: 'Hello you', delta: { text: 'Hello you' } }] : []),
      ]),
      { message: { role: 'assistant', content: [{ text: 'Hello you' }] } },
    ),
    format: 'bedrock',
    usage: [3, 2],
  },
  // https://github.com/googleapis/python-genai: its own names, and what is not there as null.
  'Gemini’s Python': {
    wire: data(
      {
        candidates: [{ ...parts({ text: 'hm', thought: true, video_metadata: null }), finish_reason: null }],
        prompt_feedback: null,
      },
      {
        candidates: [
          {
            ...parts(
              { text: 'Hello you' },
              { text: null, function_call: { name: 'f', args: { my_city: 1 } } },
            ),
            finish_reason: 'STOP',
          },
        ],
        usage_metadata: { prompt_token_count: 3, candidates_token_count: 2, total_token_count: 5 },
      },
    ),
    format: 'gemini',
    reasoning: 'hm',
    calls: [['f', { my_city: 1 }]],
    outcome: 'tool-calls',
    usage: [3, 2],
  },
  'Gemini’s Python, blocked': {
    wire: data({ candidates: null, prompt_feedback: { block_reason: 'SAFETY' } }),
    format: 'gemini',
    text: '',
    outcome: 'refused',
  },
  // https://github.com/vercel/ai/tree/main/packages/provider: LanguageModelV3, which the AI Gateway sends, too.
  'the AI SDK’s providers': {
    wire: data(
      { type: 'stream-start', warnings: [] },
      { type: 'reasoning-delta', id: 'r', delta: 'hm' },
      { type: 'text-delta', id: '0', delta: 'Hello you' },
      { type: 'tool-input-start', id: 'c', toolName: 'f' },
      { type: 'tool-input-delta', id: 'c', delta: json },
      { type: 'tool-call', toolCallId: 'c', toolName: 'f', input: json },
      {
        type: 'finish',
        finishReason: { unified: 'tool-calls', raw: 'tool_use' },
        usage: { inputTokens: { total: 3, noCache: 2, cacheRead: 1 }, outputTokens: { total: 2 } },
      },
    ),
    format: 'aiSdk',
    reasoning: 'hm',
    calls: [['f', city]],
    outcome: 'tool-calls',
    usage: [3, 2, { cachedTokens: 1 }],
  },
  // https://github.com/vercel/ai/blob/main/packages/ai/src/types/usage.ts
  'the AI SDK’s fullStream, version 6': {
    wire: data(
      { type: 'text-delta', id: '0', text: 'Hello you' },
      {
        type: 'finish',
        finishReason: 'stop',
        totalUsage: {
          inputTokens: 3,
          inputTokenDetails: { noCacheTokens: 2, cacheReadTokens: 1 },
          outputTokens: 2,
          outputTokenDetails: { reasoningTokens: 1 },
        },
      },
    ),
    format: 'aiSdkFullStream',
    usage: [3, 2, { cachedTokens: 1, reasoningTokens: 1 }],
  },
};

/** What LangChain's frameworks send. https://docs.langchain.com/oss/python/langgraph/streaming */
export const LANG_CHAIN: Readonly<Record<string, Relayed>> = {
  'pairs of a message and its metadata': {
    wire: data([message('Hello'), { langgraph_node: 'a' }], [message(' you'), {}]),
    format: 'langGraph',
    endsByClosing: true,
  },
  'modes and their data': {
    wire: data(
      ['messages', [message('Hello'), {}]],
      ['messages', [message(' you'), {}]],
      ['updates', { agent: { messages: [{ type: 'ai', id: 'run-1', content: 'Hello you' }] } }],
    ),
    format: 'langGraph',
    endsByClosing: true,
  },
  'subgraphs, modes and their data': {
    wire: data([['sub:1'], 'messages', [message('Hello you'), {}]]),
    format: 'langGraph',
    endsByClosing: true,
  },
  'the events of astream_events': {
    wire: data(
      run('on_chain_start', { input: {} }),
      run('on_chat_model_stream', { chunk: message('Hello') }),
      run('on_chat_model_stream', { chunk: message(' you') }),
      run('on_chat_model_end', { output: message('Hello you') }),
      run('on_chain_end', { output: 'Hello you' }),
    ),
    format: 'langGraph',
    endsByClosing: true,
  },
  // https://github.com/langchain-ai/langserve#endpoints
  'LangServe’s stream_log': {
    wire: named(
      ['data', { ops: [{ op: 'replace', path: '', value: { streamed_output: [], logs: {} } }] }],
      ['data', { ops: [{ op: 'add', path: '/streamed_output/-', value: message('Hello') }] }],
      [
        'data',
        {
          ops: [
            { op: 'add', path: '/logs/Model/streamed_output/-', value: message(' you') },
            { op: 'add', path: '/streamed_output/-', value: ' you' },
            { op: 'replace', path: '/final_output', value: message('Hello you') },
          ],
        },
      ],
      ['end', ''],
    ),
    format: 'langServe',
  },
  'LangServe’s stream_events': {
    wire: named(
      ['data', run('on_chain_start', {})],
      ['data', run('on_chat_model_stream', { chunk: message('Hello') })],
      ['data', run('on_llm_stream', { chunk: ' you' })],
      ['data', run('on_chain_end', { output: 'Hello you' })],
      ['end', ''],
    ),
    format: 'langServe',
  },
  'an error without a name': {
    wire: data([message('Hello you'), {}], { error: 'busy' }),
    format: 'langGraph',
    outcome: 'failed',
    endsByClosing: true,
  },
  'an interrupt': {
    wire: named(
      ['metadata', { run_id: 'r', attempt: 1 }],
      ['values', { messages: [{ type: 'ai', content: 'Hello you' }], __interrupt__: [{ value: 'sure?' }] }],
    ),
    format: 'langGraph',
    outcome: 'tool-calls',
    endsByClosing: true,
  },
};

/** What vendors send a little otherwise than the streams that the other tests have. */
export const VENDORS: Readonly<Record<string, Relayed>> = {
  // https://learn.microsoft.com/azure/databricks/machine-learning/model-serving/query-reason-models
  'Databricks’ reasoning': {
    wire: data(
      chunk({ content: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] }] }),
      ...chat,
    ),
    format: 'openaiChat',
    reasoning: 'hm',
  },
  // https://github.com/microsoft/vscode-copilot-chat
  'GitHub Copilot’s reasoning': {
    wire: data(chunk({ reasoning_text: 'hm' }), ...chat),
    format: 'openaiChat',
    reasoning: 'hm',
  },
  // https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat
  'GigaChat’s blacklist': {
    wire: data(...chat.slice(0, 2), chunk({}, 'blacklist')),
    format: 'openaiChat',
    outcome: 'refused',
  },
  // https://platform.openai.com/docs/api-reference/responses-streaming
  'a response that is cancelled': {
    wire: typed(
      { type: 'response.output_text.delta', item_id: 'm', delta: 'Hello you' },
      response('cancelled') as Record<string, unknown>,
    ),
    format: 'openaiResponses',
    outcome: 'failed',
  },
  // https://github.com/BerriAI/litellm/blob/main/litellm/responses/streaming_iterator.py: of a model that does not stream
  'a response that comes with its end': {
    wire: typed(
      response('created') as Record<string, unknown>,
      response('completed', {
        output: [{ type: 'message', content: [{ type: 'output_text', text: 'Hello you' }] }],
        usage: { input_tokens: 3, output_tokens: 2 },
      }) as Record<string, unknown>,
    ),
    format: 'openaiResponses',
    usage: [3, 2],
  },
  // https://platform.openai.com/docs/api-reference/audio/transcript-text-segment-event
  'a transcription by speakers': {
    wire: typed(
      { type: 'transcript.text.segment', speaker: 'A', text: 'Hello' },
      { type: 'transcript.text.segment', speaker: 'B', text: ' you' },
      { type: 'transcript.text.done', text: 'Hello you' },
    ),
    format: 'openaiTranscription',
  },
  // https://docs.claude.com/en/docs/build-with-claude/compaction
  'what Anthropic adds to its deltas': {
    wire: typed(
      ...anthropic.slice(0, 2),
      { type: 'content_block_delta', index: 1, delta: { type: 'compaction_delta', content: 'so far' } },
      ...anthropic.slice(2),
    ),
    format: 'anthropic',
    parts: ['so far'],
  },
  // https://docs.claude.com/en/api/streaming: text completions, also by Bedrock
  'Anthropic’s text completions': {
    wire: named(
      ['completion', { type: 'completion', completion: 'Hello', stop_reason: null }],
      ['completion', { type: 'completion', completion: ' you', stop_reason: 'stop_sequence' }],
    ),
    format: 'bedrockInvoke',
  },
  // https://ai.google.dev/api/interactions-api: before June 2026
  'Gemini’s Interactions, by blocks of content': {
    wire: [
      { event_type: 'interaction.start', interaction: { status: 'in_progress' } },
      { event_type: 'content.start', index: 0, content: { type: 'thought' } },
      { event_type: 'content.delta', index: 0, delta: { type: 'thought_summary', content: { text: 'hm' } } },
      { event_type: 'content.delta', index: 1, delta: { type: 'text', text: 'Hello you' } },
      { event_type: 'content.delta', index: 2, delta: { type: 'function_call', name: 'f', arguments: city } },
      { event_type: 'interaction.complete', interaction: { status: 'requires_action' } },
    ]
      .map((event) => named([event.event_type, event]))
      .join(''),
    format: 'geminiInteractions',
    reasoning: 'hm',
    calls: [['f', city]],
    outcome: 'tool-calls',
  },
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlockDelta.html
  'Bedrock’s citations': {
    wire: data(
      ...converse.slice(0, 2),
      { contentBlockDelta: { contentBlockIndex: 0, delta: { citation: { title: 'doc-1' } } } },
      ...converse.slice(2),
    ),
    format: 'bedrock',
    parts: ['doc-1'],
  },
  // https://huggingface.github.io/text-generation-inference: without `details`
  'a generation without details': {
    wire: data(
      { index: 1, token: { text: 'Hello', special: false }, generated_text: null, details: null },
      { index: 2, token: { text: ' you', special: false }, generated_text: 'Hello you', details: null },
    ),
    format: 'tgi',
  },
  // https://cloud.baidu.com/doc/WENXINWORKSHOP/s/jlil56u11
  'ERNIE’s refusal': {
    wire: data({
      result: 'Hello you',
      is_end: true,
      need_clear_history: true,
      finish_reason: 'content_filter',
    }),
    format: 'ernie',
    outcome: 'refused',
  },
  // https://docs.ag-ui.com/concepts/events: messages may be interleaved.
  'AG-UI’s messages side by side': {
    wire: data(
      { type: 'RUN_STARTED', threadId: 't', runId: 'r' },
      { type: 'TEXT_MESSAGE_START', messageId: 'a', role: 'assistant' },
      { type: 'TEXT_MESSAGE_START', messageId: 'u', role: 'user' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'u', delta: 'Hi' },
      { type: 'TEXT_MESSAGE_CONTENT', messageId: 'a', delta: 'Hello you' },
      { type: 'RUN_FINISHED', threadId: 't', runId: 'r' },
    ),
    format: 'agUi',
  },
  // https://docs.dify.ai/api-reference: human input
  'a workflow of Dify that waits': {
    wire: data(
      { event: 'workflow_started', task_id: 't', data: {} },
      { event: 'text_chunk', task_id: 't', data: { text: 'Hello you' } },
      { event: 'human_input_required', task_id: 't', data: { form_id: 'form-1' } },
      { event: 'workflow_paused', task_id: 't', data: {} },
    ),
    format: 'dify',
    outcome: 'tool-calls',
    parts: ['form-1'],
  },
  'what Dify’s agents have looked up': {
    wire: data(
      { event: 'agent_thought', task_id: 't', tool: 'search', observation: 'found-1' },
      { event: 'agent_message', task_id: 't', message_id: 'm', answer: '<think>hm</think>Hello you' },
      { event: 'message_end', task_id: 't', metadata: { retriever_resources: [{ document_name: 'doc-1' }] } },
    ),
    format: 'dify',
    reasoning: 'hm',
    parts: ['found-1', 'doc-1'],
  },
  // https://docs.langflow.org/api-flows-run: no component streams
  'a flow of Langflow without tokens': {
    wire: data(
      { event: 'add_message', data: { sender: 'Machine', text: 'Hello you' } },
      {
        event: 'end',
        data: { result: { outputs: [{ outputs: [{ results: { message: { text: 'Hello you' } } }] }] } },
      },
    ),
    format: 'langflow',
  },
  // https://www.coze.com/docs/developer_guides/workflow_stream_run
  'a workflow of Coze that asks': {
    wire: named(
      ['Message', { content: 'Hello you', node_title: 'Message', node_is_finish: false }],
      ['Interrupt', { interrupt_data: { event_id: 'ask-1', type: 2 } }],
    ),
    format: 'cozeWorkflow',
    outcome: 'tool-calls',
    parts: ['ask-1'],
  },
  // https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-analyst/rest-api
  'Snowflake’s Cortex Analyst': {
    wire: named(
      ['status', { status: 'interpreting_question' }],
      ['message.content.delta', { index: 0, type: 'text', text_delta: 'Hello you' }],
      ['message.content.delta', { index: 1, type: 'sql', statement_delta: 'select 1' }],
      ['done', {}],
    ),
    format: 'cortexAgents',
    parts: ['select 1'],
  },
};
