import type { Row } from './row.ts';
import { isOneOf, jsonOf, listOf, textOf, wordOf } from './wire.ts';

const DIFY =
  'message agent_message agent_thought message_end message_replace message_file tts_message tts_message_end workflow_started workflow_paused workflow_finished node_started node_finished node_retry iteration_started iteration_next iteration_completed loop_started loop_next loop_completed parallel_branch_started parallel_branch_finished text_chunk text_replace agent_log ping';
const COZE =
  'conversation.chat.created conversation.chat.in_progress conversation.message.delta conversation.message.completed conversation.audio.delta conversation.chat.completed conversation.chat.failed conversation.chat.requires_action done';
const FLOWISE =
  'start token thinking end metadata sourceDocuments artifacts usedTools calledTools fileAnnotations tool agentReasoning nextAgent agentFlowEvent nextAgentFlow agentFlowExecutedData action abort error usageMetadata tts_start tts_data tts_end tts_abort';
const CORTEX =
  'response.text.delta response.text response.text.annotation response.thinking.delta response.thinking response.tool_use response.tool_result response.tool_result.status response.tool_result.analyst.delta response.status response.table response.chart response.suggested_queries response metadata execution_trace message.delta done';

/** What app builders send, which have a model behind them. */
export const APPS: readonly Row[] = [
  // Dify's chat, agents and workflows. https://docs.dify.ai/api-reference/chat/send-chat-message
  {
    name: 'dify',
    events: 'message ping',
    is: ({ event, task_id, conversation_id, message_id, workflow_run_id }) =>
      isOneOf(DIFY, event) && (task_id ?? conversation_id ?? message_id ?? workflow_run_id),
    text: ({ event, answer, data }) =>
      isOneOf('message agent_message', event) ? answer : isOneOf('text_chunk', event) && data?.text,
    open: () => (data, write) => {
      // A moderated answer takes the place of all that came.
      if (!isOneOf('message_replace text_replace', data.event)) return;
      write.emit({ type: 'rollback' });
      write.text(data.answer ?? data.data?.text);
    },
    data: ({ event, ...data }) =>
      isOneOf(
        'agent_thought message_file node_started node_finished workflow_started workflow_finished agent_log',
        event,
      )
        ? [wordOf(event), data]
        : undefined,
    usage: ({ metadata }) => metadata?.usage,
    error: ({ event, data }) =>
      isOneOf('workflow_finished', event) &&
      isOneOf('failed stopped', data?.status) && { code: data?.status, message: data?.error },
    finish: ({ event }) => isOneOf('message_end workflow_finished', event) && 'stop',
    end: ({ event }) => isOneOf('message_end', event),
  },
  // Coze, version 3. https://www.coze.com/docs/developer_guides/chat_v3
  {
    name: 'coze',
    events: COZE,
    is: (_, { type }) => isOneOf(COZE, type) && type !== 'done',
    text: ({ type, content }, event) =>
      event.type === 'conversation.message.delta' && isOneOf('answer', type) && content,
    reasoning: ({ reasoning_content }, event) =>
      event.type === 'conversation.message.delta' && reasoning_content,
    calls: ({ required_action }) =>
      listOf(required_action?.submit_tool_outputs?.tool_calls).map((call) => ({
        key: call?.id,
        id: call?.id,
        name: call?.function?.name,
        whole: call?.function?.arguments,
        done: true,
      })),
    data: (data, { type }) =>
      type === 'conversation.message.completed' && !isOneOf('answer', data.type)
        ? [wordOf(data.type), data]
        : undefined,
    usage: ({ usage }) => usage,
    error: ({ last_error }, { type }) => type === 'conversation.chat.failed' && (last_error ?? type),
    finish: ({ status }, { type }) =>
      isOneOf('conversation.chat.completed conversation.chat.requires_action', type) &&
      (status ?? 'completed'),
    end: (_, { type }) => isOneOf('conversation.chat.completed conversation.chat.requires_action', type),
  },
  // Langflow. https://docs.langflow.org/api-flows-run
  {
    name: 'langflow',
    is: ({ event, data }) =>
      (isOneOf('token add_message', event) &&
        typeof data === 'object' &&
        (data?.chunk ?? data?.text ?? data?.sender) !== undefined) ||
      (isOneOf('vertices_sorted build_start build_end end_vertex', event) && typeof data === 'object') ||
      (isOneOf('end', event) && typeof data === 'object'),
    text: ({ event, data }) => isOneOf('token', event) && data?.chunk,
    data: ({ event, data }) => (isOneOf('add_message', event) ? ['message', data] : undefined),
    error: ({ event, data }) => isOneOf('error', event) && data,
    end: ({ event }) => isOneOf('end', event),
  },
  // Flowise. https://docs.flowiseai.com/using-flowise/streaming
  {
    name: 'flowise',
    is: ({ event, data }) =>
      isOneOf(FLOWISE, event) &&
      (typeof data === 'string' ||
        isOneOf('metadata sourceDocuments usedTools agentFlowEvent nextAgentFlow', event)) &&
      data !== undefined,
    text: ({ event, data }) => isOneOf('token', event) && data,
    reasoning: ({ event, data }) => isOneOf('thinking', event) && data,
    data: ({ event, data }) =>
      isOneOf('start token thinking end error abort', event) ? undefined : [wordOf(event), data],
    error: ({ event, data }) =>
      isOneOf('error', event)
        ? data
        : isOneOf('abort', event) && { code: 'abort', message: 'the flow was stopped' },
    end: ({ event }) => isOneOf('end', event),
  },
  // n8n's streaming responses: JSON lines, a beginning and an end for each node that writes.
  // https://docs.n8n.io/workflows/streaming
  {
    name: 'n8n',
    is: ({ type, content, metadata }) =>
      isOneOf('begin end', type)
        ? typeof metadata === 'object'
        : isOneOf('item error', type) && content !== undefined,
    text: ({ type, content }) => isOneOf('item', type) && (jsonOf(content) ?? ''),
    open: () => (data, write) => {
      if (isOneOf('begin', data.type)) write.emit({ type: 'start' });
    },
    outcome: ({ type }) => (isOneOf('end', type) ? 'complete' : undefined),
    error: ({ type, content }) => isOneOf('error', type) && content,
  },
  // Snowflake's Cortex Agents. https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-agents-run
  {
    name: 'cortexAgents',
    events: CORTEX,
    is: ({ object, delta }, { type }) =>
      isOneOf('message.delta', object)
        ? delta
        : isOneOf(CORTEX, type) && !/^(done|metadata|message\.delta)$/.test(type),
    text: ({ text, delta }, { type }) => (type === 'response.text.delta' ? text : textOf(delta?.content)),
    reasoning: ({ text }, { type }) => type === 'response.thinking.delta' && text,
    calls: ({ tool_use_id: id, name, input, client_side_execute: isClient }, { type }) =>
      type === 'response.tool_use'
        ? [{ key: id, id, name, delta: input, done: true, providerExecuted: (isClient as unknown) !== true }]
        : [],
    data: (data, { type }) =>
      /^response\.(tool_result|table|chart|text\.annotation|suggested_queries|tool_result\.analyst\.delta)$/.test(
        type,
      )
        ? [type, data]
        : undefined,
    usage: ({ metadata }, { type }) => type === 'response' && metadata?.usage,
    end: (_, { type }) => isOneOf('response done', type),
  },
];
