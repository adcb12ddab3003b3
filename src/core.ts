export { createClient, type Client, type ClientDefaults } from './client.ts';
export type { RetryOptions } from './backoff.ts';
export type { Reconnection } from './connection.ts';
export type { Decode, End, EventSchemas } from './decode.ts';
export {
  ConnectionError,
  DecodeError,
  HttpError,
  OptionsError,
  TeleprinterError,
  TimeoutError,
  TruncatedError,
  type ErrorCode,
} from './errors.ts';
export type { Format } from './formats/format.ts';
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
  ToolCall,
} from './options.ts';
export type { EventStream } from './event-stream.ts';
export { stream } from './stream.ts';
export type {
  EventTypes,
  GivenOptions,
  RawEvent,
  Transport,
  TransportRequest,
  TransportSink,
} from './transports/transport.ts';
