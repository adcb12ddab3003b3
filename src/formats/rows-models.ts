import type { Row } from './row.ts';
import { listOf, toJson, typeOf } from './wire.ts';

/** The formats of model providers that have their own protocols. */
export const MODELS: readonly Row[] = [
  // Amazon Bedrock's ConverseStream, with each event as the SDK returns it.
  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
  {
    name: 'bedrock',
    match:
      'messageStart.role contentBlockDelta.delta internalServerException modelStreamErrorException serviceUnavailableException throttlingException validationException',
    whole: 'stopReason&output.message',
    text: 'contentBlockDelta.delta.text output.message.content.text',
    reasoning:
      'contentBlockDelta.delta.reasoningContent.text output.message.content.reasoningContent.reasoningText.text',
    callDeltas: 'contentBlockStart.start.toolUse contentBlockDelta.delta.toolUse',
    data: 'contentBlockDelta.delta.citation',
    calls: 'contentBlockStop output.message.content.toolUse',
    usage: 'metadata.usage usage',
    finish: 'messageStop.stopReason stopReason',
    error:
      'internalServerException modelStreamErrorException serviceUnavailableException throttlingException validationException',
  },
  // Amazon Bedrock's InvokeModel with Llama, Mistral and Titan, and Claude's text completions, as in Anthropic's own API.
  // https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
  {
    name: 'bedrockInvoke',
    match:
      'generation&stop_reason completion&stop_reason outputText&completionReason outputs.0.stop_reason results.0.completionReason',
    text: 'generation completion outputText outputs.text results.outputText',
    usage: 'amazon-bedrock-invocationMetrics',
    finish: 'stop_reason completionReason outputs.0.stop_reason results.0.completionReason',
  },
  // Hugging Face's text-generation-inference. https://huggingface.github.io/text-generation-inference
  {
    name: 'tgi',
    match: 'token.text&generated_text',
    whole: 'generated_text&!token',
    text: 'token&!token.special=true:token.text !token:generated_text',
    usage: 'details',
    finish: 'details.finish_reason',
    end: 'generated_text',
  },
  // Haystack's StreamingChunk. https://docs.haystack.deepset.ai/docs/enabling-streaming
  {
    name: 'haystack',
    match: 'component_info&content',
    text: 'content',
    reasoning: 'reasoning.reasoning_text',
    callDeltas: 'tool_calls',
    usage: 'meta.usage',
    finish: 'finish_reason',
  },
  // The native APIs of llama.cpp and KoboldCpp. https://github.com/ggml-org/llama.cpp/tree/master/tools/server
  {
    name: 'llamaCpp',
    match:
      'content&stop=true|false token&finish_reason content&finish_reason text&finish_reason&!generation_id',
    text: 'content token text',
    noise: 'tokens',
    usage: 'stop=true',
    finish: "stop_type finish_reason stop=true:'stop",
    end: 'stop=true',
  },
  // Aleph Alpha's completions. https://docs.aleph-alpha.com/api/complete
  {
    name: 'alephAlpha',
    match: 'type=stream_chunk&completion',
    text: 'completion',
    usage: 'type=completion_summary',
    finish: 'finish_reason',
  },
  // SGLang's native API, which is cumulative. https://docs.sglang.ai/basic_usage/native_api.html
  {
    name: 'sglang',
    match: 'text&meta_info.id',
    isCumulative: true,
    text: 'text',
    usage: 'meta_info',
    finish: 'meta_info.finish_reason.type',
  },
  // Cloudflare's Workers AI. https://developers.cloudflare.com/workers-ai/features/streaming
  {
    name: 'workersAi',
    match: 'response&!done&p response&!done&usage response&!done&tool_calls',
    whole: 'response&usage&!response=&!p&!done result.response result.choices&success',
    text: 'response result.response result.choices.message.content',
    calls: 'tool_calls result.tool_calls',
    usage: 'usage result.usage',
  },
  // Alibaba's DashScope, native protocol. https://www.alibabacloud.com/help/en/model-studio/qwen-api-via-dashscope
  {
    name: 'dashScope',
    events: 'message result',
    match: 'request_id&output.choices request_id&output.text',
    isCumulative: true,
    text: 'output.choices.0.message.content.text output.choices.0.message.content output.text',
    reasoning: 'output.choices.0.message.reasoning_content',
    callDeltas: 'output.choices.0.message.tool_calls',
    usage: 'usage',
    finish: 'output.choices.0.finish_reason output.finish_reason',
  },
  // Baidu's ERNIE, first protocol of Qianfan. https://cloud.baidu.com/doc/WENXINWORKSHOP/s/jlil56u11
  {
    name: 'ernie',
    match: 'result&is_end result&need_clear_history result&is_truncated',
    text: 'result',
    calls: 'function_call',
    usage: 'usage',
    finish: "is_end=false:' is_truncated=true:'length finish_reason result:'normal",
    end: 'is_end=true',
  },
  // MiniMax's chatcompletion_pro. https://platform.minimaxi.com/document/ChatCompletion%20Pro
  {
    name: 'miniMax',
    match: 'choices.0.messages&!choices.0.messages.0.role',
    // The last event repeats the answer in `reply`.
    text: '!reply:choices.0.messages.text reply=:choices.0.messages.text',
    wholeText: 'reply',
    noise: 'base_resp',
    calls: 'choices.0.messages.function_call',
    usage: 'usage',
    finish: 'choices.0.finish_reason',
  },
  // Azure's sample app for chats. https://github.com/microsoft/sample-app-aoai-chatGPT
  {
    name: 'azureSample',
    match: 'choices.0.messages.0.role',
    text: 'choices.0.messages.0.role=assistant:choices.0.messages.content',
    data: 'choices.0.messages.0.role=tool:choices.0.messages.content',
    finish: "choices.0.messages.0.role=assistant:'stop",
  },
  // YandexGPT: JSON lines. https://yandex.cloud/en/docs/foundation-models/text-generation/api-ref/TextGeneration/completion
  {
    name: 'yandexGpt',
    match: 'result.alternatives',
    isCumulative: true,
    text: 'result.alternatives.0.message.text',
    usage: 'result.usage',
    finish: '!result.alternatives.0.status~partial:result.alternatives.0.status',
  },
  // IBM's watsonx.ai text generation. https://cloud.ibm.com/apidocs/watsonx-ai#text-generation-stream
  {
    name: 'watsonx',
    match: 'model_id&results.0.generated_text',
    text: 'results.0.generated_text',
    // All events but the first have an input count of 0.
    usage: "results.0.input_token_count=0:' results.0",
    finish: 'results.0.stop_reason',
  },
  // LM Studio's API v1, which executes its tools itself. https://lmstudio.ai/docs/developer/rest/streaming-events
  {
    name: 'lmStudio',
    match: 'type=chat.start|reasoning.delta|message.delta',
    whole: 'model_instance_id&output',
    text: 'type=message.delta:content',
    reasoning: 'type=reasoning.delta:content',
    calls: 'type=tool_call.arguments',
    providerExecuted: 'tool',
    data: 'type=tool_call.result|tool_call.success|tool_call.failure',
    usage: 'result.stats stats',
    end: 'type=chat.end',
    open: () => (data, write) => {
      for (const item of listOf(data?.output)) {
        const type = typeOf(item);
        if (type === 'reasoning') write.reasoning(item?.content);
        else if (type === 'message') write.text(item?.content);
        else write.data(type, item);
      }
    },
  },
  // OpenAI's Assistants, and the classic agents of Azure AI Foundry.
  // https://platform.openai.com/docs/api-reference/assistants-streaming/events
  {
    name: 'openaiAssistants',
    events:
      'thread.run.created thread.message.delta thread.run.step.delta thread.run.requires_action thread.run.completed thread.run.incomplete thread.run.failed thread.run.cancelled thread.run.expired',
    match:
      'object=thread|thread.run|thread.run.step|thread.run.step.delta|thread.message|thread.message.delta',
    text: 'object=thread.message.delta:delta.content.text.value',
    calls: 'object=thread.run:required_action.submit_tool_outputs.tool_calls',
    data: 'object=thread.run.step.delta:delta object=thread.message.delta:delta.content.text.annotations object=thread.message.delta:delta.content.image_file',
    usage: 'object=thread.run:usage',
    error: 'object=thread.run&status=failed:last_error',
    finish:
      'object=thread.run&status=incomplete:incomplete_details.reason object=thread.run&status=completed|failed|incomplete|cancelled|expired|requires_action:status',
  },
  // OpenAI's transcription of speech. https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event
  {
    name: 'openaiTranscription',
    match: 'type=transcript.text.delta|transcript.text.segment|transcript.text.done',
    text: 'type=transcript.text.delta:delta',
    // A transcript with speakers is sent as segments, with the text only at the end.
    wholeText: 'type=transcript.text.done:text',
    data: 'type=transcript.text.segment',
    usage: 'usage',
    end: 'type=transcript.text.done',
  },
  // Zhipu's first protocol. https://open.bigmodel.cn/dev/api#http_sse
  {
    name: 'zhipu',
    match: '@add|interrupted',
    finish: "@interrupted:'sensitive @finish:'stop",
    end: '@finish|interrupted',
    open:
      () =>
      (data, write, { type }) => {
        if (type === 'add') write.text(toJson(data));
      },
  },
  // Cohere's chat API, version 1. https://docs.cohere.com/v1/docs/streaming
  {
    name: 'cohereV1',
    match: 'event_type=stream-start|text-generation|tool-calls-generation|stream-end&!index',
    whole: 'generation_id&text&!event_type',
    text: 'event_type=text-generation:text !event_type:text',
    calls: 'event_type=tool-calls-generation:tool_calls !event_type:tool_calls',
    usage: 'response.meta.tokens response.token_count meta.tokens',
    finish: 'event_type=stream-end:finish_reason !event_type:finish_reason',
    end: 'event_type=stream-end',
  },
  // Tencent's Hunyuan, native protocol. https://cloud.tencent.com/document/product/1729/105701
  {
    name: 'hunyuan',
    match: 'Choices.0.Delta',
    whole: 'Response.Choices&Response.RequestId',
    text: 'Choices.0.Delta.Content Response.Choices.0.Message.Content',
    reasoning: 'Choices.0.Delta.ReasoningContent Response.Choices.0.Message.ReasoningContent',
    usage: 'Usage Response.Usage',
    finish: 'Choices.0.FinishReason Response.Choices.0.FinishReason',
    error: 'ErrorMsg Response.Error',
  },
  // Mistral's conversations and agents. https://docs.mistral.ai/api/endpoint/beta/conversations
  {
    name: 'mistralConversations',
    match: 'type=conversation.response.started|message.output.delta|function.call.delta',
    text: 'type=message.output.delta:content.text type=message.output.delta:content',
    reasoning: 'type=message.output.delta:content.thinking.text',
    callDeltas: 'type=function.call.delta',
    data: 'type=message.output.delta:content.tool type=message.output.delta:content.reference_ids type=tool.execution.done|agent.handoff.done',
    usage: 'usage',
    error: 'type=conversation.response.error',
    end: 'type=conversation.response.done',
  },
  // Elasticsearch's inference. https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-inference-stream-completion
  {
    name: 'elastic',
    match: 'completion.0.delta',
    whole: 'completion.0.result&completion',
    text: 'completion.delta completion.result',
  },
  // Replicate. https://replicate.com/docs/topics/predictions/streaming
  {
    name: 'replicate',
    events: 'output done',
    match: (data, { type }) => type === 'output' && typeof data === 'string',
    whole: 'status=succeeded&urls',
    text: '@output status=succeeded&urls:output',
    finish: '@done:reason',
    end: '@done',
  },
];
