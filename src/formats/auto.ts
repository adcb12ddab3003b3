import type { Format, FormatEvent, FormatName, FormatPart, FormatReader } from '../contract/format.ts';
import { OptionsError } from '../errors.ts';
import * as formats from './all.ts';
import { opened, recognise } from './envelope.ts';
import { errorIn, providerError } from './errors.ts';
import { createExtraFields } from './extra-fields.ts';
import { kindOf, nameOf, NAMES, plain } from './plain.ts';
import { rowFormats } from './rows.ts';
import { stringOf, unquoted, type Wire } from './wire.ts';
import { createWriter } from './writer.ts';

/** How many events may wait until the format is detected. */
const MAX_WAITING = 16;
/** How many unnamed text events make a stream plain. Fewer may be greetings, such as `connected`. */
const PLAIN_TEXTS = 3;

/**
 * Detects the format of a stream by the response's headers and the exact types and shapes of its first events. The
 * detected format also reads the events that came before. A stream that no format recognises is read by `plain()`, and an
 * error ends it, too. A stream that ends before any event shows its format is `truncated`.
 *
 * @param own Your own formats, each with `recognises`. They are tried first. One with the name of a built-in format
 *   replaces it.
 * @example
 * import { auto, stream, type Format } from 'teleprinter';
 * const house: Format = {
 *   name: 'house',
 *   recognises: ({ data }) => typeof data === 'object' && data !== null && 'token' in data,
 *   reader: () => ({ data }, emit) => emit({ type: 'text', delta: (data as { token: string }).token }),
 * };
 * const answer = stream('/api/chat', { format: auto(house) });
 */
export function auto(...own: readonly Format[]): Format {
  const others = builtIn().filter(({ name }) => !own.some((format) => format.name === name));
  const known = [...own, ...others];
  const fallback = own.find(({ name }) => name === 'plain') ?? plain();
  const candidates = known.filter((format) => format !== fallback);
  return {
    name: 'auto',
    events: [...(fallback.events ?? []), ...known.flatMap(({ events = [] }) => events)],
    // An empty answer is not complete.
    hasEnd: true,
    think: fallback.think,
    reader: () => createReader(candidates, fallback),
  };
}

/** The built-in formats. They are created once, which is safe because only readers have state. */
const builtIn = (): readonly Format[] =>
  (builtInFormats ??= [...Object.values(formats).map((create) => create()), ...rowFormats()]);
let builtInFormats: readonly Format[] | undefined;

/**
 * Reads with the detected format. Until a connection has brought the first delta, an event that only another format
 * recognises makes the reader switch to that format.
 */
function createReader(candidates: readonly Format[], fallback: Format): FormatReader {
  let read = detect(candidates, fallback);
  let format: Format | undefined;
  let isConfirmed: unknown;
  let headers: Headers | undefined;
  const reader: FormatReader = (event, emit) => {
    // After a reconnect, a gateway may continue with another model.
    if (event.headers !== headers) isConfirmed = false;
    ({ headers } = event);
    if (isConfirmed) return read(event, emit);
    const isMismatch = format && event.type !== 'text/plain' && !format.recognises?.(event);
    const other = isMismatch && candidates.find((candidate) => candidate.recognises?.(event));
    if (other) {
      isConfirmed = true;
      read = other.reader();
      emit({ type: 'format', format: other });
    }
    read(event, (part) => {
      if (part.type === 'format') ({ format } = part);
      isConfirmed ||= format && 'delta' in part;
      emit(part);
    });
  };
  // Only the detection holds text back.
  reader.held = read.held!;
  reader.end = (emit) => read.end?.(emit);
  return reader;
}

/** Holds the first events back until one shows the format, then reads all of them with that format. */
function detect(candidates: readonly Format[], fallback: Format): FormatReader {
  let read: FormatReader | undefined;
  /** The events that are held back. */
  let waiting: FormatEvent[] = [];
  /** The first events that the fallback has read. A feed that no format recognises has any number of them. */
  let flushed: FormatEvent[] = [];
  /** How many texts have come, and how many of them are JSON strings. */
  let [textCount, quotedCount] = [0, 0];

  function choose(format: Format, reader: FormatReader, events: readonly FormatEvent[], emit: Emit): void {
    read = reader;
    waiting = [];
    flushed = [];
    emit({ type: 'format', format });
    for (const event of events) reader(event, emit);
  }

  const openPlain = (): FormatReader => createFallbackReader(fallback, () => quotedCount === textCount);
  const readPlain = openPlain();

  /** Reads all waiting events but the last `keep` with the fallback. */
  function flush(keep: number, emit: Emit): void {
    for (const event of waiting.splice(0, waiting.length - keep)) {
      if (flushed.length < MAX_WAITING) flushed.push(event);
      readPlain(event, emit);
    }
  }

  const reader: FormatReader = (given, emit) => {
    if (read) return read(given, emit);
    const recognised = recognise(candidates, given);
    if (recognised) {
      // The text so far was a greeting.
      if (textCount && flushed.length) emit({ type: 'rollback' });
      return choose(...recognised, [...flushed, ...waiting, given], emit);
    }
    const event = opened(given);
    const isError = errorOf(event);
    if (event.isEnd && !isError) return;
    waiting.push(given);
    if (isError) return flush(0, emit);
    const isText = fallback.recognises?.(event);
    if (isText) {
      textCount++;
      quotedCount += Number(unquoted(event.data) !== event.data);
    } else if (!textCount || !isFinish(event, fallback)) return flush(MAX_WAITING, emit);
    if (isText && !mayBeGreeting(event)) {
      if (textCount > 1 && flushed.length) emit({ type: 'rollback' });
      choose(fallback, openPlain(), withoutGreetings([...flushed, ...waiting], emit), emit);
    } else if (!isText || textCount === PLAIN_TEXTS) choose(fallback, readPlain, waiting, emit);
    else flush(1, emit);
  };
  reader.held = () => textOf(waiting, openPlain());
  reader.end = (emit) => {
    if (!read && textCount) choose(fallback, readPlain, waiting, emit);
    else flush(0, emit);
    read?.end?.(emit);
  };
  return reader;
}

/** The error that an event of a custom server reports: also by words that begin with it, or by a name such as `run.failed`. */
function errorOf(event: FormatEvent): unknown {
  const { data } = event;
  if (typeof data === 'string') {
    if (/^"?\[error]/i.test(data)) return unquoted(data);
    if (event.type === 'message') return undefined;
  }
  const { status, message, ok, errorMessage, error_message, exception } = (data ?? {}) as NonNullable<Wire>;
  // The status of an end is that of the run.
  const name = status && kindOf(event) === 'end' ? `run_${stringOf(status)}` : nameOf(event);
  return (
    errorIn(event) ??
    (errorMessage ||
      error_message ||
      exception ||
      ((ok as unknown) === false && message) ||
      (name && FAILURE.test(name) && (data || name)))
  );
}

const FAILURE =
  /^((stream|chat|agent|run|message|response|turn|server|llm|api)[._-]?)?(error|fail(ed|ure)|abort(ed)?|cancell?ed|timeout)$/i;

/** Last words of custom servers, such as `[END]` and Laravel's `</stream>`. A model may write them, too. */
const LAST_WORD = /^([[<]([A-Z]+_)*(END|STOP|EOS|EOF|COMPLETED?|FINISHED)(_[A-Z]+)*[\]>]|<\/stream>)$/;

/** A reader that also emits errors, unquotes texts that are JSON strings, and leaves out a last word. */
function createFallbackReader(format: Format, isQuoted: () => boolean): FormatReader {
  const read = format.reader();
  const emitExtraFields = createExtraFields(`${NAMES.text} reasoning choices`, true);
  /** It is text if something comes after it. */
  let lastWord: FormatEvent | undefined;

  const reader: FormatReader = (event, emit) => {
    if (lastWord) readNext(lastWord, emit);
    lastWord = undefined;
    if (typeof event.data === 'string' && event.data.length < 24 && LAST_WORD.test(event.data))
      lastWord = event;
    else readNext(event, emit);
  };

  function readNext(given: FormatEvent, emit: Emit): void {
    const event = opened(given);
    const { data } = event;
    const error = errorOf(event);
    if (error) emit({ type: 'error', error: providerError((error as Wire)?.json ?? error) });
    else if (typeof data === 'string') read(isQuoted() ? { ...event, data: unquoted(data) } : event, emit);
    else {
      const write = createWriter(emit);
      write.usage((data as Wire)?.usage);
      read(event, (part) => {
        const { finish_reason, finishReason = finish_reason } = (data ?? {}) as NonNullable<Wire>;
        if (part.type === 'unknown') return emit({ ...part, event: given.type, data: given.data });
        if (part.type === 'finish' && finishReason) return write.finish(finishReason, true);
        emit(part);
        emitExtraFields(data as Wire, write);
      });
    }
  }

  reader.end = (emit) => {
    if (lastWord) emit({ type: 'unknown', event: lastWord.type, data: lastWord.data });
    read.end?.(emit);
  };
  return reader;
}

/** Removes the greetings, which become `unknown` parts. Called when named text or JSON text has followed them. */
function withoutGreetings(events: readonly FormatEvent[], emit: Emit): FormatEvent[] {
  return events.filter((event) => {
    const { type, data } = event;
    if (!mayBeGreeting(opened(event))) return true;
    emit({ type: 'unknown', event: type, data });
    return false;
  });
}

/** Whether a text event may be a greeting: an unnamed event of an event stream, whose data is a string or has a `message`. */
const mayBeGreeting = ({ type, data, headers }: FormatEvent): boolean =>
  type === 'message' &&
  (typeof data === 'string' || typeof ((data as Wire)?.message ?? {}) !== 'object') &&
  !headers?.get('content-type')?.includes('json');

/** Whether a format reads an event as the finish of an answer. */
function isFinish(event: FormatEvent, format: Format): boolean {
  let hasFinished = false;
  format.reader()(event, ({ type }) => (hasFinished ||= type === 'finish'));
  return hasFinished;
}

/** The text that a reader finds in events. */
function textOf(events: readonly FormatEvent[], read: FormatReader): string {
  let text = '';
  for (const event of events) read(event, (part) => (text += part.type === 'text' ? part.delta : ''));
  return text;
}

type Emit = (part: FormatPart) => void;

/** The format for the value of the option `format`. @throws OptionsError if no format has that name */
export function formatOf(option: Format | FormatName = 'auto'): Format {
  if (typeof option !== 'string') return option;
  if (option === 'auto') return auto();
  const all = [plain(), ...builtIn()];
  const format = all.find(({ name }) => name === option);
  if (format) return format;
  const names = ['auto', ...all.map(({ name }) => name)].join(', ');
  throw new OptionsError(`There is no format '${option}'. There are: ${names}.`, { option: 'format' });
}
