import type { Format, FormatEvent, FormatPart, FormatReader, ThinkOptions } from '../contract/format.ts';
import { isDone } from '../done.ts';
import { createTextSoFar } from './text-so-far.ts';
import { stringOf, type Wire } from './wire.ts';

interface TextPart {
  readonly type: 'text' | 'reasoning';
  readonly delta: string;
}

type Kind = 'text' | 'reasoning' | 'end' | 'any' | undefined;

/** The names that custom servers give to events, and to fields with text. A name in two lists is of the later kind. */
export const NAMES = {
  text: 'message text token tokens delta chunk content contents data answer response completion output reply result word value payload msg assistant text_output text-delta text_delta text/plain json stream chat',
  reasoning: 'thinking reasoning',
  end: 'done complete completed finish finished final result end stop close stream_end return',
};
/** The kind of an event by its name. */
const KINDS = /* @__PURE__ */ kindsByName();
/** A name that shows that the event is not part of the answer, or that a part of it, which it may repeat, begins or ends. */
const IGNORED =
  /status|progress|tool|title|source|cit|metadata|ping|heartbeat|error|audio|image|arg|^(log|info|user|human|system|step|connected)$|^(plan|search|retriev|context|quer|question|suggest|follow|intent|rout|observ|transcri)|[._-](start|begin|end|done|complete|finish)(e?d)?$/i;
/** Names of several words: `content_delta`, `TEXT_CHUNK`, `stream.ended`, and `final_answer`. */
const DELTA = /(delta|chunk|token|part|stream)s?$|replace/i;
const THOUGHT = /think|thought|reasoning/i;
const END =
  /^((message|stream|answer|response|run|chat)[._-]?(end|done|complete|finish)(e?d)?|final[._-]?(answer|re\w+|output|message|text))$/i;
/** The names of an end whose data may be the whole answer. */
const RESULT = /^(final|result)/i;

function kindsByName(): ReadonlyMap<string, Kind> {
  return new Map(
    Object.entries(NAMES).flatMap(([kind, names]) => names.split(' ').map((name) => [name, kind as Kind])),
  );
}

/**
 * Reads the streams of custom servers, which have no format of their own. Text is data that is a string; in an object, the
 * first string or number among `content`, `text`, `delta`, `token`, `response` and `choices[0].delta.content`, else among
 * `message`, `answer`, `output` and other common names, or in an object there. An event has text if it has no name, a
 * common name of text (`token`, `delta`, `text_chunk` and so on), or a name in the option `events`; a `type` in the data
 * counts as a name, too. `thinking` and `reasoning` are reasoning. `replace` withdraws the text so far. `done` is the end, as a name or as a flag; a flag that is
 * false means that an end will follow. Any other event is `unknown`.
 *
 * @example
 * import { plain, stream } from 'teleprinter';
 * const answer = stream('/api/chat', { format: plain(), events: ['words'] });
 */
export function plain({ think = true }: ThinkOptions = {}): Format {
  const format: Format = {
    name: 'plain',
    think,
    events: ['update', ...KINDS.keys()],
    recognises: (event) => partOf(event) !== undefined,
    reader: () => createReader(format),
  };
  return format;
}

function createReader(format: Format): FormatReader {
  let isEndExpected = false;
  /** Whether the texts are strings that are no JSON. */
  let isBare = false;
  const soFar = createTextSoFar();

  function add(part: TextPart, { raw }: FormatEvent, name: string, emit: (part: FormatPart) => void): void {
    if (part.type === 'reasoning') return emit(part);
    const delta = soFar.add(part.delta, name !== '' && /replace/i.test(name), emit);
    isBare = part.delta === raw;
    emit(part.delta === delta ? part : { ...part, delta });
  }

  return (event, emit) => {
    const { type, data, raw = '' } = event;
    // The most frequent event, and the quickest to read.
    if (typeof data === 'string' && type === 'message')
      return add({ type: 'text', delta: data }, event, '', emit);
    const name = nameOf(event);
    const kind = kindOf(event, name);
    const isText = isBare && kind === 'text' && JSON_IN_TEXT.test(raw);
    const found = isText ? ({ type: 'text', delta: raw } as const) : partOf(event, name, kind);
    const isMarker = isDone(found?.delta ?? '');
    const part = isMarker ? undefined : found;
    const flag = isMarker || kind === 'end' || flagIn(fieldsOf(data), soFar.length > 0 && !isEndExpected);
    if (flag === false && !isEndExpected) {
      isEndExpected = true;
      emit({ type: 'format', format: { ...format, hasEnd: true } });
    }
    // Some servers repeat the whole answer at the end.
    const isRepeated =
      part && soFar.length > 0 && (kind === 'end' || soFar.isRepeatedBy(part.delta, flag === true));
    if (part && !isRepeated) add(part, event, name, emit);
    else if (!flag) emit({ type: 'unknown', event: type, data });
    // An end marker may have an outcome of its own, which a finish would override.
    if (flag && !event.isEnd) emit({ type: 'finish', outcome: 'complete' });
  };
}

/** Pieces of a text, such as code or marks of citations, that are JSON by chance: `[]`, `{}`, `[1]`. */
const JSON_IN_TEXT = /^[[{][\d\s,.-]*[\]}]$/;

/**
 * The value of a flag such as `done`; else `true` for a status such as `completed`, else `undefined`.
 * @param hasStatus Whether a status counts. Before any text, or in a stream with flags, it is the status of a step.
 */
function flagIn(fields: NonNullable<Wire>, hasStatus: boolean): boolean | undefined {
  for (const name in fields) {
    const value: unknown = fields[name];
    if (typeof value === 'boolean' && FLAG.test(name)) return value;
  }
  return (hasStatus && KINDS.get(stringOf(fields.status)) === 'end') || undefined;
}

const FLAG = /^(is_?)?(done|finish(ed)?|final|end|stop|complet(ed?|ion)|last)$/i;

/** Whether an event has a name, text, or a flag of the end. */
export function isUnderstood(event: FormatEvent): boolean {
  return (
    nameOf(event) !== '' || partOf(event) !== undefined || flagIn(fieldsOf(event.data), false) !== undefined
  );
}

export function nameOf({ type, data }: FormatEvent): string {
  const { type: given, event, kind, event_type: named = fieldsOf(data).messageType } = fieldsOf(data);
  return type === 'message' ? stringOf(given ?? event ?? kind ?? named) : type;
}

/** The kind of an event by its name, or by the `type` in its data; `any` if neither is a known name. */
export function kindOf(received: FormatEvent, name: string = nameOf(received)): Kind {
  const { type, listed } = received;
  const isNamed = type !== 'message';
  if (IGNORED.test(stringOf(fieldsOf(received.data).role))) return undefined;
  if (!name || listed?.includes(name)) return 'text';
  // Laravel's event streams.
  const kind = isNamed && name === 'update' ? 'text' : KINDS.get(name.toLowerCase());
  if (kind) return kind;
  if (END.test(name)) return 'end';
  if (IGNORED.test(name)) return undefined;
  if (THOUGHT.test(name)) return 'reasoning';
  if (DELTA.test(name)) return 'text';
  return isNamed ? undefined : 'any';
}

/** The text or the reasoning in an event; `undefined` if there is neither. */
function partOf(
  event: FormatEvent,
  name: string = nameOf(event),
  kind: Kind = kindOf(event, name),
): TextPart | undefined {
  const { data } = event;
  if (!kind || (kind === 'end' && typeof data === 'string' && !RESULT.test(name))) return undefined;
  const delta = textIn(data, kind === 'any' ? 0 : DEPTH, name);
  const { reasoning_content, reasoning, thinking, thought } = fieldsOf(data);
  const isThought = kind === 'reasoning';
  const own =
    isThought && delta ? delta : !delta && stringOf(reasoning_content || reasoning || thinking || thought);
  if (own) return { type: 'reasoning', delta: own };
  return isThought || delta === undefined ? undefined : { type: 'text', delta };
}

/** How many levels deep text may be in data. */
const DEPTH = 2;

/** The text in data: in the most common fields, else in another field, or in an object or a list of objects there. */
function textIn(data: unknown, depth: number, own = ''): string | undefined {
  if (typeof data === 'string') return data;
  const fields = fieldsOf(data);
  // Written out, because a loop over a list of names takes eight times as long.
  const { content, text, delta, token, response, choices } = fields;
  const found =
    // Before a text or content beside it, which is the answer so far.
    stringIn(delta) ??
    stringIn(content) ??
    stringIn(text) ??
    stringIn(token) ??
    stringIn(response) ??
    stringIn(choices?.[0]?.delta?.content);
  if (found !== undefined || !depth) return found;
  // A message next to a status describes the status, and that of an end the end.
  const { status, code, progress, step, stage } = fields;
  const isDescribed =
    (status ?? code ?? progress ?? step ?? stage) !== undefined ||
    (KINDS.get(own.toLowerCase()) === 'end' && !RESULT.test(own));
  // Some servers name the field after the event.
  for (const name of `${NAMES.text} ${own} ${own.replace(/.*[._-]/, '')}`.split(' ')) {
    const value = fields[name];
    if ((value ?? '') === '' || (/^me?s/.test(name) && isDescribed)) continue;
    const within =
      stringIn(value) ??
      [value]
        .flat()
        .map((item) => textIn(fieldsOf(item), depth - 1) ?? '')
        .join('');
    if (within) return within;
  }
  const other = Object.keys(fields).find((name) => typeof fields[name] === 'string' && COMPOUND.test(name));
  return other && stringIn(fields[other]);
}

/** Names of one letter, or of two words, such as `deltaText` and `answer_piece`. */
const COMPOUND =
  /^([tdv]|(ai|bot|llm|generated|text|delta|chunk|answer|response|output)_?(text|delta|chunk|answer|response|output|piece))$/i;

const fieldsOf = (data: unknown): NonNullable<Wire> =>
  typeof data === 'object' && data ? (data as NonNullable<Wire>) : NONE;

const NONE: NonNullable<Wire> = {};

/** A string, or a number as a string; `undefined` for any other value. */
const stringIn = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
