import { openParts } from './gemini.ts';
import { readResponses } from './openai-responses.ts';
import type { Row } from './row.ts';
import { isOneOf, listOf, typeOf, wordOf, type Wire } from './wire.ts';
import { createWriter } from './writer.ts';

/** What SDKs and frameworks for agents send. */
export const AGENTS: readonly Row[] = [
  // The AI SDK's `fullStream`, of versions 4 and 5. https://ai-sdk.dev/docs/reference/ai-sdk-core/stream-text#fullstream
  {
    name: 'aiSdkFullStream',
    is({
      type,
      textDelta,
      text,
      id,
      argsTextDelta,
      toolCallId,
      toolName,
      args,
      input,
      payload,
      path,
      usage,
      totalUsage,
      response,
    }) {
      if (payload ?? path) return false;
      if (isOneOf('text-delta reasoning-delta reasoning', type)) {
        return typeof textDelta === 'string' || (typeof text === 'string' && id !== undefined);
      }
      if (isOneOf('tool-call', type)) return toolCallId && toolName && (args ?? input) !== undefined;
      if (isOneOf('tool-call-delta', type)) return argsTextDelta !== undefined;
      if (isOneOf('finish', type)) return totalUsage ?? usage;
      return isOneOf('finish-step step-finish', type) && (response ?? usage);
    },
    text: (data) => typeOf(data) === 'text-delta' && (data.textDelta ?? data.text),
    reasoning: (data) => /^reasoning(-delta)?$/.test(typeOf(data)) && (data.textDelta ?? data.text),
    calls(data) {
      const {
        toolCallId: key,
        toolName: name,
        args,
        input,
        argsTextDelta,
        id,
        delta,
        providerExecuted,
      } = data;
      switch (typeOf(data)) {
        case 'tool-call':
          return [{ key, id: key, name, whole: args ?? input, done: true, providerExecuted }];
        case 'tool-call-streaming-start':
        case 'tool-call-delta':
          return [{ key, id: key, name, delta: argsTextDelta }];
        case 'tool-input-start':
          return [{ key: id, id, name }];
        case 'tool-input-delta':
          return [{ key: id, delta }];
        default:
          return [];
      }
    },
    data: (data) =>
      /^(tool-(result|error)|source|file)$/.test(typeOf(data)) ? [typeOf(data), data] : undefined,
    usage: (data) => typeOf(data) === 'finish' && (data.totalUsage ?? data.usage),
    finish: (data) => typeOf(data) === 'finish' && data.finishReason,
    end: (data) => typeOf(data) === 'finish',
    error: (data) => typeOf(data) === 'abort' && { code: 'abort', message: 'the server stopped the answer' },
  },
  // Mastra's own chunks. https://mastra.ai/reference/streaming/ChunkType
  {
    name: 'mastra',
    is: ({ runId, from, payload, type }) => runId && from && type && typeof payload === 'object',
    text: (data) => typeOf(data) === 'text-delta' && data.payload?.text,
    reasoning: (data) => typeOf(data) === 'reasoning-delta' && data.payload?.text,
    calls(data) {
      const {
        toolCallId: key,
        toolName: name,
        args,
        argsTextDelta: delta,
        providerExecuted,
      } = data.payload ?? {};
      if (typeOf(data) === 'tool-call')
        return [{ key, id: key, name, whole: args, done: true, providerExecuted }];
      return /^tool-call-(delta|input-streaming-start)$/.test(typeOf(data))
        ? [{ key, id: key, name, delta }]
        : [];
    },
    data: (data) =>
      /^(tool-(result|error|output|call-(suspended|approval))|source|file|object.*|data-.*|tripwire|.*-suspended)$/.test(
        typeOf(data),
      )
        ? [typeOf(data), data.payload]
        : undefined,
    usage: (data) => typeOf(data) === 'finish' && data.payload?.output?.usage,
    finish: (data) =>
      typeOf(data) === 'tripwire'
        ? 'tripwire'
        : typeOf(data) === 'finish' && data.payload?.stepResult?.reason,
    end: (data) => typeOf(data) === 'finish',
    error: (data) =>
      typeOf(data) === 'error'
        ? (data.payload?.error ?? data.payload)
        : typeOf(data) === 'abort' && { code: 'abort', message: 'the run was aborted' },
  },
  // assistant-ui's transport. https://www.assistant-ui.com/docs/runtimes/assistant-transport
  {
    name: 'assistantUi',
    is: ({ type, path, part, operations, textDelta }) =>
      (isOneOf('part-start', type) && part) ||
      (isOneOf('update-state', type) && Array.isArray(operations)) ||
      (isOneOf('text-delta', type) && Array.isArray(path) && textDelta !== undefined) ||
      isOneOf('part-finish tool-call-args-text-finish message-finish', type),
    open() {
      /** The parts, by their paths: each is the next child of its parent. */
      const parts = new Map<string, Wire>();
      const counts = new Map<string, number>();
      const pathOf = (path: unknown): string => listOf(path).map(wordOf).join('.');
      return (data, write) => {
        const at = pathOf(data.path);
        const part = parts.get(at);
        const { toolCallId: key, toolName: name } = part ?? {};
        switch (typeOf(data)) {
          case 'part-start': {
            const number = counts.get(at) ?? 0;
            counts.set(at, number + 1);
            parts.set(at ? `${at}.${number}` : `${number}`, data.part);
            const { type, toolCallId: id, toolName } = data.part ?? {};
            if (isOneOf('tool-call', type)) write.call({ key: id, id, name: toolName });
            else if (!isOneOf('text reasoning', type)) write.data(wordOf(type), data.part);
            return;
          }
          case 'text-delta':
            if (key) write.call({ key, id: key, name, delta: data.textDelta });
            else if (typeOf(part) === 'reasoning') write.reasoning(data.textDelta);
            else write.text(data.textDelta);
            return;
          case 'tool-call-args-text-finish':
            return write.call({ key, done: true });
          case 'result':
          case 'update-state':
          case 'data':
          case 'annotations':
            return write.data(typeOf(data), data.operations ?? data.data ?? data.annotations ?? data.result);
        }
      };
    },
    usage: ({ usage }) => usage,
    finish: ({ isContinued, finishReason }) => (isContinued as unknown) !== true && finishReason,
    end: (data) => typeOf(data) === 'message-finish',
  },
  // The OpenAI Agents SDK, for Python and for JavaScript. https://openai.github.io/openai-agents-js/guides/streaming
  {
    name: 'openaiAgents',
    is: ({ type, data }) =>
      isOneOf(
        'raw_response_event raw_model_stream_event run_item_stream_event agent_updated_stream_event',
        type,
      ) ||
      (isOneOf('output_text_delta', type) && data?.delta),
    open: () => (data, write) => {
      const { response, delta } = data.data ?? {};
      switch (typeOf(data)) {
        case 'raw_response_event':
          // The model's turn is over, the run where it has called nothing.
          return readResponses(
            data.data,
            createWriter((part) => {
              if (part.type !== 'finish') write.emit(part);
              else if (part.outcome !== 'tool-calls') write.emit({ ...part, isLast: false });
            }),
          );
        case 'raw_model_stream_event':
          if (typeOf(data.data) === 'output_text_delta') return write.text(delta);
          if (typeOf(data.data) === 'response_started') return write.emit({ type: 'start' });
          if (typeOf(data.data) !== 'response_done') return;
          write.usage(response?.usage);
          for (const { type, callId: id, name, arguments: whole } of listOf(
            response?.output,
          ) as NonNullable<Wire>[]) {
            if (isOneOf('function_call', type)) write.call({ key: id, id, name, whole, done: true });
          }
          if (!listOf(response?.output).some((item) => typeOf(item).endsWith('_call'))) write.finish('stop');
          return;
        default:
          return write.data(
            wordOf(data.name) || typeOf(data),
            data.item ?? data.agent ?? data.new_agent ?? data,
          );
      }
    },
  },
  // Google's Agent Development Kit, `/run_sse`. https://google.github.io/adk-docs/runtime/api-server
  {
    name: 'adk',
    is: ({ invocationId, invocation_id, author, actions, content, partial }) =>
      (invocationId ?? invocation_id) && author && (actions ?? content ?? partial),
    open() {
      const readPart = openParts();
      /** What has come in pieces comes whole at last. */
      let isPartial = false;
      return (data, write) => {
        const { author, content, partial, errorCode, error_code, errorMessage, error_message } = data;
        if (isOneOf('user', author)) return write.data('event', data);
        const isMore = (partial as unknown) === true;
        for (const part of listOf(content?.parts)) {
          const { functionResponse, ...rest } = part ?? {};
          if (functionResponse) write.data('functionResponse', functionResponse);
          else if (isMore || !isPartial || rest.text === undefined) {
            // A call in a piece comes again whole.
            if (!isMore || !rest.functionCall) readPart(rest, write);
          }
        }
        isPartial = isMore;
        write.usage(data.usageMetadata ?? data.usage_metadata);
        const code = errorCode ?? error_code;
        if (code) write.error({ code, message: errorMessage ?? error_message ?? code });
        const parts = listOf(content?.parts);
        const isAnswer =
          parts.some((part) => part?.text !== undefined) && !parts.some((part) => part?.functionCall);
        if (!isMore && isAnswer) write.finish(data.finishReason ?? data.finish_reason ?? 'STOP');
      };
    },
  },
];
