import type { TeleprinterError } from '../errors.ts';
import type { StreamEvent } from './events.ts';
import type { ToolCall, Usage } from './parts.ts';

/**
 * Where the reading is.
 *
 * @example
 * import { stream, type StreamState } from 'teleprinter';
 * const labels: Partial<Record<StreamState, string>> = { connecting: '…', reconnecting: 'Connection lost.' };
 * const answer = stream('/api/chat');
 * answer.subscribe(() => console.log(labels[answer.state] ?? ''));
 */
export type StreamState = 'idle' | 'connecting' | 'open' | 'reconnecting' | 'closed';

/**
 * How a stream ended. `complete`, `length`, `tool-calls` and `refused`: the server finished it, and why.
 * `stopped`: `close()` or the signal. `truncated`: it was cut. `failed`: it never began, or an error ended it.
 *
 * @example
 * import { stream, type Outcome } from 'teleprinter';
 * const canAskAgain = (outcome: Outcome) => outcome === 'truncated' || outcome === 'failed';
 * const { outcome } = await stream('/api/chat').result;
 * if (canAskAgain(outcome)) console.log('Ask again?');
 */
export type Outcome = 'complete' | 'length' | 'tool-calls' | 'refused' | 'stopped' | 'truncated' | 'failed';

/**
 * How much a stream took. Times are in milliseconds from the opening, where it came to that.
 *
 * @example
 * import { stream, type Metrics } from 'teleprinter';
 * const log = ({ firstTextMs, reconnects }: Metrics) => console.log(`${firstTextMs} ms, ${reconnects} reconnects`);
 * stream('/api/chat', { onEnd: ({ metrics }) => log(metrics) });
 */
export interface Metrics {
  /** Until the first response headers. */
  readonly connectMs: number | undefined;
  /** Until the first event. */
  readonly firstEventMs: number | undefined;
  /** Until the first text of the answer. */
  readonly firstTextMs: number | undefined;
  /** Until the end. */
  readonly durationMs: number | undefined;
  /** Events handed on; the end marker is not one. */
  readonly events: number;
  /** Bytes of response body. `undefined` on native EventSource, which hides them. */
  readonly bytes: number | undefined;
  /** Connections that were made after the first. */
  readonly reconnects: number;
  /** The longest silence after the first response headers. */
  readonly longestStallMs: number;
  /**
   * True when the first 30 events came at once, after a second or more: a proxy or compression holds the answer back.
   * Send `X-Accel-Buffering: no` and `Cache-Control: no-cache, no-transform`.
   */
  readonly buffered: boolean;
}

/**
 * What became of a stream.
 *
 * @example
 * import { stream, type StreamResult } from 'teleprinter';
 * const save = ({ outcome, text, error }: StreamResult) => console.log(outcome, text, error?.message);
 * save(await stream('/api/chat').result);
 */
export interface StreamResult {
  /** How it ended. */
  readonly outcome: Outcome;
  /** All the text that arrived, whatever the outcome. */
  readonly text: string;
  /** All that the model thought before it answered, where the format tells. */
  readonly reasoning: string;
  /** The tools that the model asked for, in their order. */
  readonly toolCalls: readonly ToolCall[];
  /** What the answer cost, where the format tells. */
  readonly usage: Usage | undefined;
  /** Why the model stopped, in the vendor's own word, where the format tells. */
  readonly finishReason: string | undefined;
  /** The end marker, where one came. */
  readonly end: StreamEvent | undefined;
  /** Set when the outcome is `truncated` or `failed`. */
  readonly error: TeleprinterError | undefined;
  /** The ID of the last event; empty where the server gave none. */
  readonly lastEventId: string;
  /** How long it took, and how much it was. */
  readonly metrics: Metrics;
}

/**
 * What is shown of a stream while it runs: a new object for each change, for stores and frameworks.
 *
 * @example
 * import { stream, type Snapshot } from 'teleprinter';
 * const render = ({ state, text }: Snapshot) => console.log(state, text);
 * const answer = stream('/api/chat');
 * answer.subscribe(() => render(answer.getSnapshot()));
 */
export interface Snapshot {
  /** Where the reading is. */
  readonly state: StreamState;
  /** The text so far. */
  readonly text: string;
  /** What the model has thought so far. */
  readonly reasoning: string;
  /** The tools that the model has asked for so far. */
  readonly toolCalls: readonly ToolCall[];
  /** How the stream ended; `undefined` before that. */
  readonly outcome: Outcome | undefined;
  /** Set when the outcome is `truncated` or `failed`. */
  readonly error: TeleprinterError | undefined;
  /** What the answer has cost so far, where the format tells. */
  readonly usage: Usage | undefined;
  /** Why the model stopped, in the vendor's own word, where the format tells. */
  readonly finishReason: string | undefined;
  /** As they were at this change. */
  readonly metrics: Metrics;
}
