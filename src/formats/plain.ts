import type { Format, FormatEvent, FormatReader, ThinkOptions } from '../contract/format.ts';
import type { ReasoningPart, TextPart } from '../contract/parts.ts';
import { textOf, unquoted, wordOf, type Wire } from './wire.ts';

/** The names that home-made servers give to text, of events and of fields; to what the model thinks; to the end. */
const TEXTS = /* @__PURE__ */ listed(
  'message text token tokens delta chunk content data answer response completion output reply word text_output text-delta text_delta text/plain',
);
const THOUGHTS = /* @__PURE__ */ listed('thinking reasoning thought');
const ENDS = /* @__PURE__ */ listed('done complete completed finish finished final');
/** A `type` in the data that says that it is no part of the answer. */
const OTHER =
  /status|progress|tool|title|source|citation|metadata|ping|heartbeat|error|^(log|info|user|human|system|start|step|connected)$/i;
/** How deep text may be. */
const DEPTH = 2;

function listed(names: string): readonly string[] {
  return names.split(' ');
}

/**
 * Finds the text where home-made servers put it: the data itself when it is a string, or JSON of one; of an object the
 * first string or number among `content`, `text`, `delta`, `token`, `response` and `choices[0].delta.content`, else among
 * `message`, `answer`, `output` and other usual names, or in an object there. Text comes in events without a name, under
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
    events: [...TEXTS, ...THOUGHTS, ...ENDS],
    recognises: (event) => partOf(event) !== undefined,
    reader: () => createReader(format),
  };
  return format;
}

function createReader(format: Format): FormatReader {
  let unwrap: ((text: string) => string) | undefined;
  let isEndExpected = false;
  let text = '';
  return (event, emit) => {
    const { type, data } = event;
    const isEnd = endIn(event);
    if (isEnd === false && !isEndExpected) {
      isEndExpected = true;
      emit({ type: 'format', format: { ...format, hasEnd: true } });
    }
    let part = partOf(event);
    if (part && typeof data === 'string') part = { ...part, delta: (unwrap ??= wrapping(data))(data) };
    // The last event of some servers repeats the answer.
    const isRepeated = isEnd && text && (part?.delta === text || ENDS.includes(nameOf(event)));
    if (part && !isRepeated) {
      if (part.type === 'text') text += part.delta;
      emit(part);
    } else if (!isEnd) emit({ type: 'unknown', event: type, data });
    if (isEnd) emit({ type: 'finish', outcome: 'complete' });
  };
}

/** Takes off what a server wraps around each text, as around the first one: JSON, or an event of its own. */
function wrapping(first: string): (text: string) => string {
  if (unquoted(first) !== first) return (text) => (text === 'null' ? '' : unquoted(text));
  if (first.startsWith('data: ')) return (text) => text.replace(/^data: ?([^]*?)(\n\n)?$/, '$1');
  return (text) => text;
}

/** What an event is called: by its name, or in its data. */
const nameOf = ({ type, data }: FormatEvent): string =>
  type === 'message' ? wordOf((data as Wire)?.type ?? (data as Wire)?.event) : type;

/** Whether an event says that the answer is over, or that it is not. */
function endIn(event: FormatEvent): boolean | undefined {
  const { status, done, finished, is_end, is_finished, is_final } = fieldsOf(event.data);
  if (ENDS.includes(nameOf(event)) || ENDS.includes(wordOf(status))) return true;
  const flag: unknown = done ?? finished ?? is_end ?? is_finished ?? is_final;
  return typeof flag === 'boolean' ? flag : undefined;
}

function partOf(event: FormatEvent): TextPart | ReasoningPart | undefined {
  const { type, data, listed } = event;
  const name = nameOf(event);
  const isThought = THOUGHTS.includes(name);
  const isUsual = !name || isThought || TEXTS.includes(name) || listed?.includes(type);
  // An end may have the answer, but its words are none.
  const mayHave = ENDS.includes(name) ? typeof data !== 'string' : type === 'message' && !OTHER.test(name);
  if (!isUsual && !mayHave) return undefined;
  const { reasoning_content, reasoning } = fieldsOf(data);
  const delta = textIn(data, isUsual ? 0 : DEPTH);
  const thought = isThought ? delta : !delta && wordOf(reasoning_content || reasoning);
  if (thought) return { type: 'reasoning', delta: thought };
  return delta === undefined ? undefined : { type: 'text', delta };
}

/** The text in data: where it mostly is, or else in another field, or in an object there. */
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
  if (found !== undefined || depth === DEPTH) return found;
  for (const name of TEXTS) {
    // A message beside a status is about it.
    const isText = name !== 'message' || (fields.status ?? fields.code) === undefined;
    const within = isText && (word(fields[name]) || textIn(fields[name], depth + 1));
    if (within) return within;
  }
  return textOf(content) || undefined;
}

const fieldsOf = (data: unknown): NonNullable<Wire> => (data ?? {}) as NonNullable<Wire>;

const word = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
