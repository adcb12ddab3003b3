import type { Format, FormatEvent } from '../contract/format.ts';
import { createExtraFields } from './extra-fields.ts';
import { wireFormat } from './wire-format.ts';
import { stringOf, type Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/**
 * Selects a value in an event. A selector is a list of alternatives, separated by spaces; the first one that matches and
 * has a value counts. An alternative is one of
 * - a path: `delta.text`,
 * - conditions and a path: `type=a|b&id:delta.text`,
 * - conditions alone, which select the whole data: `type=a|b&id`.
 *
 * A condition is a path that must have a value (`id`), a path with the values that it may have (`type=a|b`), a path with the
 * words that its value may end with (`state~failed`), the names that the event may have (`@a|b`), or one of these negated
 * (`!id`). A path selects from all elements of a list, or from one by its index. `'stop` in place of a path is the word
 * `stop` itself.
 */
type Selector = string;

/** One small format as data: how it is recognised, and where the parts are in its events. */
export interface Row {
  readonly name: string;
  /** The event names, separated by spaces. @default `message`, and the names and types in the selectors */
  readonly events?: string;
  /** Recognises an event of a streamed answer. */
  readonly match: Selector | Find;
  /** An object in the event from which all other selectors select, if it is there. */
  readonly within?: Selector;
  readonly text?: Selector;
  /** The whole text, used if no text came before. */
  readonly wholeText?: Selector;
  /** The text that replaces the text so far. */
  readonly replace?: Selector;
  readonly reasoning?: Selector;
  /** Whether text and reasoning may be cumulative: each event repeats what came before. */
  readonly isCumulative?: boolean;
  /** A complete tool call, or a list of them. */
  readonly calls?: Selector;
  /** A delta of a tool call, or a list of them. One without a name, an ID and an index belongs to the newest call. */
  readonly callDeltas?: Selector;
  /** Whether the server itself executes the tool calls. */
  readonly providerExecuted?: Selector;
  readonly usage?: Selector;
  /** The finish reason. */
  readonly finish?: Selector;
  /** Recognises the last event. */
  readonly end?: Selector;
  /** Recognises an event that is the whole answer, as a server sends it without streaming. */
  readonly whole?: Selector;
  readonly error?: Selector;
  /** The fields that have nothing for the page, beside those in the selectors. */
  readonly noise?: string;
  /** A value for a data part, which is named after its type or its event. */
  readonly data?: Selector;
  /** Reads what selectors cannot express. Its reader returns a truthy value for an event that needs no further reading. */
  readonly open?: () => (data: Wire, write: Writer, event: FormatEvent) => unknown;
}

/** The fields of a tool call in any protocol. */
const CALL = {
  key: 'index',
  id: 'toolCallId toolUseId tool_use_id tool_call_id tool_id callId id',
  name: 'function.name toolName tool_name tool name',
  providerExecuted: 'providerExecuted',
  input:
    'function.arguments argsTextDelta args_delta tool_args tool_kwargs args input arguments parameters delta',
};
const CALL_FIELDS = /* @__PURE__ */ finders(CALL);

/** Makes a format from a row. */
export function formatOfRow(row: Row): Format {
  const { name, match, open, isCumulative, events = eventsOf(row), whole, within, ...selectors } = row;
  const isWhole = finder(whole ?? '!');
  const isStreamed = typeof match === 'string' ? finder(match) : match;
  const inner = within ? finder(within) : undefined;
  const unwrap = (wire: Wire, event: FormatEvent): Wire => (inner?.(wire, event) ?? wire) as Wire;
  const isOwn: Find = (wire, event) => isStreamed(wire, event) || isWhole(wire, event);
  const find = finders(selectors);
  const known = JSON.stringify([row, CALL]).replaceAll(/[^\w-]+/g, ' ');
  return wireFormat({
    name,
    events,
    think: true,
    recognises: (wire, event) => isOwn(unwrap(wire, event), event),
    open() {
      const read = open?.();
      const emitExtraFields = createExtraFields(known, true);
      const deltas = { reasoning: createDeltas(), text: createDeltas() };
      let isEmpty = true;
      return (outer, write, event) => {
        const wire = unwrap(outer, event);
        let isKnown = false;
        const at = (field: string): unknown => {
          const value = find[field]?.(wire, event);
          isKnown ||= value !== undefined;
          return value;
        };
        if (read?.(wire, write, event)) return true;
        const replacing = at('replace');
        if (replacing) write.emit({ type: 'rollback' });
        for (const kind of ['reasoning', 'text'] as const) {
          const text = textAt(at(kind) ?? (kind === 'text' && replacing));
          write[kind](isCumulative ? deltas[kind](text) : text);
          if (text && kind === 'text') isEmpty = false;
        }
        const all = isEmpty && at('wholeText');
        if (all) write.text(textAt(Object.values(all)));
        for (const field of ['callDeltas', 'calls']) {
          const calls = at(field);
          if (calls) readCalls(calls, at('providerExecuted'), write, field === 'calls');
        }
        const data = at('data');
        if (data) write.data(stringOf(wire?.type ?? wire?.event) || event.type, data);
        write.usage(at('usage'));
        const error = at('error');
        if (error) write.error([error].flat()[0]);
        const reason = at('finish');
        write.finish(reason, Boolean(at('end')), !reason && isWhole(wire, event) ? 'complete' : undefined);
        if (isKnown && !read) emitExtraFields(wire, write);
        return isKnown;
      };
    },
  });
}

/** @param ran A value if the server executes the calls. @param done Whether the calls are complete. */
function readCalls(calls: unknown, ran: unknown, write: Writer, done: boolean): void {
  for (const item of [calls].flat() as Wire[]) {
    const at = (field: string): unknown => CALL_FIELDS[field]!(item, NO_EVENT);
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

/** `message`, and all words in the conditions of a row: event names, and types, because servers name events after them. */
function eventsOf(row: Row): string {
  return `message ${JSON.stringify(row)
    .match(/(?<=[@=|])[\w.-]+/g)
    ?.join(' ')}`;
}

/** Finds the value that a selector selects. */
type Find = (data: Wire, event: FormatEvent) => unknown;

function finders(selectors: object): Record<string, Find> {
  return Object.fromEntries(
    Object.entries(selectors).map(([field, selector]) => [field, finder(selector as Selector)]),
  );
}

function finder(selector: Selector): Find {
  const alternatives = selector.split(' ').map(parse);
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
  const hasConditions = /[:=@&!~]/.test(alternative);
  const [first = '', second] = alternative.split(':');
  const conditions = hasConditions ? first.split('&').map(parseCondition) : [];
  const path = hasConditions ? second : first;
  const names = path?.split('.');
  return (data, event) => {
    if (!conditions.every((isMet) => isMet(data, event))) return undefined;
    if (!names) return data;
    return path![0] === "'" ? path!.slice(1) : valueAt(data, names);
  };
}

function parseCondition(condition: string): (data: Wire, event: FormatEvent) => boolean {
  const [, not, path = '', sign, words = ''] = /^(!?)([^=@~]*)([=@~]?)(.*)$/.exec(condition)!;
  const list = words.split('|');
  const names = path.split('.');
  return (data, { type }) => {
    const value = path ? valueAt(data, names) : type;
    const word = typeof value === 'boolean' ? String(value) : stringOf(value);
    const listed = sign === '~' ? /[a-z]*$/.exec(word.toLowerCase())![0] : word;
    return (sign ? list.includes(listed) : value !== undefined) !== Boolean(not);
  };
}

/** The value at a path; a flat list of the values where the path leads through lists. */
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

/** A text; the texts of a list joined. */
const textAt = (value: unknown): string =>
  Array.isArray(value) ? value.map(stringOf).join('') : stringOf(value);

/** Turns texts, each of which may repeat all those before it, into deltas. */
function createDeltas(): (text: string) => string {
  let all = '';
  return (text) => {
    const isRepeated = all.length > 1 && text.startsWith(all);
    const added = isRepeated ? text.slice(all.length) : text;
    all += added;
    return added;
  };
}
