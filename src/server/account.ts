/** What an application saves of an answer, read with the page's own formats. The only file of the room that knows them. */
import type { Format, FormatName, FormatPart } from '../contract/format.ts';
import type { Outcome } from '../contract/result.ts';
import type { ToolCall, Usage } from '../contract/parts.ts';
import { formatOf } from '../formats/auto.ts';
import { Answer } from '../stream/answer.ts';
import type { SourceEvent } from './source.ts';

/** What an answer was, when it has ended. */
export interface AnswerAccount {
  readonly outcome: Outcome;
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage | undefined;
  /** Why the model stopped, in the vendor's own word, where the format tells. */
  readonly finishReason: string | undefined;
  /** The name of the format. */
  readonly format: string;
}

/** Reads an answer along with its readers. */
export interface Account {
  add(events: readonly SourceEvent[], headers: Headers | undefined): void;
  /** Whether the answer has brought an end marker of its own. */
  readonly hasOwnEnd: boolean;
  /** What the model's provider reported in the stream. */
  readonly error: unknown;
  /** What the answer is, if its source has ended here. */
  outcome(isCut: boolean): Outcome;
  close(outcome: Outcome): AnswerAccount;
}

export function createAccount(option: Format | FormatName | undefined): Account {
  const format = formatOf(option);
  const answer = new Answer(format, () => false);
  const read = format.reader();
  let hasOwnEnd = false;
  let namesFinish = false;
  let isUnreadable = false;
  let hasEnded = false;

  /** An end marker may say how the answer ended, but is no part of it. */
  function addEnd(part: FormatPart): void {
    if (/^(finish|usage|error)$/.test(part.type)) answer.add(part);
  }

  function add({ type, data, value }: SourceEvent, headers: Headers | undefined): void {
    const isEnd = type === 'end' || data === '[DONE]';
    hasOwnEnd ||= isEnd;
    namesFinish ||= hasFinishReason(value);
    readSafely(() => read({ type, data: value, headers, isEnd }, isEnd ? addEnd : answer.add));
  }

  /** Lets the format emit what it has held back. */
  function endReading(): void {
    if (hasEnded) return;
    hasEnded = true;
    readSafely(() => read.end?.(answer.add));
  }

  function readSafely(step: () => void): void {
    if (isUnreadable) return;
    try {
      step();
    } catch {
      // The page's own reader fails here, too, and says so. The events are sent on as they are.
      isUnreadable = true;
    }
  }

  /** Whether the format says when an answer ends, so that one without an end is cut. */
  function promisesEnd(): boolean {
    const { name, hasEnd } = answer.format;
    if (name === 'auto' || !hasEnd) return false;
    // Many servers send chunks in OpenAI's shape with nothing but the text in them: those say nothing of an end.
    return name !== 'openaiChat' || namesFinish;
  }

  return {
    add(events, headers) {
      for (const event of events) add(event, headers);
    },
    get hasOwnEnd() {
      return hasOwnEnd;
    },
    get error() {
      return answer.error;
    },
    outcome(isCut) {
      endReading();
      if (answer.error || answer.finish || hasOwnEnd) return answer.outcome;
      return isCut || promisesEnd() ? 'truncated' : answer.outcome;
    },
    close(outcome) {
      endReading();
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

function hasFinishReason(value: unknown): boolean {
  const [choice] = (value as { choices?: readonly unknown[] } | undefined)?.choices ?? [];
  return typeof choice === 'object' && choice !== null && 'finish_reason' in choice;
}
