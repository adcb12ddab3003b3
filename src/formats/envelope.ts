import type { Format, FormatEvent, FormatReader } from '../contract/format.ts';
import { errorIn } from './errors.ts';
import { isUnderstood, kindOf, nameOf } from './plain.ts';
import { parseJson, stringOf, toJson, type Wire } from './wire.ts';

/**
 * Where the event of a format may be within a received event: `undefined` for the received event itself, `''` for JSON in
 * its data string, `.NET` for the event in camel case, else a field of its data. SDKs wrap events as `{ event, data }`,
 * servers as `{ type: 'chunk', chunk }`, Elasticsearch and SAP as `{ chat_completion }` and `{ final_result }`.
 */
const ENVELOPES = [
  undefined,
  '',
  'data',
  'chunk',
  'event',
  'payload',
  'response',
  'result',
  'json',
  'obj',
  'chatResponse',
  'chat_completion',
  'orchestration_result',
  'final_result',
  '.NET',
];

/** An event whose names are written as .NET writes them, such as `Content`, in camel case. */
function camelCased(event: FormatEvent): FormatEvent {
  const { data } = event;
  if (typeof data !== 'object' || !/^[A-Z][a-z]/.test(firstKeyOf(data))) return event;
  const json = toJson(data)?.replace(/"[A-Z](?=\w*":)/g, (start) => start.toLowerCase());
  return { ...event, data: parseJson(json) };
}

/** The first name in an object. A list of all names would be made for each event. */
function firstKeyOf(data: object | null): string {
  for (const name in data) return name;
  return '';
}

/** Names of events that only carry others. */
const CARRIER = /(^|_)(event|activity|stream|chat|update|agent|assistant)$/i;

/**
 * The event of a custom server without what is around it: in an object without a name, as `{ event: { type: 'token' } }`;
 * under a name that says nothing, as `agent_event`; or as the one field in the result of a GraphQL subscription.
 */
export function opened(given: FormatEvent): FormatEvent {
  // Most events of custom servers are texts.
  if (given.type === 'message' && typeof given.data === 'string' && !/^(?:"\{|\{')/.test(given.data))
    return given;
  const event = camelCased((isQuoted(given.data) && unwrap(given, '')) || parsed(given));
  const data = event.data as Wire;
  const { type } = event;
  if (type === 'next') return within(event, Object.values((data?.payload ?? data)?.data ?? [data])[0]);
  const isCarrier = type !== 'message';
  if (isCarrier ? !CARRIER.test(type) : nameOf(event)) return event;
  const outer: Wire = isCarrier ? { data } : data;
  if (typeof outer !== 'object') return event;
  for (const name in outer) {
    if (typeof outer[name] !== 'object' || !ENVELOPES.includes(name)) continue;
    const inner = within(event, outer[name]);
    if (nameOf(inner) && (kindOf(inner) !== 'any' || errorIn(inner))) return inner;
  }
  return event;
}

/** Whether data is JSON that was encoded twice. JSON in a string without quotes is what the page has asked for as text. */
const isQuoted = (data: unknown): boolean => typeof data === 'string' && data.startsWith('"{');

const within = (event: FormatEvent, data: unknown): FormatEvent => ({ ...event, type: 'message', data });

/**
 * An event whose data is an object as Python prints it, by servers that do not encode it. A longer one is text: matching
 * quotes may take quadratic time. https://github.com/sysid/sse-starlette/issues/21
 */
function parsed(event: FormatEvent): FormatEvent {
  const { data } = event;
  if (typeof data !== 'string' || data.length > 4096 || !/^\{'.*\}$/s.test(data)) return event;
  const json = data.replace(/'((?:[^'\\]|\\.)*)'|"(?:[^"\\]|\\.)*"|\b[FNT]\w+\b/g, (token, text?: string) =>
    text === undefined
      ? (CONSTANTS[token] ?? token)
      : `"${text.replaceAll("\\'", "'").replaceAll('"', '\\"')}"`,
  );
  const inner = { ...event, data: parseJson(json) };
  const isEvent = typeof inner.data === 'object' && (isUnderstood(inner) || errorIn(inner));
  return isEvent ? inner : event;
}

const CONSTANTS: Record<string, string> = { True: 'true', False: 'false', None: 'null' };

/** The first format that recognises an event, and a reader that unwraps its events. */
export function recognise(
  formats: readonly Format[],
  event: FormatEvent,
): readonly [Format, FormatReader] | undefined {
  for (const envelope of ENVELOPES) {
    const inner = unwrap(event, envelope);
    const format = inner && formats.find((candidate) => candidate.recognises?.(inner));
    if (!format) continue;
    const read = format.reader();
    if (envelope === undefined) return [format, read];
    const readInner: FormatReader = (outer, emit) => read(unwrap(outer, envelope) ?? outer, emit);
    return [format, Object.assign(readInner, read)];
  }
  return undefined;
}

/** The event in an envelope; `undefined` where there is none. */
function unwrap(event: FormatEvent, envelope: string | undefined): FormatEvent | undefined {
  if (envelope === undefined) return event;
  if (envelope === '.NET') {
    const cased = camelCased(event);
    return cased === event ? undefined : cased;
  }
  const outer = event.data as Wire;
  const inner: unknown = envelope ? outer?.[envelope] : outer;
  // Checked first, because a JSON.parse that fails is slow.
  const isJson = typeof inner === 'string' && /^"?\{/.test(inner);
  const data = isJson ? parseJson(parseJson(inner)) : envelope && inner;
  if (!data || typeof data !== 'object') return undefined;
  return { ...event, type: stringOf(outer?.event) || event.type, data };
}
