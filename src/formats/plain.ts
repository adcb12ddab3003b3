import type { Format, FormatEvent, FormatPart, FormatReader, ThinkOptions } from '../contract/format.ts';
import { wordOf, type Wire } from './wire.ts';

interface TextPart {
  readonly type: 'text' | 'reasoning';
  readonly delta: string;
}

type Kind = 'text' | 'reasoning' | 'end' | 'any' | undefined;

/** What home-made servers call the text, of events and of fields, and other events. The last kind of a name counts. */
const NAMES = {
  text: 'message text token tokens delta chunk content contents data answer response completion output reply result word text_output text-delta text_delta text/plain',
  reasoning: 'thinking reasoning',
  end: 'done complete completed finish finished final result end stop close stream_end',
};
/** What an event of a usual name is. */
const KINDS = /* @__PURE__ */ kindsByName();
/** A `type` in the data that says that it is no part of the answer. */
const OTHER =
  /status|progress|tool|title|source|cit|metadata|ping|heartbeat|error|^(log|info|user|human|system|step|connected)$/;

function kindsByName(): ReadonlyMap<string, Kind> {
  return new Map(
    Object.entries(NAMES).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as Kind])),
  );
}

/**
 * Finds the text where home-made servers put it: the data itself when it is a string; of an object the first string or
 * number among `content`, `text`, `delta`, `token`, `response` and `choices[0].delta.content`, else among `message`,
 * `answer`, `output` and other usual names, or in an object there. Text comes in events without a name, under
 * one of the usual names of text (`token`, `delta`, `chunk` and so on), or under a name that the option `events` lists; a
 * `type` in the data is a name, too. `thinking` and `reasoning` are reasoning. `done` is the end, as a name or as a flag;
 * where the flag is false an end is expected. Any other event is `unknown`.
 *
 * @example
 * import { plain, stream } from 'teleprinter';
 * const answer = stream('/api/chat', { format: plain(), events: ['words'] });
 */
export function plain({ think = true }: ThinkOptions = {}): Format {
  const format: Format = {
    name: 'plain',
    think,
    events: [...KINDS.keys()],
    recognises: (event) => partOf(event) !== undefined,
    reader: () => createReader(format),
  };
  return format;
}

function createReader(format: Format): FormatReader {
  let isEndExpected = false;
  /** Not all of the text: to keep it twice takes memory. */
  let [first, last, length] = ['', '', 0];
  function add(part: TextPart, emit: (part: FormatPart) => void): void {
    if (part.type === 'text') {
      last = part.delta;
      first ||= last;
      length += last.length;
    }
    emit(part);
  }

  return (event, emit) => {
    const { type, data } = event;
    // Most of what comes, and nothing to look for in it.
    if (typeof data === 'string' && type === 'message') return add({ type: 'text', delta: data }, emit);
    const kind = kindOf(event);
    const flag = kind === 'end' || flagIn(fieldsOf(data), length > 0 && !isEndExpected);
    if (flag === false && !isEndExpected) {
      isEndExpected = true;
      emit({ type: 'format', format: { ...format, hasEnd: true } });
    }
    const part = partOf(event, kind);
    // The last event of some servers repeats the answer.
    const isRepeated =
      flag &&
      length &&
      (kind === 'end' ||
        (part?.delta.length === length && part.delta.startsWith(first) && part.delta.endsWith(last)));
    if (part && !isRepeated) add(part, emit);
    else if (!flag) emit({ type: 'unknown', event: type, data });
    // An end marker may say itself how the answer ended.
    if (flag && !event.isEnd) emit({ type: 'finish', outcome: 'complete' });
  };
}

/**
 * Whether the answer is done, where a flag says so, or a status. Before any text, or beside flags, a status is one of a
 * step.
 */
function flagIn(fields: NonNullable<Wire>, hasStatus: boolean): boolean | undefined {
  for (const name in fields) {
    const value: unknown = fields[name];
    if (typeof value === 'boolean' && FLAG.test(name)) return value;
  }
  return (hasStatus && KINDS.get(wordOf(fields.status)) === 'end') || undefined;
}

const FLAG = /^(is_?)?(done|finish(ed)?|final|end|stop|complet(ed?|ion)|last)$/i;

/** What an event is, by its name or by the `type` in its data; `any` where that says nothing. */
function kindOf({ type, data, listed }: FormatEvent): Kind {
  const isNamed = type !== 'message';
  const { type: given, event } = fieldsOf(data);
  const name = isNamed ? type : wordOf(given ?? event);
  if (!name || listed?.includes(name)) return 'text';
  return KINDS.get(name) ?? (isNamed || OTHER.test(name) ? undefined : 'any');
}

function partOf(event: FormatEvent, kind = kindOf(event)): TextPart | undefined {
  const { data } = event;
  // The words of an end are none of the answer.
  if (!kind || (kind === 'end' && typeof data === 'string')) return undefined;
  const delta = textIn(data, kind === 'text' || kind === 'reasoning' ? DEPTH : 0);
  const { reasoning_content, reasoning } = fieldsOf(data);
  const thought = kind === 'reasoning' ? delta : !delta && wordOf(reasoning_content || reasoning);
  if (thought) return { type: 'reasoning', delta: thought };
  return delta === undefined ? undefined : { type: 'text', delta };
}

/** How deep text may be in data. */
const DEPTH = 2;

/** The text in data: where it mostly is, or else in another field, or in an object or a list of objects there. */
function textIn(data: unknown, depth: number): string | undefined {
  if (typeof data === 'string') return data;
  const fields = fieldsOf(data);
  // Field by field, as walking through a list of names takes eight times as long.
  const { content, text, delta, token, response, choices } = fields;
  const found =
    word(content) ??
    word(text) ??
    word(delta) ??
    word(token) ??
    word(response) ??
    word(choices?.[0]?.delta?.content);
  if (found !== undefined || !depth) return found;
  for (const name of NAMES.text.split(' ')) {
    const value = fields[name];
    // A message beside a status is about it.
    if ((value ?? '') === '' || (name === 'message' && (fields.status ?? fields.code) !== undefined))
      continue;
    const within =
      word(value) ??
      [value]
        .flat()
        .map((item) => textIn(fieldsOf(item), depth - 1) ?? '')
        .join('');
    if (within) return within;
  }
  return undefined;
}

const fieldsOf = (data: unknown): NonNullable<Wire> =>
  typeof data === 'object' && data ? (data as NonNullable<Wire>) : NONE;

const NONE: NonNullable<Wire> = {};

const word = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
