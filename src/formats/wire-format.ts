import type { FinishOutcome } from '../contract/parts.ts';
import type { Format, FormatEvent, FormatPart, ToolCallDraft } from '../contract/format.ts';
import { errorIn, providerError } from './errors.ts';
import { outcomeOf } from './outcome.ts';
import { usageOf } from './usage.ts';
import { wordOf, type Wire } from './wire.ts';

/** What a built-in format says of itself. */
interface WireFormat extends Pick<Format, 'name' | 'hasEnd' | 'cursor'> {
  /** The event names, separated by spaces: bundlers can drop an unused string, but not a call that makes a list. */
  readonly events?: string;
  recognises(data: Wire, event: FormatEvent): unknown;
  /** The types of events that carry nothing for the page: where they give no part, they are not `unknown`. */
  readonly silent?: RegExp | undefined;
  open(): (data: Wire, write: Writer, event: FormatEvent) => void;
}

/** Makes a format that understands the errors of all vendors, and passes on events that it does not know. */
export function wireFormat({ recognises, silent, open, events, ...format }: WireFormat): Format {
  return {
    hasEnd: true,
    ...format,
    events: `error ${events ?? 'message'}`.split(' '),
    recognises: (event) => Boolean(recognises(event.data as Wire, event)),
    reader() {
      const read = open();
      let hasWritten: boolean;
      let emit: (part: FormatPart) => void;
      const write = createWriter((part) => {
        hasWritten = true;
        emit(part);
      });
      return (event, to) => {
        const { type, data } = event;
        const wire = data as Wire;
        emit = to;
        hasWritten = false;
        const error = errorIn(event);
        if (error) write.error(error);
        read(wire, write, event);
        if (hasWritten || silent?.test(wordOf(wire?.type ?? wire?.event_type ?? type))) return;
        to({ type: 'unknown', event: type, data });
      };
    },
  };
}

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
  start(): void;
}

function createWriter(emit: (part: FormatPart) => void): Writer {
  function add(type: 'text' | 'reasoning', delta: unknown, id: unknown, more?: object): void {
    if (!delta || typeof delta !== 'string') return;
    // To spread nothing takes longer than all the rest here.
    if (id === undefined && !more) emit({ type, delta });
    else emit({ type, delta, ...(id === undefined ? {} : { id: wordOf(id) }), ...more });
  }
  const jsonOf = (value: unknown): string | undefined =>
    value === undefined || value === null
      ? undefined
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);
  return {
    text: (delta, id, refusal) => add('text', delta, id, refusal ? { refusal } : undefined),
    reasoning: (delta, id) => add('reasoning', delta, id),
    call: ({ delta, whole, ...call }) =>
      emit({ type: 'tool-call', ...(call as object), delta: jsonOf(delta), whole: jsonOf(whole) }),
    usage(raw) {
      if (raw && typeof raw === 'object') emit({ type: 'usage', usage: usageOf(raw as Wire) });
    },
    finish(given, isLast, outcome) {
      const reason = typeof given === 'string' ? given : '';
      if (!reason && !isLast) return;
      const known = outcome ?? outcomeOf(reason);
      if (known === 'failed') this.error({ code: reason, message: 'the model stopped' });
      emit({ type: 'finish', outcome: known, reason: reason || undefined, isLast });
    },
    error: (detail) => emit({ type: 'error', error: providerError(detail) }),
    data: (name, data) => emit({ type: 'data', name, data }),
    start: () => emit({ type: 'start' }),
  };
}
