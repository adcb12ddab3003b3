import type { Row } from './row.ts';
import { listOf, typeOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/** What servers of frameworks for agents and chats send. */
export const FRAMEWORKS: readonly Row[] = [
  // LibreChat. https://github.com/danny-avila/LibreChat/blob/main/client/src/hooks/SSE/useSSE.ts
  {
    name: 'libreChat',
    match: 'event=on_message_delta created&message.messageId',
    text: 'data.delta.content.text',
    reasoning: 'data.delta.content.think',
    // Versions before agents repeat the text so far in each event.
    wholeText: 'final:responseMessage.text',
    calls: 'event=on_run_step_completed:data.result.tool_call',
    providerExecuted: 'event',
    data: 'event=on_run_step_completed:data.result',
    error: 'responseMessage.content.error',
    end: 'final&!responseMessage.unfinished=true',
  },
  // Agno's agents, teams and workflows. https://github.com/agno-agi/agno/blob/main/libs/agno/agno/run/agent.py
  {
    name: 'agno',
    // Version 1 called it a response.
    match:
      'event=RunStarted|TeamRunStarted|RunContent|RunResponse|RunResponseContent|TeamRunContent|TeamRunResponseContent|RunError|TeamRunError',
    text: 'event=RunContent|RunResponse|RunResponseContent|TeamRunContent|TeamRunResponseContent:content',
    reasoning: 'event=RunContent|TeamRunContent:reasoning_content',
    calls: 'event=ToolCallStarted|TeamToolCallStarted:tool',
    providerExecuted: 'tool',
    data: 'event=ToolCallCompleted|TeamToolCallCompleted:tool',
    wholeText: 'event=RunCompleted|TeamRunCompleted|WorkflowCompleted&content_type=str:content',
    usage: 'metrics',
    error: 'event=RunError|TeamRunError event=RunCancelled|TeamRunCancelled:reason',
    end: 'event=RunCompleted|TeamRunCompleted|WorkflowCompleted',
    // A member of a team has a run within that of the team.
    open: () => (data, write) => (data?.parent_run_id ?? data?.step_id) && [write.data('event', data)],
  },
  // A2A, by JSON-RPC and by REST, of versions 0.3 and 1. https://a2a-protocol.org/latest/specification
  {
    name: 'a2a',
    within: 'task statusUpdate artifactUpdate message',
    match: 'contextId&status.state artifact.parts parts&messageId',
    text: 'artifact.parts.text artifacts.parts.text parts.text',
    data: 'status.message',
    wholeText: 'status.state~completed|required:status.message.parts.text',
    error: 'status.state~failed|canceled|rejected:status.message.parts.text',
    finish: "status.state~failed|canceled|completed|required:status.state parts:'stop",
  },
  // AnythingLLM. https://github.com/Mintplex-Labs/anything-llm/blob/master/server/utils/helpers/chat/responses.js
  {
    name: 'anythingLlm',
    match: 'textResponse&close',
    text: 'type=textResponseChunk|textResponse:textResponse',
    data: 'sources.0:sources',
    usage: 'metrics',
    finish: "type=textResponse:'stop",
    end: 'type=finalizeResponseStream',
  },
  // Genkit's flows. https://github.com/firebase/genkit/blob/main/js/plugins/express/src/index.ts
  {
    name: 'genkit',
    match: 'message.content.text&message.role=model',
    text: 'message.content.text',
    reasoning: 'message.content.reasoning',
    usage: 'result.usage',
    finish: 'result.finishReason',
    end: 'result',
  },
  // Spring AI's ChatResponse. https://docs.spring.io/spring-ai/reference/api/chatmodel.html
  {
    name: 'springAi',
    match: 'result.output.messageType',
    text: 'result.output.text',
    calls: 'result.output.toolCalls',
    noise: 'results',
    usage: 'metadata.usage',
    finish: 'result.metadata.finishReason',
  },
  // LlamaIndex's workflows. https://developers.llamaindex.ai/python/llamaagents/workflows/deployment
  {
    name: 'llamaIndex',
    match: 'qualified_name&value',
    text: 'value.delta',
    reasoning: 'value.thinking_delta',
    calls: 'qualified_name~toolcall:value',
    providerExecuted: 'value',
    data: 'qualified_name~toolcallresult|uievent|sourcenodesevent|artifactevent:value',
    wholeText: 'qualified_name~stopevent:value.result',
    error: 'qualified_name~workflowfailedevent|workflowtimedoutevent|workflowcancelledevent:value',
    end: 'qualified_name~stopevent',
  },
  // Pydantic AI's events. https://ai.pydantic.dev/agents/#streaming-all-events
  {
    name: 'pydanticAi',
    within: 'event_kind=part_start:part event_kind=part_delta:delta',
    match: 'part_kind part_delta_kind event_kind=part_end|final_result|agent_run_result',
    text: 'part_kind=text:content part_delta_kind=text:content_delta',
    reasoning: 'part_kind=thinking:content part_delta_kind=thinking:content_delta',
    callDeltas: 'part_kind=tool-call part_delta_kind=tool_call',
    providerExecuted: 'tool_call_id',
    data: 'event_kind=function_tool_result|builtin_tool_result',
    usage: '@request-usage',
    end: 'event_kind=agent_run_result @close',
  },
  // Kernel Memory. https://github.com/microsoft/kernel-memory/blob/main/service/Abstractions/Models/StreamStates.cs
  {
    name: 'kernelMemory',
    match: 'streamState',
    text: 'streamState=append|last:text',
    replace: 'streamState=reset:text',
    error: 'streamState=error',
    end: 'streamState=last',
  },
  // Semantic Kernel, and .NET's Microsoft.Extensions.AI. https://learn.microsoft.com/dotnet/ai/microsoft-extensions-ai
  {
    name: 'dotNet',
    match: 'contents.$type items.$type contents&responseId items&choiceIndex',
    // Not every connector of Semantic Kernel has a finish reason.
    finish: "finishReason metadata.finishReason items&!metadata.finishReason:'stop",
    usage: 'metadata.usage contents.details',
    open: () => (data, write) => {
      for (const item of listOf(data?.contents ?? data?.items)) readItem(item, write);
    },
  },
  // Gradio's apps, such as Spaces of Hugging Face. https://www.gradio.app/guides/querying-gradio-apps-with-curl
  {
    name: 'gradio',
    events: 'generating complete heartbeat',
    match: (data, { type }) => /^(generating|complete)$/.test(type) && Array.isArray(data),
    isCumulative: true,
    text: '@generating|complete:0',
    // All outputs, of which the first is the text of a chat.
    data: '@complete',
    end: '@complete',
  },
  // Letta's agents. https://docs.letta.com/guides/agents/streaming
  {
    name: 'letta',
    match: 'message_type=assistant_message|reasoning_message|tool_call_message&id message_type=ping',
    text: 'message_type=assistant_message:content.text message_type=assistant_message:content',
    reasoning: 'message_type=reasoning_message:reasoning',
    callDeltas: 'message_type=tool_call_message:tool_call',
    providerExecuted: 'message_type',
    data: 'message_type=tool_return_message|approval_request_message',
    usage: 'message_type=usage_statistics',
    finish: 'stop_reason',
    error: 'message_type=error_message',
  },
  // AutoGen's teams. https://microsoft.github.io/autogen/stable/reference/python/autogen_agentchat.messages.html
  {
    name: 'autoGen',
    match: 'type=ModelClientStreamingChunkEvent models_usage&source&type=TextMessage',
    usage: 'type=TextMessage:models_usage',
    data: 'type=ToolCallRequestEvent|ToolCallExecutionEvent|ThoughtEvent',
    end: 'messages&stop_reason',
    open() {
      let isStreamed = false;
      return (data, write) => {
        const isDelta = typeOf(data) === 'ModelClientStreamingChunkEvent';
        // A message repeats its deltas.
        if (isDelta || (typeOf(data) === 'TextMessage' && !isStreamed && typeOf(data, 'source') !== 'user'))
          write.text(data?.content);
        isStreamed = isDelta;
      };
    },
  },
  // Voiceflow. https://docs.voiceflow.com/reference/stateinteractstream
  {
    name: 'voiceflow',
    match: '@trace&payload&time',
    text: 'payload.message payload.content',
    data: '@trace:payload',
    end: '@end',
  },
];

function readItem(item: Wire, write: Writer): void {
  const { text, callId: id, name, arguments: delta } = item ?? {};
  const type = typeOf(item, '$type');
  // The arguments are deltas in Semantic Kernel, else an object.
  if (/call/i.test(type)) write.call({ key: item?.functionCallIndex ?? id, id, name, delta });
  else if (/reason/i.test(type)) write.reasoning(text);
  else if (/text/i.test(type)) write.text(text);
  else write.data(type, item);
}
