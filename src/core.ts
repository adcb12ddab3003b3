/** `teleprinter/core`: the stream, with `plain()` as its only bundled format. */
export { createClient, stream } from './stream/core-stream.ts';
export { isUnfinished } from './stream/memory.ts';

export type { Client, ClientDefaults, CreateClient } from './contract/client.ts';
export type { Decode, End, EventSchemas } from './contract/events.ts';
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
export type {
  FinishDraft,
  Format,
  FormatEvent,
  FormatName,
  FormatPart,
  ToolCallDraft,
} from './contract/format.ts';
export { plain } from './formats/plain.ts';
export type {
  Body,
  Reconnection,
  Resume,
  RetryOptions,
  StreamInput,
  StreamOptions,
} from './contract/options.ts';
export type { EventNames, EventOf, EventsOf, StreamEvent } from './contract/events.ts';
export type { Metrics, Outcome, Snapshot, StreamResult, StreamState } from './contract/result.ts';
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
} from './contract/parts.ts';
export type { EventStream, OpenStream } from './contract/event-stream.ts';
export type {
  EventTypes,
  GivenOptions,
  RawEvent,
  Transport,
  TransportRequest,
  TransportSink,
} from './contract/transport.ts';
