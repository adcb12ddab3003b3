import type { FormatPart, ToolCallDraft } from '../contract/format.ts';
import type { FinishOutcome } from '../contract/parts.ts';
import { providerError } from './errors.ts';
import { outcomeOf } from './outcome.ts';
import { usageOf } from './usage.ts';
import { stringOf, toJson, type Wire } from './wire.ts';

/** Emits parts from unchecked values: a value of the wrong type emits nothing. */
export interface Writer {
  text(delta: unknown, id?: unknown, refusal?: boolean): void;
  reasoning(delta: unknown, id?: unknown): void;
  call(call: { readonly [K in Exclude<keyof ToolCallDraft, 'type'>]?: unknown }): void;
  usage(raw: unknown): void;
  /** @param outcome The outcome, where this vendor uses the reason in another meaning than the others. */
  finish(reason: unknown, isLast?: boolean, outcome?: FinishOutcome): void;
  error(detail: unknown): void;
  data(name: string, data: unknown): void;
  /** Emits a part unchanged. */
  emit(part: FormatPart): void;
}

/** Makes a writer for one answer. */
export function createWriter(emit: (part: FormatPart) => void): Writer {
  function add(type: 'text' | 'reasoning', value: unknown, id: unknown, more?: object): void {
    // Some servers send a token of digits as a JSON number.
    const delta = stringOf(value);
    if (!delta) return;
    // Spreading an empty object would take longer than the rest of this function.
    if (id === undefined && !more) emit({ type, delta });
    else emit({ type, delta, ...(id === undefined ? {} : { id: stringOf(id) }), ...more });
  }
  return {
    text: (delta, id, refusal) => add('text', delta, id, refusal ? { refusal } : undefined),
    reasoning: (delta, id) => add('reasoning', delta, id),
    call: ({ id, name, delta, whole, ...call }) =>
      emit({
        type: 'tool-call',
        ...(call as object),
        id: stringOf(id),
        name: stringOf(name),
        delta: toJson(delta),
        whole: toJson(whole),
      }),
    usage(raw) {
      if (raw && typeof raw === 'object') emit({ type: 'usage', usage: usageOf(raw as Wire) });
    },
    finish(given, isLast, outcome) {
      // Some servers send these words while the model is still generating.
      const reason = typeof given === 'string' && !/^(null|none|not_finished)$/i.test(given) ? given : '';
      if (!reason && !isLast && !outcome) return;
      const finished = outcome ?? outcomeOf(reason);
      if (finished === 'failed') this.error({ code: reason, message: 'the model stopped' });
      emit({ type: 'finish', outcome: finished, reason: reason || undefined, isLast });
    },
    error: (detail) => emit({ type: 'error', error: providerError(detail) }),
    data: (name, data) => emit({ type: 'data', name, data }),
    emit,
  };
}
