import type { Reconnection } from '../contract/options.ts';
import type { EventTypes, RawEvent } from '../contract/transport.ts';

/** Receives what the connections of one stream deliver. */
export interface ConnectionListener {
  readonly eventTypes: EventTypes;
  open(response: Response | undefined, transport: string): void;
  bytes(count: number): void;
  /** The last event ID has changed. */
  id(id: string): void;
  /** New events that arrived together. */
  events(events: readonly RawEvent[]): void;
  /** The end marker has arrived. */
  end(event: RawEvent): void;
  /** What a `resume` function is told about the format and the position in the answer. */
  readonly resumeContext: { readonly format: string; readonly cursor: unknown };
  /**
   * The progress of the answer by its format. `finished`: the server may close the connection. `over`: nothing follows.
   * `failed`: the stream carried an error.
   */
  readonly progress: 'going' | 'finished' | 'over' | 'failed';
  /** Whether the format marks its end, so that one is expected. */
  readonly endExpected: boolean;
  reconnect(reconnection: Reconnection): void;
  /** Returns a promise while a consumer is far behind. */
  drained(): Promise<unknown> | undefined;
}
