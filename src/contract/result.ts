import type { TeleprinterError } from '../errors.ts';
import type { StreamEvent } from './events.ts';
import type { ToolCall, Usage } from './parts.ts';

/**
 * The state of a stream's connection.
 *
 * @example
 * import { stream, type StreamState } from 'teleprinter';
 * const labels: Partial<Record<StreamState, string>> = { connecting: '…', reconnecting: 'Connection lost.' };
 * const answer = stream('/api/chat');
 * answer.subscribe(() => console.log(labels[answer.state] ?? ''));
 */
export type StreamState = 'idle' | 'connecting' | 'open' | 'reconnecting' | 'closed';

/**
 * How a stream ended. `complete`, `length`, `tool-calls` and `refused`: the server finished it, for this reason.
 * `stopped`: ended by `close()` or the signal. `truncated`: cut off. `failed`: it never began, or an error ended it.
 *
 * @example
 * import { stream, type Outcome } from 'teleprinter';
 * const canAskAgain = (outcome: Outcome) => outcome === 'truncated' || outcome === 'failed';
 * const { outcome } = await stream('/api/chat').result;
 * if (canAskAgain(outcome)) console.log('Ask again?');
 */
export type Outcome = 'complete' | 'length' | 'tool-calls' | 'refused' | 'stopped' | 'truncated' | 'failed';

/**
 * Timings and counts of a stream. Times are in milliseconds since the stream opened; `undefined` until they are
 * known.
 *
 * @example
 * import { stream, type Metrics } from 'teleprinter';
 * const log = ({ firstTextMs, reconnects }: Metrics) => console.log(`${firstTextMs} ms, ${reconnects} reconnects`);
 * stream('/api/chat', { onEnd: ({ metrics }) => log(metrics) });
 */
export interface Metrics {
  /** Time to the first response headers. */
  readonly connectMs: number | undefined;
  /** Time to the first event. */
  readonly firstEventMs: number | undefined;
  /** Time to the first text of the answer. */
  readonly firstTextMs: number | undefined;
  /** Time to the end. */
  readonly durationMs: number | undefined;
  /** Events delivered, without the end marker. */
  readonly events: number;
  /** Bytes of response body; `undefined` on native EventSource, which hides them. */
  readonly bytes: number | undefined;
  /** Attempts to reconnect. */
  readonly reconnects: number;
  /** The longest silence after the first response headers. */
  readonly longestStallMs: number;
  /**
   * True if the first 30 events came at once after a second or more: a proxy or compression holds the answer back.
   * Send `X-Accel-Buffering: no` and `Cache-Control: no-cache, no-transform`.
   */
  readonly buffered: boolean;
}

/**
 * The final result of a stream.
 *
 * @example
 * import { stream, type StreamResult } from 'teleprinter';
 * const save = ({ outcome, text, error }: StreamResult) => console.log(outcome, text, error?.message);
 * save(await stream('/api/chat').result);
 */
export interface StreamResult {
  /**
   * How it ended. `complete`: the whole answer came. `length`, `tool-calls`, `refused`: as the model finished it.
   * `stopped`: by `close()` or the signal. `truncated`: cut off. `failed`: it never began, or an error ended it.
   */
  readonly outcome: Outcome;
  /** All the text that arrived, whatever the outcome. */
  readonly text: string;
  /** All reasoning that arrived, if the format has any. */
  readonly reasoning: string;
  /** The tool calls that the model requested, in order. */
  readonly toolCalls: readonly ToolCall[];
  /** The token usage of the answer, if the format reports it. */
  readonly usage: Usage | undefined;
  /** The finish reason in the vendor's own word, if the format reports it. */
  readonly finishReason: string | undefined;
  /** The end marker, if one arrived. */
  readonly end: StreamEvent | undefined;
  /** Set when the outcome is `truncated` or `failed`. */
  readonly error: TeleprinterError | undefined;
  /** The last event ID; empty if the server sent none. */
  readonly lastEventId: string;
  /** Timings and counts. */
  readonly metrics: Metrics;
}

/**
 * The visible state of a stream while it runs. Each change creates a new object, as stores and frameworks expect.
 *
 * @example
 * import { stream, type Snapshot } from 'teleprinter';
 * const render = ({ state, text }: Snapshot) => console.log(state, text);
 * const answer = stream('/api/chat');
 * answer.subscribe(() => render(answer.getSnapshot()));
 */
export interface Snapshot {
  /** The state of the connection. */
  readonly state: StreamState;
  /** The text so far. */
  readonly text: string;
  /** The reasoning so far. */
  readonly reasoning: string;
  /** The tool calls that the model has requested so far. */
  readonly toolCalls: readonly ToolCall[];
  /** How the stream ended; `undefined` before that. */
  readonly outcome: Outcome | undefined;
  /** Set when the outcome is `truncated` or `failed`. */
  readonly error: TeleprinterError | undefined;
  /** The token usage so far, if the format reports it. */
  readonly usage: Usage | undefined;
  /** The finish reason in the vendor's own word, if the format reports it. */
  readonly finishReason: string | undefined;
  /** The metrics at this change. */
  readonly metrics: Metrics;
}
