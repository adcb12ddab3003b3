import type { Row } from './row.ts';
import { isOneOf, jsonOf, listOf, textOf, typeOf, wordOf, type Wire } from './wire.ts';

const BEDROCK =
  'messageStart contentBlockStart contentBlockDelta contentBlockStop messageStop metadata internalServerException modelStreamErrorException serviceUnavailableException throttlingException validationException';
const LM_STUDIO =
  'chat.start model_load.start model_load.progress model_load.end prompt_processing.start prompt_processing.progress prompt_processing.end reasoning.start reasoning.delta reasoning.end tool_call.start tool_call.arguments tool_call.result message.start message.delta message.end chat.end';
const ASSISTANTS =
  'thread.created thread.run.created thread.run.queued thread.run.in_progress thread.run.requires_action thread.run.completed thread.run.incomplete thread.run.failed thread.run.cancelling thread.run.cancelled thread.run.expired thread.run.step.created thread.run.step.in_progress thread.run.step.delta thread.run.step.completed thread.run.step.failed thread.run.step.cancelled thread.run.step.expired thread.message.created thread.message.in_progress thread.message.delta thread.message.completed thread.message.incomplete done';

/** The one field of an event that is an object by its name. */
const only = (data: Wire): string => Object.keys(data ?? {})[0] ?? '';

/** What model providers send by protocols of their own. */
export const MODELS: readonly Row[] = [
  // Amazon Bedrock's ConverseStream, each event as the SDK gives it.
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
  {
    name: 'bedrock',
    is: (data) =>
      isOneOf(BEDROCK, only(data)) &&
      (data.metadata ? data.metadata.usage : typeof data[only(data)] === 'object'),
    text: ({ contentBlockDelta }) => contentBlockDelta?.delta?.text,
    reasoning: ({ contentBlockDelta }) => contentBlockDelta?.delta?.reasoningContent?.text,
    calls({ contentBlockStart: start, contentBlockDelta: more, contentBlockStop: stop }) {
      const { toolUseId: id, name } = start?.start?.toolUse ?? {};
      if (id) return [{ key: start?.contentBlockIndex, id, name }];
      const { input } = more?.delta?.toolUse ?? {};
      if (input !== undefined) return [{ key: more?.contentBlockIndex, delta: input }];
      return stop ? [{ key: stop.contentBlockIndex, done: true }] : [];
    },
    usage: ({ metadata }) => metadata?.usage,
    finish: ({ messageStop }) => messageStop?.stopReason,
    error: (data) => only(data).endsWith('Exception') && { code: only(data), ...data[only(data)] },
  },
  // Hugging Face's text-generation-inference. https://huggingface.github.io/text-generation-inference
  {
    name: 'tgi',
    is: ({ token, generated_text }) => token?.text !== undefined && generated_text !== undefined,
    text: ({ token }) => (token?.special as unknown) !== true && token?.text,
    usage: ({ details }) => details,
    finish: ({ details }) => details?.finish_reason,
    end: ({ generated_text }) => typeof generated_text === 'string',
  },
  // Cloudflare's Workers AI. https://developers.cloudflare.com/workers-ai/features/streaming
  {
    name: 'workersAi',
    is: ({ response, done, ...others }) =>
      done === undefined &&
      /string|number/.test(typeof response) &&
      ('p' in others || 'usage' in others || 'tool_calls' in others),
    text: ({ response }) => response,
    calls: ({ tool_calls }) =>
      listOf(tool_calls).map((call) => ({ name: call?.name, delta: call?.arguments, done: true })),
    usage: ({ usage }) => usage,
  },
  // Alibaba's DashScope by its own protocol. https://www.alibabacloud.com/help/en/model-studio/qwen-api-via-dashscope
  {
    name: 'dashScope',
    events: 'message result',
    is: ({ output, request_id }) =>
      request_id && (Array.isArray(output?.choices) || wordOf(output?.text) || output?.finish_reason),
    open() {
      let all = '';
      let thought = '';
      /** Without `incremental_output` each event repeats what came before. */
      const more = (before: string, now: string): string =>
        before && now.length > before.length && now.startsWith(before) ? now.slice(before.length) : now;
      return ({ output }, write) => {
        const message = listOf(output?.choices)[0]?.message;
        const text = textOf(message?.content ?? output?.text);
        const reasoning = wordOf(message?.reasoning_content ?? output?.thoughts);
        const isRepeated =
          text !== '' && text === all && listOf(output?.choices)[0]?.finish_reason !== undefined;
        if (!isRepeated || typeOf(listOf(output?.choices)[0], 'finish_reason') === 'null')
          write.text(more(all, text));
        write.reasoning(more(thought, reasoning));
        all = text.startsWith(all) ? text : all + text;
        thought = reasoning.startsWith(thought) ? reasoning : thought + reasoning;
        for (const call of listOf(message?.tool_calls)) {
          const { name, arguments: delta } = call?.function ?? {};
          write.call({ key: call?.index ?? call?.id, id: call?.id, name, delta });
        }
      };
    },
    usage: ({ usage }) => usage,
    finish({ output }) {
      const reason = wordOf(listOf(output?.choices)[0]?.finish_reason ?? output?.finish_reason);
      return reason !== 'null' && reason;
    },
  },
  // Baidu's ERNIE by Qianfan's first protocol. https://cloud.baidu.com/doc/WENXINWORKSHOP/s/jlil56u11
  {
    name: 'ernie',
    is: ({ result, is_end, need_clear_history, is_truncated }) =>
      /string|number/.test(typeof result) &&
      [is_end, need_clear_history, is_truncated].some((flag) => typeof flag === 'boolean'),
    text: ({ result }) => result,
    calls: ({ function_call: call }) =>
      call ? [{ name: call.name, delta: call.arguments, done: true }] : [],
    usage: ({ usage }) => usage,
    finish: ({ is_end, is_truncated, finish_reason }) =>
      (is_end as unknown) !== false &&
      ((is_truncated as unknown) === true ? 'length' : (finish_reason ?? 'normal')),
    end: ({ is_end }) => (is_end as unknown) !== false,
  },
  // MiniMax's chatcompletion_pro. https://platform.minimaxi.com/document/ChatCompletion%20Pro
  {
    name: 'miniMax',
    is: ({ choices }) => Array.isArray(listOf(choices)[0]?.messages),
    // The last event repeats the answer as its reply.
    text: ({ choices, reply }) =>
      !reply &&
      listOf(listOf(choices)[0]?.messages)
        .map((message) => wordOf(message?.text))
        .join(''),
    calls: ({ choices }) =>
      listOf(listOf(choices)[0]?.messages).flatMap((message) =>
        message?.function_call
          ? [{ name: message.function_call.name, delta: message.function_call.arguments }]
          : [],
      ),
    usage: ({ usage }) => usage,
    finish: ({ choices }) => listOf(choices)[0]?.finish_reason,
  },
  // IBM's watsonx.ai text generation. https://cloud.ibm.com/apidocs/watsonx-ai#text-generation-stream
  {
    name: 'watsonx',
    is: ({ results, model_id }) => model_id && listOf(results)[0]?.generated_text !== undefined,
    text: ({ results }) => listOf(results)[0]?.generated_text,
    usage({ results }) {
      const { input_token_count: input, generated_token_count } = listOf(results)[0] ?? {};
      // The later events say 0.
      return { generated_token_count, ...(Number(wordOf(input)) && { input_token_count: input }) };
    },
    finish({ results }) {
      const reason = typeOf(listOf(results)[0], 'stop_reason');
      return reason.toLowerCase() !== 'not_finished' && reason;
    },
  },
  // LM Studio's API v1. Its tools run where it runs. https://lmstudio.ai/docs/developer/rest/streaming-events
  {
    name: 'lmStudio',
    events: LM_STUDIO,
    is: ({ type }) => isOneOf(LM_STUDIO, type),
    text: (data) => typeOf(data) === 'message.delta' && data.content,
    reasoning: (data) => typeOf(data) === 'reasoning.delta' && data.content,
    calls: (data) =>
      typeOf(data) === 'tool_call.arguments'
        ? [{ name: data.tool, delta: data.arguments, done: true, providerExecuted: true }]
        : [],
    data: (data) => (typeOf(data) === 'tool_call.result' ? ['tool-result', data] : undefined),
    usage: ({ result }) => result?.stats,
    end: (data) => typeOf(data) === 'chat.end',
  },
  // OpenAI's Assistants, and the classic agents of Azure AI Foundry.
  // https://platform.openai.com/docs/api-reference/assistants-streaming/events
  {
    name: 'openaiAssistants',
    events: ASSISTANTS,
    is: ({ object }, { type }) =>
      /^thread(\.(run|message|run\.step)(\.delta)?)?$/.test(wordOf(object)) ||
      (isOneOf(ASSISTANTS, type) && type !== 'done'),
    text: ({ object, delta }) =>
      isOneOf('thread.message.delta', object) &&
      listOf(delta?.content)
        .map((block) => wordOf(block?.text?.value ?? block?.refusal))
        .join(''),
    calls({ object, required_action }) {
      const asked = listOf(required_action?.submit_tool_outputs?.tool_calls).map((call) => ({
        key: call?.id,
        id: call?.id,
        name: call?.function?.name,
        whole: call?.function?.arguments,
        done: true,
      }));
      return isOneOf('thread.run', object) ? asked : [];
    },
    data({ object, delta }) {
      if (isOneOf('thread.run.step.delta', object)) return ['step', delta];
      const annotations = listOf(delta?.content).flatMap((block) => listOf(block?.text?.annotations));
      return annotations.length ? ['annotation', annotations] : undefined;
    },
    usage: ({ object, usage }) => isOneOf('thread.run', object) && usage,
    error: ({ object, last_error }) => isOneOf('thread.run', object) && last_error,
    finish: ({ object, status, incomplete_details }) =>
      isOneOf('thread.run', object) &&
      isOneOf('completed incomplete failed cancelled expired requires_action', status) &&
      (incomplete_details?.reason ?? status),
  },
  // OpenAI's transcription of speech. https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event
  {
    name: 'openaiTranscription',
    events: 'message transcript.text.delta transcript.text.segment transcript.text.done',
    is: ({ type }) => isOneOf('transcript.text.delta transcript.text.segment transcript.text.done', type),
    text: (data) => typeOf(data) === 'transcript.text.delta' && data.delta,
    data: (data) => (typeOf(data) === 'transcript.text.segment' ? ['segment', data] : undefined),
    usage: ({ usage }) => usage,
    end: (data) => typeOf(data) === 'transcript.text.done',
  },
  // Zhipu's first protocol. https://open.bigmodel.cn/dev/api#http_sse
  {
    name: 'zhipu',
    events: 'add finish interrupted',
    is: (_, { type }) => isOneOf('add interrupted', type),
    text: (data, { type }) => type === 'add' && (jsonOf(data) ?? ''),
    finish: (_, { type }) => (type === 'interrupted' ? 'sensitive' : type === 'finish' && 'stop'),
    end: (_, { type }) => isOneOf('finish interrupted', type),
  },
];
