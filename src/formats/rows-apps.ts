import type { Row } from './row.ts';
import { listOf, stringOf, toJson, typeOf, unquoted } from './wire.ts';

/** The formats of platforms for building AI apps. */
export const APPS: readonly Row[] = [
  // Dify's chat, agents and workflows. https://docs.dify.ai/api-reference/chat/send-chat-message
  {
    name: 'dify',
    match: 'event=message|agent_message|agent_thought|message_end|workflow_started|text_chunk&task_id',
    // The blocking mode, of chats and of workflows.
    whole: 'mode&message_id&answer workflow_run_id&data.workflow_id&!event',
    text: 'event=message|agent_message:answer event=text_chunk:data.text !event:answer',
    data: 'event=agent_thought|message_file|tts_message|human_input_required metadata.retriever_resources',
    usage: 'metadata.usage',
    error:
      'event=error event=workflow_finished|&data.status=failed|stopped:data.error event=workflow_finished|&data.status=failed|stopped:data.status',
    finish: "event=message_end|workflow_finished:'stop event=workflow_paused:'interrupt",
    end: 'event=message_end',
    // A workflow without a model has its answer only in its outputs.
    wholeText: 'event=workflow_finished|:data.outputs',
    // A moderated answer.
    replace: 'event=message_replace:answer event=text_replace:data.text',
  },
  // Poe's bots. https://creator.poe.com/docs/poe-protocol-specification
  {
    name: 'poe',
    match: '@meta&suggested_replies',
    text: '@text:text',
    replace: '@replace_response:text',
    data: '@suggested_reply|json|file',
    end: '@done',
  },
  // Coze, version 3. https://www.coze.com/docs/developer_guides/chat_v3
  {
    name: 'coze',
    match: '@conversation.chat.created|conversation.message.delta',
    text: '@conversation.message.delta&type=answer:content',
    reasoning: '@conversation.message.delta:reasoning_content',
    calls: 'required_action.submit_tool_outputs.tool_calls',
    data: '@conversation.message.completed&!type=answer',
    usage: 'usage',
    error: '@conversation.chat.failed:last_error',
    finish: '@conversation.chat.completed|conversation.chat.requires_action:status',
    end: '@conversation.chat.completed|conversation.chat.requires_action',
  },
  // LobeChat, which sends strings as JSON. https://github.com/lobehub/lobe-chat
  {
    name: 'lobeChat',
    events: 'text reasoning tool_calls usage grounding base64_image stop',
    match: (data, { type }) =>
      type === 'tool_calls'
        ? Array.isArray(data)
        : /^(text|reasoning)$/.test(type) && unquoted(stringOf(data)) !== stringOf(data),
    callDeltas: '@tool_calls',
    usage: '@usage',
    data: '@grounding|base64_image',
    open:
      () =>
      (data, write, { type }) => {
        const text = unquoted(stringOf(data));
        if (type === 'text' || type === 'reasoning') write[type](text);
        // Other servers that send strings end like this.
        if (/^(stop|done)$/.test(type)) write.finish(text || type);
      },
  },
  // Coze's workflows. https://www.coze.com/docs/developer_guides/workflow_stream_run
  {
    name: 'cozeWorkflow',
    match: '@Message&node_title',
    text: '@Message:content',
    data: '@Interrupt',
    finish: "@Interrupt:'interrupt",
    end: '@Done',
  },
  // RAGFlow. https://ragflow.io/docs/http_api_reference
  {
    name: 'ragFlow',
    match: 'code&data.answer&data.reference',
    error: '!code=0:message',
    open() {
      let text = '';
      return (wire, write) => {
        const { answer, final, reference } = wire?.data ?? {};
        const now = stringOf(answer);
        // The text of an error is not part of the answer.
        if (!now || stringOf(wire?.code) !== '0')
          return (wire?.data as unknown) === true && write.finish('', true);
        // Events are cumulative, except those with `final: false`, which are deltas.
        const isDelta = (final as unknown) === false;
        const isRepeated = now.startsWith(text);
        if (!isDelta && !isRepeated) write.emit({ type: 'rollback' });
        write.text(!isDelta && isRepeated ? now.slice(text.length) : now);
        text = isDelta ? text + now : now;
        return listOf(reference?.chunks).length && write.data('reference', reference);
      };
    },
  },
  // Langflow. https://docs.langflow.org/api-flows-run
  {
    name: 'langflow',
    whole: 'session_id&outputs.0.outputs',
    match:
      'event=token&data.chunk event=add_message&data.sender event=end&data.result event=vertices_sorted&data.ids',
    text: 'event=token:data.chunk outputs.outputs.results.message.text',
    // A flow without a model sends its text only in its last event.
    wholeText: 'event=end:data.result.outputs.outputs.results.message.text',
    data: 'event=add_message:data',
    error: 'event=error:data',
    end: 'event=end',
  },
  // Flowise. https://docs.flowiseai.com/using-flowise/streaming
  {
    name: 'flowise',
    match:
      'event=token&!data.chunk&data event=metadata&data.chatId event=sourceDocuments|usedTools|agentFlowEvent&data',
    whole: 'chatMessageId&text',
    text: 'event=token:data chatMessageId&text:text',
    reasoning: 'event=thinking:data',
    data: 'event=metadata|sourceDocuments|usedTools|agentFlowEvent:data chatMessageId&text:sourceDocuments',
    error: 'event=error:data event=abort:event',
    end: 'event=end',
  },
  // n8n's streaming responses: JSON lines, with a `begin` and an `end` for each node that writes.
  // https://docs.n8n.io/workflows/streaming
  {
    name: 'n8n',
    match: 'type=begin|end&metadata type=item|error&content',
    finish: "type=end:'end",
    open: () => (data, write) => {
      if (typeOf(data) === 'begin') write.emit({ type: 'start' });
      if (typeOf(data) === 'item') write.text(toJson(data?.content));
    },
  },
  // Snowflake's Cortex Agents and Cortex Analyst. https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-agents-run
  {
    name: 'cortexAgents',
    match:
      '@response.text.delta|response.thinking.delta|response.tool_use|response.status|message.content.delta object=message.delta&delta.content',
    whole: '@message&role=assistant&content.0.type&metadata',
    text: '@response.text.delta:text @message.content.delta:text_delta object=message.delta:delta.content.text @message&role=assistant:content.text',
    reasoning: '@response.thinking.delta:text @message&role=assistant:content.thinking.text',
    calls: '@response.tool_use',
    providerExecuted: '!client_side_execute=true',
    data: '@response.tool_result|response.chart|response.table @response.text.annotation:annotation @message.content.delta:statement_delta',
    usage: '@response:metadata.usage',
    end: '@response|done',
  },
  // Hugging Face's chat-ui: JSON lines, with tokens that are padded with NUL. https://github.com/huggingface/chat-ui
  {
    name: 'chatUi',
    match: 'type=stream&token type=finalAnswer&text type=reasoning&token',
    reasoning: 'type=reasoning:token',
    end: 'type=finalAnswer|done',
    open: () => (data, write) => {
      if (typeOf(data) === 'stream') write.text(stringOf(data?.token).replaceAll('\0', ''));
    },
  },
];
