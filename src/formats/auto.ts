import type { Format, FormatEvent, FormatName, FormatPart, FormatReader } from '../contract/format.ts';
import { OptionsError } from '../errors.ts';
import * as formats from './all.ts';
import { recognise } from './envelope.ts';
import { errorIn, providerError } from './errors.ts';
import { plain } from './plain.ts';
import { rowFormats } from './table.ts';
import { unquoted, type Wire } from './wire.ts';

/** How many events may wait for one that tells the format. */
const MAX_WAITING = 16;
/** How many texts without a name make a stream plain: fewer may be greetings. */
const PLAIN_TEXTS = 3;

/**
 * Detects the format by the response's headers and the first events, by exact types and shapes. What came before it is
 * recognised is read by it. A stream that no format recognises is read as `plain()` reads it, and an error ends it, too;
 * one that has ended before anything tells is cut.
 *
 * @param own Formats of your own, each with `recognises`, which are asked first. One with the name of a built-in format
 *   takes its place.
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
    // An answer of which nothing came is not whole.
    hasEnd: true,
    think: fallback.think,
    reader: () => createReader(candidates, fallback),
  };
}

/** Made once: a format keeps no state, but its readers do. */
const builtIn = (): readonly Format[] =>
  (made ??= [...Object.values(formats).map((create) => create()), ...rowFormats()]);
let made: readonly Format[] | undefined;

/**
 * Reads in the format that is detected; in another one, if that turns out before anything of the answer has come on a
 * connection.
 */
function createReader(candidates: readonly Format[], fallback: Format): FormatReader {
  let read = detect(candidates, fallback);
  let format: Format | undefined;
  let isSure: unknown;
  let headers: Headers | undefined;
  const reader: FormatReader = (event, emit) => {
    // A gateway may go on with another model, on another connection.
    if (event.headers !== headers) isSure = false;
    ({ headers } = event);
    if (isSure) return read(event, emit);
    const isOther = format && event.type !== 'text/plain' && !format.recognises?.(event);
    const other = isOther && candidates.find((candidate) => candidate.recognises?.(event));
    if (other) {
      isSure = true;
      read = other.reader();
      emit({ type: 'format', format: other });
    }
    read(event, (part) => {
      if (part.type === 'format') ({ format } = part);
      isSure ||= format && 'delta' in part;
      emit(part);
    });
  };
  // Of what is read in a format nothing is held back.
  reader.held = read.held!;
  reader.end = (emit) => read.end?.(emit);
  return reader;
}

function detect(candidates: readonly Format[], fallback: Format): FormatReader {
  let readPlain: FormatReader | undefined;
  let read: FormatReader | undefined;
  /** Events that wait for one that tells the format. */
  let waiting: FormatEvent[] = [];
  /** Events that waited no longer and were read as plain. */
  let shown: FormatEvent[] = [];
  let texts = 0;

  function settle(format: Format, reader: FormatReader, events: readonly FormatEvent[], emit: Emit): void {
    read = reader;
    waiting = [];
    shown = [];
    emit({ type: 'format', format });
    for (const event of events) reader(event, emit);
  }

  const plainReader = (): FormatReader => (readPlain ??= readerOf(fallback, waiting));

  /** Reads all events but the last few as plain. */
  function show(keep: number, emit: Emit): void {
    const reader = plainReader();
    for (const event of waiting.splice(0, waiting.length - keep)) {
      shown.push(event);
      reader(event, emit);
    }
  }

  const reader: FormatReader = (event, emit) => {
    if (read) return read(event, emit);
    const recognised = recognise(candidates, event);
    if (recognised) {
      // What came before was a greeting, not text.
      if (texts && shown.length) emit({ type: 'rollback' });
      return settle(...recognised, [...shown, ...waiting, event], emit);
    }
    const isError = errorIn(event);
    if (event.isEnd && !isError) return;
    waiting.push(event);
    if (isError) return show(0, emit);
    const isText = fallback.recognises?.(event);
    if (isText) texts++;
    else if (!texts || !isFinish(event, fallback)) return show(MAX_WAITING, emit);
    if (isText && !isGreeting(event)) {
      if (texts > 1 && shown.length) emit({ type: 'rollback' });
      readPlain = undefined;
      settle(fallback, plainReader(), withoutGreetings([...shown, ...waiting], emit), emit);
    } else if (!isText || texts === PLAIN_TEXTS) settle(fallback, plainReader(), waiting, emit);
    else show(1, emit);
  };
  reader.held = () => textOf(waiting, readerOf(fallback, waiting));
  reader.end = (emit) => {
    if (!read && texts) settle(fallback, plainReader(), waiting, emit);
    read?.end?.(emit);
  };
  return reader;
}

/** A reader that tells errors, too, and takes off the quotation marks of JSON, where all of the first words have some. */
function readerOf(format: Format, first: readonly FormatEvent[]): FormatReader {
  const read = format.reader();
  const words = first.map(({ data }) => data).filter((data) => typeof data === 'string');
  const isQuoted = words.length > 0 && words.every((word) => unquoted(word) !== word);
  const reader: FormatReader = (event, emit) => {
    const { data } = event;
    const error = typeof data === 'string' && /^\[error]/i.test(data) ? data : errorIn(event);
    if (error) emit({ type: 'error', error: providerError(error) });
    else read(isQuoted && typeof data === 'string' ? { ...event, data: unquoted(data) } : event, emit);
  };
  reader.end = (emit) => read.end?.(emit);
  return reader;
}

/** What is no greeting, where text with a name or in JSON has followed. */
function withoutGreetings(events: readonly FormatEvent[], emit: Emit): FormatEvent[] {
  return events.filter((event) => {
    const { type, data } = event;
    if (!isGreeting(event)) return true;
    emit({ type: 'unknown', event: type, data });
    return false;
  });
}

/** Whether text may be a greeting: in an event stream, without a name, and it is a word or a message. */
const isGreeting = ({ type, data, headers }: FormatEvent): boolean =>
  type === 'message' &&
  (typeof data === 'string' || typeof ((data as Wire)?.message ?? {}) !== 'object') &&
  !headers?.get('content-type')?.includes('json');

function isFinish(event: FormatEvent, format: Format): boolean {
  let hasFinished = false;
  format.reader()(event, ({ type }) => (hasFinished ||= type === 'finish'));
  return hasFinished;
}

/** The text of events, as a reader reads it. */
function textOf(events: readonly FormatEvent[], read: FormatReader): string {
  let text = '';
  for (const event of events) read(event, (part) => (text += part.type === 'text' ? part.delta : ''));
  return text;
}

type Emit = (part: FormatPart) => void;

/** The format that an option names, or is. @throws OptionsError where there is none of that name */
export function formatOf(option: Format | FormatName = 'auto'): Format {
  if (typeof option !== 'string') return option;
  if (option === 'auto') return auto();
  const all = [plain(), ...builtIn()];
  const format = all.find(({ name }) => name === option);
  if (format) return format;
  const names = ['auto', ...all.map(({ name }) => name)].join(', ');
  throw new OptionsError(`There is no format '${option}'. There are: ${names}.`, { option: 'format' });
}
