import type { Row } from './row.ts';
import { jsonOf, listOf, typeOf, unquoted, wordOf } from './wire.ts';

/** What app builders send, which have a model behind them. */
export const APPS: readonly Row[] = [
  // Dify's chat, agents and workflows. https://docs.dify.ai/api-reference/chat/send-chat-message
  {
    name: 'dify',
    is: 'event=message|agent_message|agent_thought|message_end|workflow_started|text_chunk&task_id',
    // The blocking mode, of chats and of workflows.
    whole: 'mode&message_id&answer workflow_run_id&data.workflow_id&!event',
    text: 'event=message|agent_message:answer event=text_chunk:data.text !event:answer',
    data: 'event=agent_thought|message_file|tts_message|human_input_required metadata.retriever_resources',
    usage: 'metadata.usage',
    error:
      'event=error event=workflow_finished|&data.status=failed|stopped:data.error event=workflow_finished|&data.status=failed|stopped:data.status',
    finish: "event=message_end|workflow_finished:'stop event=workflow_paused:'interrupt",
    end: 'event=message_end',
    // A workflow whose answer no model writes has it in its outputs alone.
    all: 'event=workflow_finished|:data.outputs',
    open: () => (data, write) => {
      // A moderated answer takes the place of all that came.
      if (!/^(message|text)_replace$/.test(typeOf(data, 'event'))) return;
      write.emit({ type: 'rollback' });
      write.text(data?.answer ?? data?.data?.text);
    },
  },
  // Coze, version 3. https://www.coze.com/docs/developer_guides/chat_v3
  {
    name: 'coze',
    is: '@conversation.chat.created|conversation.message.delta',
    text: '@conversation.message.delta&type=answer:content',
    reasoning: '@conversation.message.delta:reasoning_content',
    calls: 'required_action.submit_tool_outputs.tool_calls',
    data: '@conversation.message.completed&!type=answer',
    usage: 'usage',
    error: '@conversation.chat.failed:last_error',
    finish: '@conversation.chat.completed|conversation.chat.requires_action:status',
    end: '@conversation.chat.completed|conversation.chat.requires_action',
  },
  // LobeChat: strings come as JSON. https://github.com/lobehub/lobe-chat
  {
    name: 'lobeChat',
    events: 'text reasoning tool_calls usage grounding base64_image stop',
    is: (data, { type }) =>
      type === 'tool_calls'
        ? Array.isArray(data)
        : /^(text|reasoning)$/.test(type) && unquoted(wordOf(data)) !== wordOf(data),
    pieces: '@tool_calls',
    usage: '@usage',
    data: '@grounding|base64_image',
    open:
      () =>
      (data, write, { type }) => {
        const text = unquoted(wordOf(data));
        if (type === 'text' || type === 'reasoning') write[type](text);
        if (type === 'stop') write.finish(text || 'stop');
      },
  },
  // Coze's workflows. https://www.coze.com/docs/developer_guides/workflow_stream_run
  {
    name: 'cozeWorkflow',
    is: '@Message&node_title',
    text: '@Message:content',
    data: '@Interrupt',
    finish: "@Interrupt:'interrupt",
    end: '@Done',
  },
  // RAGFlow. https://ragflow.io/docs/http_api_reference
  {
    name: 'ragFlow',
    is: 'code&data.answer&data.reference',
    error: '!code=0:message',
    open() {
      let text = '';
      return (wire, write) => {
        const { answer, final, reference } = wire?.data ?? {};
        const now = wordOf(answer);
        // What comes with an error is no answer.
        if (!now || wordOf(wire?.code) !== '0')
          return (wire?.data as unknown) === true && write.finish('', true);
        // Each event has all that came before, but for those that say that they are not final.
        const isMore = (final as unknown) === false;
        const isRepeated = now.startsWith(text);
        if (!isMore && !isRepeated) write.emit({ type: 'rollback' });
        write.text(!isMore && isRepeated ? now.slice(text.length) : now);
        text = isMore ? text + now : now;
        return listOf(reference?.chunks).length && write.data('reference', reference);
      };
    },
  },
  // Langflow. https://docs.langflow.org/api-flows-run
  {
    name: 'langflow',
    whole: 'session_id&outputs.0.outputs',
    is: 'event=token&data.chunk event=add_message&data.sender event=end&data.result event=vertices_sorted&data.ids',
    text: 'event=token:data.chunk outputs.outputs.results.message.text',
    // A flow without a model says all in its end.
    all: 'event=end:data.result.outputs.outputs.results.message.text',
    data: 'event=add_message:data',
    error: 'event=error:data',
    end: 'event=end',
  },
  // Flowise. https://docs.flowiseai.com/using-flowise/streaming
  {
    name: 'flowise',
    is: 'event=token&!data.chunk&data event=metadata&data.chatId event=sourceDocuments|usedTools|agentFlowEvent&data',
    whole: 'chatMessageId&text',
    text: 'event=token:data chatMessageId&text:text',
    reasoning: 'event=thinking:data',
    data: 'event=metadata|sourceDocuments|usedTools|agentFlowEvent:data chatMessageId&text:sourceDocuments',
    error: 'event=error:data event=abort:event',
    end: 'event=end',
  },
  // n8n's streaming responses: JSON lines, a beginning and an end for each node that writes.
  // https://docs.n8n.io/workflows/streaming
  {
    name: 'n8n',
    is: 'type=begin|end&metadata type=item|error&content',
    error: 'type=error:content',
    finish: "type=end:'end",
    open: () => (data, write) => {
      if (typeOf(data) === 'begin') write.emit({ type: 'start' });
      if (typeOf(data) === 'item') write.text(jsonOf(data?.content));
    },
  },
  // Snowflake's Cortex Agents and Cortex Analyst. https://docs.snowflake.com/en/user-guide/snowflake-cortex/cortex-agents-run
  {
    name: 'cortexAgents',
    is: '@response.text.delta|response.thinking.delta|response.tool_use|response.status|message.content.delta object=message.delta&delta.content',
    whole: '@message&role=assistant&content.0.type&metadata',
    text: '@response.text.delta:text @message.content.delta:text_delta object=message.delta:delta.content.text @message&role=assistant:content.text',
    reasoning: '@response.thinking.delta:text @message&role=assistant:content.thinking.text',
    calls: '@response.tool_use',
    ran: '!client_side_execute=true',
    data: '@response.tool_result|response.chart|response.table @response.text.annotation:annotation @message.content.delta:statement_delta',
    usage: '@response:metadata.usage',
    end: '@response|done',
  },
  // Hugging Face's chat-ui: JSON lines, tokens filled up with NUL. https://github.com/huggingface/chat-ui
  {
    name: 'chatUi',
    is: 'type=stream&token type=finalAnswer&text type=reasoning&token',
    reasoning: 'type=reasoning:token',
    end: 'type=finalAnswer|done',
    open: () => (data, write) => {
      if (typeOf(data) === 'stream') write.text(wordOf(data?.token).replaceAll('\0', ''));
    },
  },
];
