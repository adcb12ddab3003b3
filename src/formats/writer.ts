import type { FormatPart, ToolCallDraft } from '../contract/format.ts';
import type { FinishOutcome } from '../contract/parts.ts';
import { providerError } from './errors.ts';
import { outcomeOf } from './outcome.ts';
import { usageOf } from './usage.ts';
import { jsonOf, wordOf, type Wire } from './wire.ts';

/** Emits parts from unchecked values: a value of the wrong kind gives no part. */
export interface Writer {
  text(delta: unknown, id?: unknown, refusal?: boolean): void;
  reasoning(delta: unknown, id?: unknown): void;
  call(call: { readonly [K in Exclude<keyof ToolCallDraft, 'type'>]?: unknown }): void;
  usage(raw: unknown): void;
  /** @param outcome What the reason means, where this vendor means something else by it than the others. */
  finish(reason: unknown, isLast?: boolean, outcome?: FinishOutcome): void;
  error(detail: unknown): void;
  data(name: string, data: unknown): void;
  /** Emits a part as it is. */
  emit(part: FormatPart): void;
}

/** Makes a writer for one answer. */
export function createWriter(emit: (part: FormatPart) => void): Writer {
  function add(type: 'text' | 'reasoning', value: unknown, id: unknown, more?: object): void {
    // Some servers send a token that looks like a number as a number.
    const delta = wordOf(value);
    if (!delta) return;
    // To spread nothing takes longer than all the rest here.
    if (id === undefined && !more) emit({ type, delta });
    else emit({ type, delta, ...(id === undefined ? {} : { id: wordOf(id) }), ...more });
  }
  return {
    text: (delta, id, refusal) => add('text', delta, id, refusal ? { refusal } : undefined),
    reasoning: (delta, id) => add('reasoning', delta, id),
    call: ({ id, name, delta, whole, ...call }) =>
      emit({
        type: 'tool-call',
        ...(call as object),
        id: wordOf(id),
        name: wordOf(name),
        delta: jsonOf(delta),
        whole: jsonOf(whole),
      }),
    usage(raw) {
      if (raw && typeof raw === 'object') emit({ type: 'usage', usage: usageOf(raw as Wire) });
    },
    finish(given, isLast, outcome) {
      // Some servers write so while the model goes on.
      const reason = typeof given === 'string' && !/^(null|none|not_finished)$/i.test(given) ? given : '';
      if (!reason && !isLast && !outcome) return;
      const known = outcome ?? outcomeOf(reason);
      if (known === 'failed') this.error({ code: reason, message: 'the model stopped' });
      emit({ type: 'finish', outcome: known, reason: reason || undefined, isLast });
    },
    error: (detail) => emit({ type: 'error', error: providerError(detail) }),
    data: (name, data) => emit({ type: 'data', name, data }),
    emit,
  };
}
