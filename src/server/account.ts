/** What an application saves of an answer, read with the page's own formats. */
import type { Format, FormatPart } from '../contract/format.ts';
import type { Outcome } from '../contract/result.ts';
import type { ToolCall, Usage } from '../contract/parts.ts';
import { isDone } from '../done.ts';
import { Answer } from '../stream/answer.ts';
import { decodeEvent } from '../stream/decode.ts';
import type { AnswerLog } from './log.ts';
import type { SourceEvent } from './source.ts';
import { sleep } from './time.ts';
import { decodeBlock } from './wire.ts';

/**
 * What an answer was, when it has ended.
 *
 * @example
 * import type { AnswerAccount } from 'teleprinter/server';
 * const isWorthSaving = ({ outcome, text }: AnswerAccount) => outcome === 'complete' && text !== '';
 */
export interface AnswerAccount {
  /** How it ended. */
  readonly outcome: Outcome;
  /** All of its text. */
  readonly text: string;
  /** What the model thought, where the format tells. */
  readonly reasoning: string;
  /** The tools that the model asked for, in their order. */
  readonly toolCalls: readonly ToolCall[];
  /** What it cost, where the format tells. */
  readonly usage: Usage | undefined;
  /** Why the model stopped, in the vendor's own word, where the format tells. */
  readonly finishReason: string | undefined;
  /** The name of the format. */
  readonly format: string;
}

/** Reads an answer along with its readers, from its log. */
export interface Account {
  /** Reads what has come, once that is worth while. */
  readOn(): void;
  /** What the answer is, if its source has ended here. */
  settle(isCut: boolean): Promise<Settlement>;
  /** The answer has ended: all that there is of it. */
  close(outcome: Outcome): AnswerAccount;
}

export interface Settlement {
  readonly outcome: Outcome;
  /** Whether the answer has brought an end marker of its own. */
  readonly hasOwnEnd: boolean;
  /** What the model's provider reported in the stream. */
  readonly error: unknown;
}

/**
 * So many blocks are read together, which takes half the time that reading each as it comes does; one of more characters
 * is read at once. At the end, other answers have their turn after so many milliseconds.
 */
const BATCH = { blocks: 64, characters: 1024, milliseconds: 5 };

/**
 * @param headersOf The headers of the model's response, where there is one.
 * @param isWanted Whether somebody will close it. Else it is read at the end, and only where the end is not plain.
 */
export function createAccount(
  format: Format,
  log: AnswerLog,
  headersOf: () => Headers | undefined,
  isWanted: boolean,
): Account {
  const answer = new Answer(format, () => false);
  const reading = createReading(format, answer);
  let position = 0;
  const seen: Seen = { hasOwnEnd: false, namesFinish: false };

  function readTo(end: number): void {
    const headers = headersOf();
    while (position < end) {
      const event = decodeBlock(log.at(position++));
      const value = decodeEvent({ ...event, id: undefined }, 'auto');
      seen.hasOwnEnd ||= isEnd(event);
      seen.namesFinish ||= hasFinishReason(value);
      reading.add(event, value, headers);
    }
  }

  return {
    readOn() {
      const { length } = log;
      if (!isWanted || position === length) return;
      if (length - position >= BATCH.blocks || log.at(length - 1).length > BATCH.characters) readTo(length);
    },
    async settle(isCut) {
      // Whatever else the answer has said, it has said its end.
      if (!isWanted && isEnd(decodeBlock(log.at(log.length - 1))))
        return { outcome: 'complete', hasOwnEnd: true, error: undefined };
      for (let began = Date.now(); position < log.length;) {
        readTo(Math.min(position + BATCH.blocks, log.length));
        if (position === log.length || Date.now() - began < BATCH.milliseconds) continue;
        await sleep(0);
        began = Date.now();
      }
      reading.end();
      const isTold = answer.error || answer.finish || seen.hasOwnEnd;
      const outcome = !isTold && (isCut || promisesEnd(answer, seen)) ? 'truncated' : answer.outcome;
      return { outcome, hasOwnEnd: seen.hasOwnEnd, error: answer.error };
    },
    close(outcome) {
      readTo(log.length);
      reading.end();
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

/** What an answer has shown beside its parts. */
interface Seen {
  /** An end marker of its own. */
  hasOwnEnd: boolean;
  /** A field for a finish reason, in OpenAI's shape. */
  namesFinish: boolean;
}

/** Whether the format says when an answer ends, so that one without an end is cut. */
function promisesEnd({ format: { name, hasEnd } }: Answer, { namesFinish }: Seen): boolean {
  if (name === 'auto' || !hasEnd) return false;
  // Many servers send chunks in OpenAI's shape with nothing but the text in them: those say nothing of an end.
  return name !== 'openaiChat' || namesFinish;
}

/** Reads events into an answer, whatever they do to the format. */
interface Reading {
  add(event: SourceEvent, value: unknown, headers: Headers | undefined): void;
  /** Lets the format emit what it has held back. May be called more than once. */
  end(): void;
}

function createReading(format: Format, answer: Answer): Reading {
  const read = format.reader();
  let state: 'reading' | 'ended' | 'unreadable' = 'reading';

  /** An end marker may say how the answer ended, but is no part of it. */
  function addEnd(part: FormatPart): void {
    if (/^(finish|usage|error)$/.test(part.type)) answer.add(part);
  }

  function tryTo(step: () => void): void {
    try {
      step();
    } catch {
      // The page's own reader fails here, too, and says so. The events are sent on as they are.
      state = 'unreadable';
    }
  }

  return {
    add(event, data, headers) {
      if (state !== 'reading') return;
      const { type } = event;
      const isMarker = isEnd(event);
      tryTo(() => read({ type, data, headers, isEnd: isMarker }, isMarker ? addEnd : answer.add));
    },
    end() {
      if (state !== 'reading') return;
      state = 'ended';
      tryTo(() => read.end?.(answer.add));
      answer.flush();
    },
  };
}

function isEnd({ type, data }: SourceEvent): boolean {
  return type === 'end' || isDone(data);
}

function hasFinishReason(value: unknown): boolean {
  const [choice] = (value as { choices?: readonly unknown[] } | undefined)?.choices ?? [];
  return typeof choice === 'object' && choice !== null && 'finish_reason' in choice;
}
