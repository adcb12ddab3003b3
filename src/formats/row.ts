import type { Format, FormatEvent } from '../contract/format.ts';
import { wireFormat } from './wire-format.ts';
import { wordOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/**
 * Where something stands in an event: alternatives, separated by spaces, of which the first that fits and is there counts.
 * An alternative is a path, `delta.text`; behind conditions, `type=a|b&id:delta.text`; or conditions alone. A condition is a
 * path that has to be there, or one with the words that it may have; `@a|b` are names of the event. A path goes through all
 * elements of a list, or to one by its number. `'stop` is that word itself.
 */
type Place = string;

/** One small format: what it is recognised by, and where in its events the parts are. */
export interface Row {
  readonly name: string;
  /** The event names, separated by spaces. @default message */
  readonly events?: string;
  /** An event is of this format where this is there, or this function says so. */
  readonly is: Place | Find;
  readonly text?: Place;
  /** All of the text, where none came before. */
  readonly all?: Place;
  readonly reasoning?: Place;
  /** Whether text and reasoning may repeat what came before. */
  readonly repeats?: boolean;
  /** Calls that are whole, or a list of them. */
  readonly calls?: Place;
  /** More of calls. One without a name, an ID and a number is more of the newest. */
  readonly pieces?: Place;
  /** Whether the calls are answered where they are made. */
  readonly ran?: Place;
  readonly usage?: Place;
  /** Why the model stopped. */
  readonly finish?: Place;
  /** Nothing follows where this is there. */
  readonly end?: Place;
  /** An event is all of the answer where this is there: what a server sends that was asked not to stream, or does not. */
  readonly whole?: Place;
  readonly error?: Place;
  /** What comes as `data`, named by its type or its field. */
  readonly data?: Place;
  /** Reads what places cannot say. It returns something true where it has read all of an event. */
  readonly open?: () => (data: Wire, write: Writer, event: FormatEvent) => unknown;
}

/** What is in a call, whatever the protocol calls it. */
const CALL = /* @__PURE__ */ finders({
  key: 'index',
  id: 'toolCallId toolUseId tool_use_id tool_call_id callId id',
  name: 'function.name toolName tool name',
  providerExecuted: 'providerExecuted',
  input: 'function.arguments argsTextDelta args input arguments parameters delta',
});

/** Makes a format of a row. */
export function formatOfRow(row: Row): Format {
  const { name, is, open, repeats, events = eventsOf(row), whole, ...places } = row;
  const isWhole = finder(whole ?? '!');
  const isStreamed = typeof is === 'string' ? finder(is) : is;
  const isOwn: Find = (wire, event) => isStreamed(wire, event) || isWhole(wire, event);
  const find = finders(places);
  return wireFormat({
    name,
    events,
    think: true,
    recognises: isOwn,
    open() {
      const read = open?.();
      const more = { reasoning: createRepeated(), text: createRepeated() };
      let isEmpty = true;
      return (wire, write, event) => {
        let isKnown = false;
        const at = (field: string): unknown => {
          const value = find[field]?.(wire, event);
          isKnown ||= value !== undefined;
          return value;
        };
        if (read?.(wire, write, event)) return true;
        for (const kind of ['reasoning', 'text'] as const) {
          const text = textAt(at(kind));
          write[kind](repeats ? more[kind](text) : text);
          if (text && kind === 'text') isEmpty = false;
        }
        const all = isEmpty && at('all');
        if (all) write.text(textAt(Object.values(all)));
        for (const field of ['pieces', 'calls']) {
          const calls = at(field);
          if (calls) readCalls(calls, at('ran'), write, field === 'calls');
        }
        const data = at('data');
        if (data) write.data(wordOf(wire?.type ?? wire?.event) || event.type, data);
        write.usage(at('usage'));
        const error = at('error');
        if (error) write.error(error);
        const reason = at('finish');
        write.finish(reason, Boolean(at('end')), !reason && isWhole(wire, event) ? 'complete' : undefined);
        return isKnown;
      };
    },
  });
}

function readCalls(calls: unknown, ran: unknown, write: Writer, done: boolean): void {
  for (const item of [calls].flat() as Wire[]) {
    const at = (field: string): unknown => CALL[field]!(item, NO_EVENT);
    const id = at('id');
    const input = at('input');
    write.call({
      key: at('key') ?? id,
      id,
      name: at('name'),
      ...(done ? { whole: input, done } : { delta: input }),
      providerExecuted: Boolean(ran ?? at('providerExecuted')) || undefined,
    });
  }
}

const NO_EVENT: FormatEvent = { type: '', data: undefined, headers: undefined };

/** The names in the conditions: those of events, and of types, which are the same. */
function eventsOf(row: Row): string {
  return `message ${JSON.stringify(row)
    .match(/(?<=[@=])[\w.|-]+/g)
    ?.join(' ')
    .replace(/\|/g, ' ')}`;
}

type Find = (data: Wire, event: FormatEvent) => unknown;

function finders(places: object): Record<string, Find> {
  return Object.fromEntries(Object.entries(places).map(([field, place]) => [field, finder(place as Place)]));
}

function finder(place: Place): Find {
  const alternatives = place.split(' ').map(parse);
  return (data, event) => {
    let found: unknown;
    for (const alternative of alternatives) {
      found = alternative(data, event);
      if (found !== undefined && found !== null) break;
    }
    return found;
  };
}

function parse(alternative: string): Find {
  const isTest = /^[^:]*[=@&!]/.test(alternative);
  const [first = '', second] = alternative.split(':');
  const tests = isTest ? first.split('&').map(parseTest) : [];
  const path = isTest ? second : first;
  const names = path?.split('.');
  return (data, event) => {
    if (!tests.every((test) => test(data, event))) return undefined;
    if (!names) return data;
    return path![0] === "'" ? path!.slice(1) : valueAt(data, names);
  };
}

function parseTest(test: string): (data: Wire, event: FormatEvent) => boolean {
  const [, not, path = '', sign, words = ''] = /^(!?)([^=@]*)([=@]?)(.*)$/.exec(test)!;
  const list = words.split('|');
  const names = path.split('.');
  return (data, { type }) => {
    const value = path ? valueAt(data, names) : type;
    const word = typeof value === 'boolean' ? String(value) : wordOf(value);
    return (sign ? list.includes(word) : value !== undefined) !== Boolean(not);
  };
}

function valueAt(value: unknown, path: readonly string[], from = 0): unknown {
  let at = value;
  for (let depth = from; depth < path.length; depth++) {
    const name = path[depth]!;
    if (Array.isArray(at) && !(Number(name) >= 0)) {
      const found = at.flatMap((item: unknown) => valueAt(item, path, depth) ?? []);
      return found.length ? found : undefined;
    }
    at = (at as Wire)?.[name];
  }
  return at;
}

/** One text of those in a list. */
const textAt = (value: unknown): string =>
  Array.isArray(value) ? value.map(wordOf).join('') : wordOf(value);

/** What a text adds to those before it, where it may repeat them. */
function createRepeated(): (text: string) => string {
  let all = '';
  return (text) => {
    const isRepeated = all.length > 1 && text.startsWith(all);
    const added = isRepeated ? text.slice(all.length) : text;
    all += added;
    return added;
  };
}
