import { createDepthGauge, MAX_DEPTH } from '../depth.ts';
import type { ProviderError } from '../errors.ts';
import type { Format, FormatPart, ToolCallDraft } from '../contract/format.ts';
import type { Outcome } from '../contract/result.ts';
import type { FinishOutcome, FinishPart, Part, ToolCall, ToolCallPart, Usage } from '../contract/parts.ts';

/** The answer of one stream, as far as it has come. */
export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly ToolCall[];
  readonly usage: Usage | undefined;
  readonly finish: FinishPart | undefined;
  /** What the provider reported. */
  readonly error: ProviderError | undefined;
  /** The format, another one once it is found out. */
  readonly format: Format;
  /** `finished`: the server may close. `over`: nothing follows. */
  readonly progress: 'going' | 'finished' | 'over';
  /** The outcome, if the stream ends in good order here. */
  readonly outcome: Outcome;
  /** What a page that is reloaded needs to go on. */
  keep(): KeptAnswer;
  /** All of it at once, for who has heard nothing yet. */
  parts(): readonly Part[];
  /** Adds what the format tells. A function of its own, as a format gets it. */
  readonly add: (draft: FormatPart) => void;
  /** The answer has ended in good order: no call is arriving any more. */
  complete(): void;
  /** A number that grows with what is added. */
  readonly changes: number;
  /** What was added since this was called last, as far as somebody listens. */
  news(): readonly Part[] | undefined;
}

/** An answer that is kept over a reload. */
export type KeptAnswer = readonly [text: string, reasoning: string, calls: readonly Call[]];

interface Call extends Omit<ToolCall, 'input'> {
  readonly key: unknown;
  /** The arguments so far. */
  json: string;
  input?: unknown;
  isDone?: boolean;
}

/**
 * @param isHeard Whether somebody listens to what is added.
 * @param kept What an earlier page left.
 */
export function createAnswer(initial: Format, isHeard: () => boolean, kept?: KeptAnswer): Answer {
  const [keptText, keptReasoning, keptCalls] = kept ?? ['', '', []];
  const text = createText(keptText);
  const reasoning = createText(keptReasoning);
  const calls = [...keptCalls];
  const open = new Map(calls.filter(({ isDone }) => !isDone).map((call) => [call.key, call]));
  let newest = calls.at(-1);
  let toolCalls: readonly ToolCall[] | undefined;
  let usage: Usage | undefined;
  let finish: FinishPart | undefined;
  let error: ProviderError | undefined;
  let format = initial;
  let progress: Answer['progress'] = 'going';
  let isRefused = false;
  /** What came last is a call that the page has to answer. */
  let isPending = false;
  let news: Part[] | undefined;
  let changes = 0;

  /** Some vendors finish the same way, whatever they finish with. */
  function finished(outcome: FinishOutcome): FinishOutcome {
    return outcome !== 'complete' ? outcome : isRefused ? 'refused' : isPending ? 'tool-calls' : outcome;
  }

  function tell(part: Part): void {
    changes++;
    if (!isHeard()) return;
    if (news) news.push(part);
    else news = [part];
  }

  function addCall(draft: ToolCallDraft): void {
    const { key, id, name, whole, done, providerExecuted } = draft;
    let call = key === undefined ? newest : open.get(key);
    // A new call has a name. Some servers give each piece of a call an ID of its own.
    if (!call || call.isDone || (id && name && id !== call.id)) {
      // The end of what was no call.
      if (!id && !name && !draft.delta) return;
      const number = calls.length + 1;
      call = { key: key ?? number, id: id || `call-${number}`, name: name ?? '', json: '', providerExecuted };
      calls.push(call);
      open.set(call.key, call);
      newest = call;
    }
    isPending = !call.providerExecuted;
    const delta = draft.delta || (call.json ? '' : (whole ?? ''));
    call.json += delta;
    if (done) completeCall(call, delta);
    else tell(partOf(call, delta));
  }

  function completeCall(call: Call, delta: string): void {
    call.isDone = true;
    call.input = call.json;
    try {
      // A call without arguments has none to parse.
      if (createDepthGauge()(call.json) <= MAX_DEPTH) call.input = JSON.parse(call.json || '{}');
    } catch {
      // What is not JSON stays the string that it is.
    }
    open.delete(call.key);
    tell(partOf(call, delta));
  }

  function complete(): void {
    for (const call of open.values()) completeCall(call, '');
    toolCalls = undefined;
  }

  function add(draft: FormatPart): void {
    switch (draft.type) {
      case 'text':
        if (!draft.delta) return;
        progress = 'going';
        isPending = false;
        isRefused ||= draft.refusal === true;
        text.add(draft.delta);
        break;
      case 'reasoning':
        if (!draft.delta) return;
        progress = 'going';
        reasoning.add(draft.delta);
        break;
      case 'tool-call':
        progress = 'going';
        toolCalls = undefined;
        return addCall(draft);
      case 'usage':
        usage = merge(usage, draft.usage);
        return tell({ type: 'usage', usage });
      case 'finish':
        complete();
        progress = draft.isLast ? 'over' : 'finished';
        finish = { type: 'finish', outcome: finished(draft.outcome), reason: draft.reason };
        return tell(finish);
      case 'error':
        // What follows an error says the same again.
        if (error) return;
        error = draft.error;
        break;
      case 'data':
        isPending = false;
        break;
      case 'unknown':
        break;
      case 'start':
        progress = 'going';
        finish = undefined;
        return;
      case 'format':
        format = draft.format;
        return;
      default:
        draft satisfies never;
    }
    tell(draft);
  }

  return {
    get text() {
      return text.all;
    },
    get reasoning() {
      return reasoning.all;
    },
    get toolCalls() {
      return (toolCalls ??= calls.map(({ id, name, json, isDone, input, providerExecuted }) => ({
        id,
        name,
        input: isDone ? input : json,
        ...(providerExecuted && { providerExecuted }),
      })));
    },
    get usage() {
      return usage;
    },
    get finish() {
      return finish;
    },
    get error() {
      return error;
    },
    get format() {
      return format;
    },
    get progress() {
      return error ? 'over' : progress;
    },
    get outcome() {
      return error ? 'failed' : (finish?.outcome ?? finished('complete'));
    },
    // Copies of what still changes; the arguments are strings, which are shared.
    keep: () => [text.all, reasoning.all, calls.map((call) => ({ ...call }))],
    parts: () => [
      ...(reasoning.all ? [{ type: 'reasoning', delta: reasoning.all } as const] : []),
      ...(text.all ? [{ type: 'text', delta: text.all } as const] : []),
      ...calls.map((call) => partOf(call, call.json)),
    ],
    add,
    complete,
    get changes() {
      return changes;
    },
    news() {
      const all = news;
      news = undefined;
      return all;
    },
  };
}

function partOf({ id, name, providerExecuted, isDone, input }: Call, delta: string): ToolCallPart {
  return {
    type: 'tool-call',
    id,
    name,
    delta,
    ...(isDone && { input }),
    ...(providerExecuted && { providerExecuted }),
  };
}

/** The newest of each, as some vendors tell a part at the start and the rest at the end. */
function merge(before: Usage | undefined, { raw, ...counts }: Usage): Usage {
  const known = Object.entries(counts).filter(([, count]) => count !== undefined);
  return {
    ...before,
    ...Object.fromEntries(known),
    raw: { ...(before?.raw as object), ...(raw as object) },
  } as Usage;
}

/** A text that grows by small pieces. */
function createText(start: string): { readonly all: string; add(delta: string): void } {
  let all = start;
  let newest = '';
  return {
    get all() {
      return newest ? all + newest : all;
    },
    add(delta) {
      newest += delta;
      if (newest.length < PIECE) return;
      // V8 keeps a tree of all that was appended, 20 bytes a piece, until a regular expression looks at it.
      if (FLATTEN.test(newest)) all += newest;
      newest = '';
    },
  };
}

/** In characters: a tree of the small pieces of so many is still in the processor's cache, which makes it cheap to walk. */
const PIECE = 1024;
const FLATTEN = /(?:)/;
