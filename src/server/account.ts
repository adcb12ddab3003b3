/**
 * The account of an answer: its outcome, text, tool calls and usage, which an application saves. It is read from the
 * answer's log, with the same formats as in the page.
 */
import type { Format, FormatPart } from '../contract/format.ts';
import type { Outcome } from '../contract/result.ts';
import type { ToolCall, Usage } from '../contract/parts.ts';
import { isDone } from '../done.ts';
import { Answer } from '../stream/answer.ts';
import { decodeEvent } from '../stream/decode.ts';
import type { AnswerLog } from './log.ts';
import type { SourceEvent } from './source.ts';
import { decodeBlock } from './wire.ts';

/**
 * The content of an answer that has ended.
 *
 * @example
 * import type { AnswerAccount } from 'teleprinter/server';
 * const isWorthSaving = ({ outcome, text }: AnswerAccount) => outcome === 'complete' && text !== '';
 */
export interface AnswerAccount {
  /** How it ended. */
  readonly outcome: Outcome;
  /** The whole text. */
  readonly text: string;
  /** The reasoning of the model; empty if the format has none. */
  readonly reasoning: string;
  /** The tool calls, in their order. */
  readonly toolCalls: readonly ToolCall[];
  /** The tokens that were used; `undefined` if the format has no usage. */
  readonly usage: Usage | undefined;
  /** Why the model stopped, in the vendor's own word; `undefined` if the format has no finish reason. */
  readonly finishReason: string | undefined;
  /** The name of the format. */
  readonly format: string;
}

/** Reads the log of one answer while it grows. */
export interface Account {
  /** Reads the new blocks, if they fill a batch. */
  update(): void;
  /**
   * Determines the outcome after the source has ended.
   * @param isCut Whether a byte stream ended within an event or a line.
   */
  determineOutcome(isCut: boolean): Promise<SourceOutcome>;
  /** Reads the rest of the log after the answer has ended. @returns The content of the answer */
  close(outcome: Outcome): AnswerAccount;
}

/** The outcome of an answer, as its source shows it. */
export interface SourceOutcome {
  readonly outcome: Outcome;
  /** Whether the source has sent its own end marker. */
  readonly hasOwnEnd: boolean;
  /** The error that the model's provider reported in the stream. */
  readonly error: unknown;
}

/**
 * How many blocks are read together, which takes half the time of reading each as it comes. A block of more `characters` is
 * read at once. At the end, reading pauses after so many `milliseconds`, so that other answers are not held up.
 */
const BATCH = { blocks: 64, characters: 1024, milliseconds: 5 };

/**
 * @param headersOf Returns the headers of the model's response, if it has one.
 * @param isReported Whether `onEnd` will get the account. Otherwise the log is read only at the end, and only if its last
 *   block is not an end marker.
 */
export function createAccount(
  format: Format,
  log: AnswerLog,
  headersOf: () => Headers | undefined,
  isReported: boolean,
): Account {
  const answer = new Answer(format, { hasPartConsumer: false });
  const reader = createSafeReader(format, answer);
  let position = 0;
  const signs: EndSigns = { hasOwnEnd: false, hasFinishField: false };

  function readTo(end: number): void {
    const headers = headersOf();
    while (position < end) {
      const event = decodeBlock(log.at(position++));
      const value = decodeEvent({ ...event, id: undefined }, 'auto');
      signs.hasOwnEnd ||= isEnd(event);
      signs.hasFinishField ||= hasFinishField(value);
      reader.add(event, value, headers);
    }
  }

  return {
    update() {
      const { length } = log;
      if (!isReported || position === length) return;
      if (length - position >= BATCH.blocks || log.at(length - 1).length > BATCH.characters) readTo(length);
    },
    async determineOutcome(isCut) {
      // Nothing is sent after an end marker, so the blocks before it need not be read.
      if (!isReported && isEnd(decodeBlock(log.at(log.length - 1))))
        return { outcome: 'complete', hasOwnEnd: true, error: undefined };
      for (let startedAt = performance.now(); position < log.length;) {
        readTo(Math.min(position + BATCH.blocks, log.length));
        if (position === log.length || performance.now() - startedAt < BATCH.milliseconds) continue;
        await new Promise((resolve) => setTimeout(resolve));
        startedAt = performance.now();
      }
      reader.end();
      const hasEnded = answer.error || answer.finish || signs.hasOwnEnd;
      const outcome = !hasEnded && (isCut || requiresEnd(answer, signs)) ? 'truncated' : answer.outcome;
      return { outcome, hasOwnEnd: signs.hasOwnEnd, error: answer.error };
    },
    close(outcome) {
      readTo(log.length);
      reader.end();
      answer.complete();
      const { text, reasoning, toolCalls, usage, finish } = answer;
      return {
        outcome,
        text,
        reasoning,
        toolCalls,
        usage,
        finishReason: finish?.reason,
        format: answer.format.name,
      };
    },
  };
}

/** What the events of an answer show about its end, beside its parts. */
interface EndSigns {
  /** Whether an event was an end marker. */
  hasOwnEnd: boolean;
  /** Whether an event had a field for a finish reason, as OpenAI's chunks have. */
  hasFinishField: boolean;
}

/** Whether the format marks the end of an answer, so that an answer without an end is truncated. */
function requiresEnd({ format: { name, hasEnd } }: Answer, { hasFinishField }: EndSigns): boolean {
  if (name === 'auto' || !hasEnd) return false;
  // Many servers send chunks in OpenAI's shape that have only text. Such a stream has no end to wait for.
  return name !== 'openaiChat' || hasFinishField;
}

/** Reads events into an answer. An error of the format's reader stops the reading, and is not thrown. */
interface SafeReader {
  add(event: SourceEvent, value: unknown, headers: Headers | undefined): void;
  /** Emits what the format's reader has held back. May be called more than once. */
  end(): void;
}

function createSafeReader(format: Format, answer: Answer): SafeReader {
  const read = format.reader();
  let state: 'reading' | 'ended' | 'unreadable' = 'reading';

  /** Of an end marker, only the parts about the end are used. */
  function addEnd(part: FormatPart): void {
    if (/^(finish|usage|error)$/.test(part.type)) answer.add(part);
  }

  function tryTo(step: () => void): void {
    try {
      step();
    } catch {
      // The reader in the page fails on the same event and reports it. The events are forwarded unchanged.
      state = 'unreadable';
    }
  }

  return {
    add(event, data, headers) {
      if (state !== 'reading') return;
      const { type, data: raw } = event;
      const isMarker = isEnd(event);
      tryTo(() => read({ type, data, raw, headers, isEnd: isMarker }, isMarker ? addEnd : answer.add));
    },
    end() {
      if (state !== 'reading') return;
      state = 'ended';
      tryTo(() => read.end?.(answer.add));
      answer.flush();
    },
  };
}

/** Whether an event is an end marker, with which the page ends the answer. */
export function isEnd({ type, data }: SourceEvent): boolean {
  return type === 'end' || isDone(data);
}

function hasFinishField(value: unknown): boolean {
  const choices = (value as { choices?: unknown } | undefined)?.choices;
  return Array.isArray(choices) && 'finish_reason' in Object(choices[0]);
}
