/**
 * The event stream that a relay writes:
 *
 * - `: heartbeat 15000` is the first comment of every response. It is repeated whenever nothing else has been sent for so
 *   many milliseconds. A client that reads comments treats the connection as dead after a silence of two and a half times
 *   this number.
 * - `id: <answer>:<n>` precedes each event. `<answer>` is 32 hexadecimal digits, `<n>` counts the answer's events from 1. A
 *   new answer begins with `id: <answer>:0` in a block without data, which dispatches no event but sets the last event ID,
 *   so that a connection lost before the first token can be resumed.
 * - The end has the ID `<answer>:end`. It is `event: end` with `{"outcome":"complete"}` (or another outcome), or
 *   `event: error` with `{"code":…,"message":…}`. An answer with its own end (`data: [DONE]`, an event named `end`) gets no
 *   second one.
 */
import { encode, encodeComment } from 'eventsource-encoder';
import type { AnswerEnd, Failure } from './store.ts';

/** An event ID of a relay: an answer, and a position in it. */
export interface EventId {
  readonly id: string;
  /** The number of the event, which is the number of events that the reader has; `Infinity` for the end. */
  readonly position: number;
}

/** Why an answer is not whole: the `code` and the `message` in the data of its `error` event. */
export const PROBLEMS = {
  model: 'The model failed before the answer was whole.',
  truncated: "The model's stream ended before its answer was whole.",
  abandoned: 'Nobody was reading, so the model was stopped before the answer was whole.',
  'too-large': 'The answer is larger than the server allows, so it was cut.',
  'too-old': 'The answer took longer than the server allows, so it was cut.',
  cut: 'The process that made this answer is gone, so it was cut.',
} as const;

/** The code of a problem. */
export type Problem = keyof typeof PROBLEMS;

/** Encodes an event of the model without its ID, and with its data unchanged. */
export function encodeBlock(event: string | undefined, data: string): string {
  if (event && event !== 'message') return encode({ event, data });
  const block = `data: ${data}\n\n`;
  // Usually JSON, without line ends. Searching the whole block flattens its string, and the log keeps the flat one.
  return LINE_END.test(block) ? encode({ data }) : block;
}

/** Matches a line end, except those of the blank line that ends a block. */
const LINE_END = /[\r\n](?!\n?$)/;

/** Decodes a block as the page does. */
export function decodeBlock(block: string): { readonly type: string; readonly data: string } {
  const end = block.indexOf('\n');
  if (end === block.length - 2 && block.startsWith('data: '))
    return { type: 'message', data: block.slice(6, end) };
  const fields = block.slice(0, -2).split('\n');
  const valuesOf = (name: string): readonly string[] =>
    fields.flatMap((field) => (field.startsWith(name) ? field.slice(name.length) : []));
  return { type: valuesOf('event: ')[0] ?? 'message', data: valuesOf('data: ').join('\n') };
}

/** The end of an answer that is complete, or was stopped. */
export function endOf(outcome: string): AnswerEnd {
  return { block: encodeBlock('end', JSON.stringify({ outcome })) };
}

/** The end of an answer that is not whole. */
export function problemEnd(code: Problem, failure?: Failure): AnswerEnd {
  const data = JSON.stringify({ code, message: PROBLEMS[code], ...(failure && { status: failure.status }) });
  return { block: encodeBlock('error', data), failure };
}

/** The end of an answer whose process died. */
export const CUT: AnswerEnd = problemEnd('cut');

/** The end of an answer that failed before its first event because its client left, as before its question had come whole. */
export const UNASKED: AnswerEnd = problemEnd('abandoned', { status: 503, retryAfter: '1' });

/** The heartbeat comment, which also announces the interval. */
export function heartbeat(interval: number): string {
  return encodeComment(`heartbeat ${interval}`);
}

/** The `id` line that precedes an event. */
export function idLine(id: string, position: number): string {
  return `id: ${id}:${position === Infinity ? 'end' : position}\n`;
}

/** Parses an event ID of a relay, such as `Last-Event-ID`; `undefined` if it is not one. */
export function parseEventId(value: string): EventId | undefined {
  // An attacker may send megabytes: the anchored expression fails at the first wrong character.
  const match = /^([0-9a-f]{32}):(end|\d{1,12})$/.exec(value);
  if (!match) return undefined;
  const [, id, position] = match as unknown as [string, string, string];
  return { id, position: position === 'end' ? Infinity : Number(position) };
}

/** 128 random bits in hexadecimal digits. */
export function createId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
