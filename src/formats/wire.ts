import { ProviderError } from '../errors.ts';
import type { FinishOutcome } from '../contract/parts.ts';
import type { Format, FormatEvent, FormatPart, ToolCallDraft } from '../contract/format.ts';
import { usageOf } from './usage.ts';

/** JSON of a vendor, as it arrived: whatever field is read may be missing, or be anything. */
export type Wire = { readonly [field: string]: Wire } | undefined;

/** The elements of what may be no array. */
export const listOf = (value: unknown): readonly Wire[] => (Array.isArray(value) ? (value as Wire[]) : NONE);

const NONE: readonly Wire[] = [];

/** A word of the wire, or a number; of anything else nothing, as not even `String()` is safe with what JSON can be. */
export const wordOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** Tells parts from whatever the wire has: what is not of the right kind is no part. */
export interface Writer {
  text(delta: unknown, id?: unknown, refusal?: boolean): void;
  reasoning(delta: unknown, id?: unknown): void;
  call(call: { readonly [K in Exclude<keyof ToolCallDraft, 'type'>]?: unknown }): void;
  usage(raw: unknown): void;
  /** @param outcome What the reason means, where it is not as everywhere. */
  finish(reason: unknown, isLast?: boolean, outcome?: FinishOutcome): void;
  error(detail: unknown): void;
  data(name: string, data: unknown): void;
  start(): void;
}

/** What a built-in format says of itself. */
interface WireFormat extends Pick<Format, 'name' | 'hasEnd' | 'cursor'> {
  /** The event names, with spaces between: a string can be left out of a bundle, a call that makes a list cannot. */
  readonly events?: string;
  recognises(data: Wire, event: FormatEvent): unknown;
  /** The types of events that say nothing of the answer, so that no part need tell of them. */
  readonly silent?: RegExp | undefined;
  open(): (data: Wire, write: Writer, event: FormatEvent) => void;
}

/** A format that hears of errors in the shapes of all vendors, and passes on what it does not know. */
export function wireFormat({ recognises, silent, open, events, ...format }: WireFormat): Format {
  return {
    hasEnd: true,
    ...format,
    events: `error ${events ?? 'message'}`.split(' '),
    recognises: (event) => Boolean(recognises(event.data as Wire, event)),
    reader() {
      const read = open();
      let isTold: boolean;
      let emit: (part: FormatPart) => void;
      const write = createWriter((part) => {
        isTold = true;
        emit(part);
      });
      return (event, to) => {
        const { type, data } = event;
        const wire = data as Wire;
        emit = to;
        isTold = false;
        const error = errorIn(event);
        if (error) write.error(error);
        read(wire, write, event);
        if (isTold || silent?.test(wordOf(wire?.type ?? wire?.event_type ?? type))) return;
        to({ type: 'unknown', event: type, data });
      };
    },
  };
}

/** What an event says went wrong: its name does, or its `type`, or it has an `error`. */
export function errorIn({ type, data }: FormatEvent): unknown {
  const wire = data as Wire;
  const error: unknown = wire?.error;
  const isError = says(type) || says(wire?.type) || says(wire?.event_type);
  return typeof error === 'object' && error ? error : (error || isError) && (data || type);
}

const says = (name: unknown): boolean => name === 'error';

/** The error that a vendor reports, in whichever words it has for it. */
export function providerError(detail: unknown): ProviderError {
  const wire = detail as Wire;
  const { code, type, status, error } = (wire ?? {}) as Record<string, unknown>;
  const given = wire?.message ?? wire?.errorText;
  const message = wordOf(given) || wordOf(error) || wordOf(detail) || JSON.stringify(detail);
  const providerCode =
    wordOf(code) ||
    wordOf(given && error) ||
    (type !== 'error' && wordOf(type)) ||
    wordOf(status) ||
    undefined;
  return new ProviderError(
    `The model's provider reports an error${providerCode ? ` (${providerCode})` : ''}: ${message}. What had arrived is in result.text.`,
    { providerCode, providerMessage: message, data: detail },
  );
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

/** What a vendor's word for the end means. */
function outcomeOf(reason: string): FinishOutcome {
  return OUTCOMES.find(([pattern]) => pattern.test(reason))![1];
}

const OUTCOMES: readonly (readonly [RegExp, FinishOutcome])[] = [
  [/filter|refus|safety|block|prohibit|spii|recitation|toxic|guardrail/i, 'refused'],
  [/error|fail|cancel|abort|malformed|unexpected|missing|timeout|insufficient|^OTHER/i, 'failed'],
  [/length|max|window|limit|pause|incomplete/i, 'length'],
  [/tool|function|action/i, 'tool-calls'],
  [/(?:)/, 'complete'],
];
