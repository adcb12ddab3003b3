import { createPartReader } from './gemini.ts';
import { readResponses } from './openai-responses.ts';
import type { FormatPart } from '../contract/format.ts';
import type { Row } from './row.ts';
import type { ReadWire } from './wire-format.ts';
import { listOf, stringOf, toJson, typeOf, type Wire } from './wire.ts';
import { createWriter, type Writer } from './writer.ts';

/** The formats of SDKs and frameworks for agents. */
export const AGENTS: readonly Row[] = [
  // The AI SDK's `fullStream`, of versions 4 to 6. https://ai-sdk.dev/docs/reference/ai-sdk-core/stream-text#fullstream
  {
    name: 'aiSdkFullStream',
    match:
      'type=text-delta|reasoning&textDelta&!path type=text-delta|reasoning-delta&id&text&!payload type=tool-call&toolName&args type=tool-call&toolName&input type=tool-call-delta&argsTextDelta type=finish&usage type=finish&totalUsage',
    text: 'type=text-delta:textDelta type=text-delta:text',
    reasoning: 'type=reasoning:textDelta type=reasoning-delta:text',
    calls: 'type=tool-call',
    callDeltas: 'type=tool-call-streaming-start|tool-call-delta|tool-input-start|tool-input-delta',
    data: 'type=tool-result|tool-error|source|file',
    usage: 'type=finish:totalUsage type=finish:usage',
    finish: 'type=finish:finishReason.unified type=finish:finishReason',
    end: 'type=finish',
    error: 'type=abort:type',
  },
  // Mastra's native chunks. https://mastra.ai/reference/streaming/ChunkType
  {
    name: 'mastra',
    match: 'runId&from&payload&type',
    // A network's agents are within it.
    text: 'type=text-delta:payload.text type=agent-execution-event-text-delta:payload.payload.text',
    wholeText: 'type=network-execution-event-finish:payload.result',
    reasoning: 'type=reasoning-delta:payload.text',
    calls: 'type=tool-call:payload',
    callDeltas: 'type=tool-call-delta|tool-call-input-streaming-start:payload',
    data: 'type=tool-result|tool-error|tool-output|tool-call-suspended|tool-call-approval|source|file|object|object-result|tripwire:payload',
    usage: 'type=finish:payload.output.usage type=network-execution-event-finish:payload.usage',
    finish: 'type=tripwire:type type=finish:payload.stepResult.reason',
    end: 'type=finish|network-execution-event-finish',
    error: 'type=abort:type',
  },
  // Codex, `exec --json` and its SDK. https://github.com/openai/codex/blob/main/sdk/typescript/src/events.ts
  {
    name: 'codex',
    match: 'type=thread.started&thread_id type=item.started|item.updated|item.completed&item.type',
    text: 'type=item.completed&item.type=agent_message:item.text',
    reasoning: 'type=item.completed&item.type=reasoning:item.text',
    data: '!item.type=agent_message|reasoning:item',
    usage: 'usage',
    error: 'type=turn.failed:error',
    end: 'type=turn.completed',
  },
  // Gemini CLI's `stream-json`. https://github.com/google-gemini/gemini-cli/blob/main/docs/cli/headless.md
  {
    name: 'geminiCli',
    match: 'type=init&session_id&model',
    text: 'type=message&role=assistant:content',
    calls: 'type=tool_use',
    providerExecuted: 'type',
    data: 'type=tool_result',
    usage: 'stats',
    error: 'type=result&status=error:error',
    end: 'type=result',
  },
  // The Agent Client Protocol. https://agentclientprotocol.com/protocol/prompt-turn
  {
    name: 'acp',
    within: 'params.update',
    match: 'sessionUpdate',
    text: 'sessionUpdate=agent_message_chunk:content.text',
    reasoning: 'sessionUpdate=agent_thought_chunk:content.text',
    data: 'sessionUpdate&!sessionUpdate=agent_message_chunk|agent_thought_chunk|user_message_chunk',
    finish: 'result.stopReason',
  },
  // OpenCode, `run --format json`. https://opencode.ai/docs/cli
  {
    name: 'openCode',
    match: 'sessionID&part',
    text: 'type=text:part.text',
    reasoning: 'type=reasoning:part.text',
    data: 'type=tool_use:part',
    finish: 'type=step_finish&!part.reason=tool-calls:part.reason',
  },
  // assistant-ui's transport. https://www.assistant-ui.com/docs/runtimes/assistant-transport
  {
    name: 'assistantUi',
    match:
      'type=part-start&part type=update-state&operations type=text-delta&path&textDelta type=part-finish|tool-call-args-text-finish&path type=message-finish',
    usage: 'usage',
    finish: '!isContinued=true:finishReason',
    end: 'type=message-finish',
    data: 'type=result|update-state|data|annotations',
    open: openAssistantUi,
  },
  // The OpenAI Agents SDK, for Python and for JavaScript. https://openai.github.io/openai-agents-js/guides/streaming
  {
    name: 'openaiAgents',
    match:
      'type=raw_response_event|raw_model_stream_event&data type=run_item_stream_event&item type=agent_updated_stream_event',
    text: 'type=raw_model_stream_event&data.type=output_text_delta:data.delta',
    usage: 'data.type=response_done:data.response.usage',
    data: 'type=run_item_stream_event:item type=agent_updated_stream_event',
    open: () => (data, write) => {
      const { data: event } = data ?? {};
      if (typeOf(data) === 'raw_response_event')
        readResponses(
          event,
          createWriter((part) => emitWithin(part, write)),
        );
      if (typeOf(event) === 'response_started') write.emit({ type: 'start' });
      if (typeOf(event) !== 'response_done') return;
      let hasCalled = false;
      for (const { type, callId: key, name, arguments: whole } of listOf(
        event?.response?.output,
      ) as NonNullable<Wire>[]) {
        hasCalled ||= stringOf(type).endsWith('_call');
        if (stringOf(type) === 'function_call') write.call({ key, id: key, name, whole, done: true });
      }
      if (!hasCalled) write.finish('stop');
    },
  },
  // Google's Agent Development Kit, `/run_sse`. https://google.github.io/adk-docs/runtime/api-server
  {
    name: 'adk',
    match: 'invocationId&author invocation_id&author',
    usage: 'usageMetadata usage_metadata',
    open: openAdk,
  },
];

/** Emits a part of a model's turn. A turn without tool calls is the last one, so its finish ends the run. */
function emitWithin(part: FormatPart, write: Writer): void {
  if (part.type !== 'finish') write.emit(part);
  else if (part.outcome !== 'tool-calls') write.emit({ ...part, isLast: false });
}

function openAssistantUi(): ReadWire {
  /** The parts by their paths. A part's path is that of its parent, and its index there. */
  const parts = new Map<unknown, Wire>();
  /** The number of children by the path of the parent. */
  const counts = new Map<unknown, number>();
  return (data, write) => {
    const { path, textDelta } = data ?? {};
    const at = toJson(path);
    const part = data?.part ?? parts.get(at);
    const { toolCallId: key, toolName: name } = part ?? {};
    const kind = typeOf(part);
    switch (typeOf(data)) {
      case 'part-start': {
        const index = counts.get(at) ?? 0;
        counts.set(at, index + 1);
        parts.set(toJson([...listOf(path), index]), part);
        if (key) write.call({ key, id: key, name });
        else if (!/^(text|reasoning)$/.test(kind)) write.data(kind, part);
        return true;
      }
      case 'text-delta':
        if (key) write.call({ key, id: key, name, delta: textDelta });
        else write[kind === 'reasoning' ? kind : 'text'](textDelta);
        return true;
      case 'tool-call-args-text-finish':
        write.call({ key, done: true });
        return true;
      default:
        return false;
    }
  };
}

function openAdk(): ReadWire {
  const readPart = createPartReader();
  /** Whether the previous event was partial: text that was streamed is repeated in one whole event. */
  let isPartial = false;
  return (data, write) => {
    const { author, content, partial, errorCode: code, errorMessage: message = code } = data ?? {};
    if (stringOf(author) === 'user') return write.data('event', data);
    const isMore = (partial as unknown) === true;
    const parts = listOf(content?.parts);
    for (const part of parts) {
      const { functionResponse, ...rest } = part ?? {};
      if (functionResponse) write.data('functionResponse', functionResponse);
      else if (isMore ? !rest.functionCall : !isPartial || rest.text === undefined) readPart(rest, write);
    }
    isPartial = isMore;
    // Python's names are those of all vendors.
    if (code) write.error({ code, message });
    const isAnswer = parts.some((part) => part?.text !== undefined && !part.functionCall);
    if (!isMore && isAnswer) write.finish('STOP');
  };
}
