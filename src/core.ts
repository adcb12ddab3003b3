import { clientOf, type CreateClient } from './client.ts';
import { OptionsError } from './errors.ts';
import type { OpenStream } from './event-stream.ts';
import type { StreamInput, StreamOptions } from './options.ts';
import { plain } from './formats/plain.ts';
import { openStream } from './stream.ts';

/**
 * Opens a stream of server-sent events.
 *
 * @param input A URL; or a Request; or a Response or byte stream that somebody else fetched, which is read as it is
 *   and never asked for again.
 * @throws OptionsError at once, when an option has a value that cannot be honoured
 * @example
 * for await (const delta of stream('/api/chat', { body: { prompt } }).text) output.append(delta);
 */
export const stream: OpenStream = (input: StreamInput, options?: StreamOptions) => {
  const format = options?.format ?? plain();
  if (typeof format === 'string') {
    throw new OptionsError(`Here a format is an object: import ${format} from 'teleprinter/formats'.`, {
      option: 'format',
    });
  }
  return openStream(input, options ?? {}, format) as never;
};

/**
 * Makes a client with defaults of its own.
 *
 * @example
 * const api = createClient({ baseURL: 'https://api.example.com', headers: async () => ({ Authorization: await token() }) });
 * const answer = api.stream('/chat', { body: { prompt } });
 */
export const createClient: CreateClient = (defaults = {}) => clientOf(stream, defaults);

export type { Client, ClientDefaults, CreateClient } from './client.ts';
export type { RetryOptions } from './backoff.ts';
export type { Reconnection } from './connection.ts';
export type { Decode, End, EventSchemas } from './decode.ts';
export {
  ConnectionError,
  DecodeError,
  HttpError,
  OptionsError,
  ProviderError,
  TeleprinterError,
  TimeoutError,
  TruncatedError,
  type ErrorCode,
} from './errors.ts';
export type { FormatName } from './formats/auto.ts';
export type { FinishDraft, Format, FormatEvent, FormatPart, ToolCallDraft } from './formats/format.ts';
export { plain } from './formats/plain.ts';
export type {
  Body,
  EventNames,
  EventOf,
  EventsOf,
  Metrics,
  Outcome,
  Resume,
  Snapshot,
  StreamEvent,
  StreamInput,
  StreamOptions,
  StreamResult,
  StreamState,
} from './options.ts';
export type {
  DataPart,
  ErrorPart,
  FinishOutcome,
  FinishPart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCall,
  ToolCallPart,
  UnknownPart,
  Usage,
  UsagePart,
} from './parts.ts';
export type { EventStream, OpenStream } from './event-stream.ts';
export type {
  EventTypes,
  GivenOptions,
  RawEvent,
  Transport,
  TransportRequest,
  TransportSink,
} from './transports/transport.ts';
