import type { Format, FormatPart, FormatReader } from '../contract/format.ts';

/** What a format that reads `<think>` takes. */
export interface ThinkOptions {
  /**
   * Whether text in `<think>…</think>` at the very start of an answer is reasoning, as open models write it.
   * @default true
   */
  readonly think?: boolean | undefined;
}

const OPEN = '<think>';
const CLOSE = '</think>';
/** In characters: how much white space may come before the tag. */
const MAX_SPACE = 64;

/** Makes `<think>…</think>` at the very start of the text reasoning, in pieces of any size. */
export function splitThinking(format: Format, { think = true }: ThinkOptions = {}): Format {
  return think ? { ...format, reader: () => createReader(format.reader()) } : format;
}

function createReader(read: FormatReader): FormatReader {
  let state: 'start' | 'inside' | 'done' = 'start';
  /** Text that may still become a tag. */
  let held = '';
  let emit: (part: FormatPart) => void;

  function release(): void {
    if (held) emit({ type: state === 'inside' ? 'reasoning' : 'text', delta: held });
    held = '';
  }

  function split(part: FormatPart): void {
    if (part.type === 'text' && !part.refusal && state !== 'done') {
      held += part.delta;
      if (state === 'start') open(part);
      if (state === 'inside') close(part);
      return;
    }
    // Where the vendor marks the reasoning itself, tags are text.
    if (part.type === 'reasoning') state = 'done';
    if (/^(text|reasoning|tool-call|finish|error)$/.test(part.type)) release();
    emit(part);
  }

  function open(part: FormatPart): void {
    const text = held.trimStart();
    if (text.startsWith(OPEN)) {
      state = 'inside';
      held = text.slice(OPEN.length);
    } else if (!OPEN.startsWith(text) || held.length > MAX_SPACE) {
      state = 'done';
      emit({ ...part, delta: held } as FormatPart);
      held = '';
    }
  }

  function close(part: FormatPart): void {
    const end = held.indexOf(CLOSE);
    const isClosed = end >= 0;
    const length = isClosed ? end : held.length - begunLength(held);
    if (length) emit({ type: 'reasoning', delta: held.slice(0, length) });
    const rest = held.slice(isClosed ? end + CLOSE.length : length);
    held = isClosed ? '' : rest;
    if (!isClosed) return;
    state = 'done';
    if (rest) emit({ ...part, delta: rest } as FormatPart);
  }

  const reader: FormatReader = (event, to) => {
    if (state === 'done') return read(event, to);
    emit = to;
    return read(event, split);
  };
  reader.end = (to) => {
    emit = to;
    read.end?.(split);
    release();
  };
  return reader;
}

/** How many characters at the end of a text may be the start of the closing tag. */
function begunLength(text: string): number {
  for (let length = Math.min(text.length, CLOSE.length - 1); length; length--) {
    if (CLOSE.startsWith(text.slice(-length))) return length;
  }
  return 0;
}
