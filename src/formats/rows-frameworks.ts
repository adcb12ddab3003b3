import type { Row } from './row.ts';
import { typeOf } from './wire.ts';

/** What servers of frameworks for agents and chats send. */
export const FRAMEWORKS: readonly Row[] = [
  // LibreChat. https://github.com/danny-avila/LibreChat/blob/main/client/src/hooks/SSE/useSSE.ts
  {
    name: 'libreChat',
    match: 'event=on_message_delta created&message.messageId',
    text: 'data.delta.content.text',
    reasoning: 'data.delta.content.think',
    error: 'responseMessage.content.error',
    end: 'final&!responseMessage.unfinished=true',
  },
  // Agno's agents, teams and workflows. https://github.com/agno-agi/agno/blob/main/libs/agno/agno/run/agent.py
  {
    name: 'agno',
    match: 'event=RunContent|TeamRunContent|RunError|TeamRunError',
    text: 'event=RunContent|TeamRunContent:content',
    reasoning: 'event=RunContent|TeamRunContent:reasoning_content',
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
    usage: 'metadata.usage',
    finish: 'result.metadata.finishReason',
  },
  // Letta's agents. https://docs.letta.com/guides/agents/streaming
  {
    name: 'letta',
    match: 'message_type=assistant_message|reasoning_message|tool_call_message&id message_type=ping',
    text: 'message_type=assistant_message:content.text message_type=assistant_message:content',
    reasoning: 'message_type=reasoning_message:reasoning',
    data: 'message_type=tool_call_message|tool_return_message|approval_request_message',
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
