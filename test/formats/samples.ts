/// <reference types="vite/client" />
import type { FormatName, Outcome, ToolCall, Usage } from '../../src/index.ts';

const files = import.meta.glob<string>('../../demo/streams/*', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** One stream as a vendor sends it, and the expected result. */
export interface Sample {
  readonly name: string;
  readonly format: FormatName;
  /** The bytes, as text. */
  readonly wire: string;
  readonly type: 'text/event-stream' | 'application/x-ndjson';
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finishReason: string | undefined;
  readonly outcome: Outcome;
  readonly usage: Partial<Usage> | undefined;
  /** Whether only the end of the connection distinguishes a complete answer from a cut one. */
  readonly endsByClosing: boolean;
  /** An event with an error in the vendor's shape. */
  readonly error: string;
  readonly providerCode: unknown;
  readonly providerMessage: string;
}

export const TEXT = 'It is 21 °C in Lisbon, and the sky is clear. 🌞';
const THOUGHT = 'The user asks for the weather.';

const call = (id: string, input: unknown, name = 'get_weather'): ToolCall => ({ id, name, input });
const lisbon = { city: 'Lisbon' };
const all = { inputTokens: 24, outputTokens: 18, reasoningTokens: 6, cachedTokens: 8 };
const some = { inputTokens: 24, outputTokens: 18 };
const error = (data: unknown, event?: string): string =>
  `${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;

/** What most APIs compatible with OpenAI's have in common. */
const chat = {
  format: 'openaiChat',
  finishReason: 'stop',
  outcome: 'complete',
  usage: all,
  error: error({ error: { message: 'We are busy.', type: 'server_error', param: null, code: 'busy' } }),
  providerCode: 'busy',
  providerMessage: 'We are busy.',
} as const;

const samples: Record<string, Partial<Sample> & Pick<Sample, 'format' | 'error' | 'providerMessage'>> = {
  'openai-chat.sse': {
    ...chat,
    reasoning: '',
    toolCalls: [call('call_a', lisbon), call('call_b', { city: 'Porto' })],
    finishReason: 'tool_calls',
    outcome: 'tool-calls',
  },
  'deepseek.sse': chat,
  'groq.sse': {
    ...chat,
    usage: some,
    error: error(
      { error: { message: 'Tool call failed.', type: 'invalid_request_error', code: 'tool_use_failed' } },
      'error',
    ),
    providerCode: 'tool_use_failed',
    providerMessage: 'Tool call failed.',
  },
  'mistral.sse': { ...chat, finishReason: 'length', outcome: 'length', usage: some },
  'openrouter.sse': {
    ...chat,
    error: error({
      id: 'gen-1',
      error: { code: 502, message: 'Provider returned error' },
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
    }),
    providerCode: '502',
    providerMessage: 'Provider returned error',
  },
  'snowflake.sse': { ...chat, reasoning: '', finishReason: undefined, usage: some },
  'xai.sse': { ...chat, usage: { ...some, reasoningTokens: 6 } },
  'openai-completions.sse': { ...chat, reasoning: '', usage: undefined },
  'openai-responses.sse': {
    format: 'openaiResponses',
    toolCalls: [call('call_a', lisbon)],
    finishReason: 'response.completed',
    outcome: 'tool-calls',
    usage: all,
    error: error({ type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.', param: null }, 'error'),
    providerCode: 'rate_limit_exceeded',
    providerMessage: 'Slow down.',
  },
  'anthropic.sse': {
    format: 'anthropic',
    toolCalls: [
      { ...call('srvtoolu_1', { query: 'Lisbon' }, 'web_search'), providerExecuted: true },
      call('toolu_1', lisbon),
    ],
    finishReason: 'tool_use',
    outcome: 'tool-calls',
    usage: { ...some, cachedTokens: 8 },
    error: error({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, 'error'),
    providerCode: 'overloaded_error',
    providerMessage: 'Overloaded',
  },
  'gemini.sse': {
    format: 'gemini',
    toolCalls: [
      call('call-1', lisbon),
      call('call-2', { places: [{ city: 'Porto', days: 3 }] }, 'get_forecast'),
    ],
    finishReason: 'STOP',
    outcome: 'tool-calls',
    usage: all,
    error: error({ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }),
    providerCode: '503',
    providerMessage: 'The model is overloaded.',
  },
  'gemini-interactions.sse': {
    format: 'geminiInteractions',
    toolCalls: [call('c1', lisbon)],
    finishReason: 'requires_action',
    outcome: 'tool-calls',
    usage: all,
    error: error(
      { event_type: 'error', error: { code: 'gateway_timeout', message: 'Deadline expired.' } },
      'error',
    ),
    providerCode: 'gateway_timeout',
    providerMessage: 'Deadline expired.',
  },
  'ollama-chat.ndjson': {
    format: 'ollama',
    toolCalls: [call('call-1', lisbon), call('call-2', { city: 'Porto' })],
    finishReason: 'stop',
    outcome: 'tool-calls',
    usage: some,
    error: '{"error":"an error was encountered while running the model"}\n',
    providerMessage: 'an error was encountered while running the model',
  },
  'ollama-generate.ndjson': {
    format: 'ollama',
    reasoning: '',
    finishReason: 'length',
    outcome: 'length',
    usage: some,
    error: '{"error":"an error was encountered while running the model"}\n',
    providerMessage: 'an error was encountered while running the model',
  },
  'cohere.sse': {
    format: 'cohere',
    toolCalls: [call('gw_1', lisbon)],
    finishReason: 'TOOL_CALL',
    outcome: 'tool-calls',
    usage: { ...some, cachedTokens: 8 },
    error: error(
      { type: 'message-end', delta: { error: 'internal server error', finish_reason: 'ERROR' } },
      'message-end',
    ),
    providerMessage: 'internal server error',
  },
  'ai-sdk.sse': {
    format: 'aiSdk',
    toolCalls: [call('call_a', lisbon)],
    finishReason: 'tool-calls',
    outcome: 'tool-calls',
    usage: all,
    error: error({ type: 'error', errorText: 'An error occurred.' }),
    providerMessage: 'An error occurred.',
  },
  'ag-ui.sse': {
    format: 'agUi',
    toolCalls: [call('call_a', lisbon)],
    outcome: 'tool-calls',
    error: error({ type: 'RUN_ERROR', message: 'The run failed.', code: 'agent_error' }),
    providerCode: 'agent_error',
    providerMessage: 'The run failed.',
  },
  'lang-graph.sse': {
    format: 'langGraph',
    toolCalls: [call('call_a', lisbon)],
    finishReason: 'tool_calls',
    outcome: 'tool-calls',
    usage: all,
    endsByClosing: true,
    error: error({ error: 'GraphRecursionError', message: 'Recursion limit reached.' }, 'error'),
    providerCode: 'GraphRecursionError',
    providerMessage: 'Recursion limit reached.',
  },
  'plain.sse': {
    format: 'plain',
    reasoning: '',
    endsByClosing: true,
    error: 'event: error\ndata: busy\n\n',
    providerMessage: 'busy',
  },
};

/** One stream for each format and dialect, written for these tests and for the demo. */
export const SAMPLES: readonly Sample[] = Object.entries(samples).map(([file, sample]) =>
  Object.assign(
    {
      name: file,
      wire: files[`../../demo/streams/${file}`]!,
      type: file.endsWith('.ndjson') ? 'application/x-ndjson' : 'text/event-stream',
      reasoning: THOUGHT,
      toolCalls: [],
      finishReason: undefined,
      outcome: 'complete',
      usage: undefined,
      endsByClosing: false,
      providerCode: undefined,
    } as const,
    sample,
  ),
);
