/** What an application saves of an answer, read with the page's own formats. */
import type { Format, FormatPart } from '../contract/format.ts';
import type { Outcome } from '../contract/result.ts';
import type { ToolCall, Usage } from '../contract/parts.ts';
import { isDone } from '../done.ts';
import { Answer } from '../stream/answer.ts';
import { decodeEvent } from '../stream/decode.ts';
import type { SourceEvent } from './source.ts';

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

/** Reads an answer along with its readers. */
export interface Account {
  add(events: readonly SourceEvent[], headers: Headers | undefined): void;
  /** What the answer is, if its source has ended here. */
  settle(isCut: boolean): Settlement;
  close(outcome: Outcome): AnswerAccount;
}

interface Settlement {
  readonly outcome: Outcome;
  /** Whether the answer has brought an end marker of its own. */
  readonly hasOwnEnd: boolean;
  /** What the model's provider reported in the stream. */
  readonly error: unknown;
}

export function createAccount(format: Format): Account {
  const answer = new Answer(format, () => false);
  const reading = createReading(format, answer);
  const batch = createBatch(read);
  let headers: Headers | undefined;
  let hasOwnEnd = false;
  let namesFinish = false;

  /** Whether the format says when an answer ends, so that one without an end is cut. */
  function promisesEnd(): boolean {
    const { name, hasEnd } = answer.format;
    if (name === 'auto' || !hasEnd) return false;
    // Many servers send chunks in OpenAI's shape with nothing but the text in them: those say nothing of an end.
    return name !== 'openaiChat' || namesFinish;
  }

  function read(event: SourceEvent): void {
    const value = decodeEvent({ ...event, id: undefined }, 'auto');
    hasOwnEnd ||= isEnd(event);
    namesFinish ||= hasFinishReason(value);
    reading.add(event, value, headers);
  }

  function readAll(): void {
    batch.flush();
    reading.end();
  }

  function outcomeOf(isCut: boolean): Outcome {
    if (answer.error || answer.finish || hasOwnEnd) return answer.outcome;
    return isCut || promisesEnd() ? 'truncated' : answer.outcome;
  }

  return {
    add(events, given) {
      headers = given;
      batch.add(events);
    },
    settle(isCut) {
      readAll();
      return { outcome: outcomeOf(isCut), hasOwnEnd, error: answer.error };
    },
    close(outcome) {
      readAll();
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

/** Events that are read together: that takes half the time that reading each as it comes does. */
interface Batch {
  add(events: readonly SourceEvent[]): void;
  flush(): void;
}

const BATCH = { events: 64, characters: 65_536 };

function createBatch(read: (event: SourceEvent) => void): Batch {
  let waiting: SourceEvent[] = [];
  let characters = 0;
  function flush(): void {
    const all = waiting;
    waiting = [];
    characters = 0;
    for (const event of all) read(event);
  }
  return {
    add(events) {
      for (const event of events) {
        waiting.push(event);
        characters += event.data.length;
      }
      if (waiting.length >= BATCH.events || characters >= BATCH.characters) flush();
    },
    flush,
  };
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
      answer.release();
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
