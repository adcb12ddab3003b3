import type { Reconnection } from '../contract/options.ts';
import type { EventTypes, RawEvent } from '../contract/transport.ts';

/** Receives what the connections bring. */
export interface ConnectionListener {
  readonly eventTypes: EventTypes;
  open(response: Response | undefined, transport: string): void;
  bytes(count: number): void;
  /** The last event ID from here on. */
  id(id: string): void;
  /** New events, as many as came together. */
  events(events: readonly RawEvent[]): void;
  /** The end marker. */
  end(event: RawEvent): void;
  /** What a `resume` function is given of the format and the place in the answer. */
  readonly place: { readonly format: string; readonly cursor: unknown };
  /**
   * How far the answer has come as the format sees it: `finished`, the server may close; `over`, nothing follows;
   * `failed`, the stream carried an error.
   */
  readonly progress: 'going' | 'finished' | 'over' | 'failed';
  /** Whether the format has an end, so that one is expected. */
  readonly endExpected: boolean;
  reconnect(reconnection: Reconnection): void;
  /** A promise while a consumer is far behind. */
  drained(): Promise<unknown> | undefined;
}
