import type { StreamOptions } from '../contract/options.ts';
import { OptionsError } from '../errors.ts';

/** The properties that are attributes. */
export interface ReflectedAttributes {
  /** The URL of the stream. */
  src: string | null;
  /** The HTTP method. */
  method: string | null;
  /** Request headers, as a JSON object. An object is written as JSON. */
  headers: string | null;
  /** The name of the format; `auto` detects it. */
  format: string | null;
  /** Whether cookies go along: `include`, `same-origin` or `omit`. */
  credentials: string | null;
  /** The name of the event that ends the answer. */
  end: string | null;
  /** Graphemes per second; without it the pace is that of the stream. */
  speed: string | null;
  /** The ID of a form, whose fields are sent when it is submitted; once for the same fields while the answer comes. */
  for: string | null;
  /** `lazy` waits until the element is near what the reader sees. */
  loading: string | null;
  /** `off`: no live region. */
  announce: string | null;
  /** Keeps the end in sight, until the reader scrolls up. */
  follow: boolean;
  /** Shows markdown. */
  markdown: boolean;
  /** Whether the element's children are the answer, so that nothing is asked until the request changes. */
  answered: boolean;
  /** Whether a caret stands behind the last letter. @default true */
  caret: boolean;
  /** Whether it starts when it is connected. @default true */
  autostart: boolean;
}

/** The attributes that are properties with a string, or `null` where the attribute is absent. */
const TEXTS = [
  'src',
  'method',
  'headers',
  'format',
  'credentials',
  'end',
  'speed',
  'for',
  'loading',
  'announce',
] as const;
/** The attributes that are boolean properties. */
const FLAGS = ['follow', 'markdown', 'answered'] as const;
/** The attributes that are boolean properties, and true unless the attribute is `"false"`. */
const DEFAULTS = ['caret', 'autostart'] as const;
/** The properties of an element that may have been set before it was defined. */
const PROPERTIES = [...TEXTS, ...FLAGS, ...DEFAULTS, 'body', 'options'] as const;
/** The attributes that are options of `stream()` as they stand. */
const OPTIONS = ['method', 'credentials', 'end', 'format'] as const;

/** The attributes that make the request: when one changes, the element asks again. */
export const REQUEST_ATTRIBUTES: readonly string[] = ['src', 'method', 'body', 'headers', 'credentials'];

/** Defines a property for each attribute, and those that have none. */
export function defineProperties(prototype: HTMLElement): void {
  const reflect = (
    names: readonly string[],
    get: (element: HTMLElement, name: string) => unknown,
    set: (element: HTMLElement, name: string, value: unknown) => void,
  ): void => {
    for (const name of names) {
      Object.defineProperty(prototype, name, {
        configurable: true,
        enumerable: true,
        get(this: HTMLElement) {
          return get(this, name);
        },
        set(this: HTMLElement, value: unknown) {
          set(this, name, value);
        },
      });
    }
  };
  reflect(TEXTS, (element, name) => element.getAttribute(name), setText);
  reflect(
    FLAGS,
    (element, name) => isTrue(element.getAttribute(name)),
    (element, name, value) => element.toggleAttribute(name, isTrue(value)),
  );
  reflect(
    DEFAULTS,
    (element, name) => element.getAttribute(name) !== 'false',
    (element, name, value) =>
      setText(element, name, value === undefined || isTrue(value) ? undefined : 'false'),
  );
  // A field of the class would replace what an element has that is upgraded.
  Object.assign(prototype, { markdownOptions: undefined, view: undefined });
}

/** Sets an attribute, or removes it for `null` and `undefined`. A plain object or array is written as JSON. */
export function setText(element: HTMLElement, name: string, value: unknown): void {
  if (value == null) element.removeAttribute(name);
  else element.setAttribute(name, isPlain(value) ? JSON.stringify(value) : (value as string));
}

/** Frameworks write a boolean as an attribute's value, too: `''` is true there, `'false'` is not. */
const isTrue = (value: unknown): boolean => value === '' || (Boolean(value) && value !== 'false');

/** Whether a value is an object or array of JSON. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const bodyIds = new WeakMap<object, number>();
let lastBodyId = 0;

/** What an element's request is made of, as far as it can change: two that are equal need no second answer. */
export function requestKey(element: HTMLElement, body: unknown): string {
  const attributes = REQUEST_ATTRIBUTES.map((name) => element.getAttribute(name));
  return JSON.stringify([...attributes, isPlain(body) ? body : bodyId(body)]);
}

/** A number for each body that cannot be compared by what is in it. */
function bodyId(body: unknown): number {
  if (typeof body !== 'object' || !body) return 0;
  if (!bodyIds.has(body)) bodyIds.set(body, ++lastBodyId);
  return bodyIds.get(body)!;
}

/** Sets the properties again that were set before the element was defined, which hide its accessors. */
export function upgradeProperties(element: HTMLElement): void {
  const own = element as unknown as Record<string, unknown>;
  for (const name of PROPERTIES) {
    if (!Object.hasOwn(own, name)) continue;
    const value = own[name];
    delete own[name];
    own[name] = value;
  }
}

/**
 * The options of `stream()` that an element's attributes give.
 * @throws OptionsError when `headers` is not JSON, or `body` an object that was written as a string
 */
export function streamOptions(element: HTMLElement): StreamOptions {
  // A framework writes an object so where the element is not defined yet.
  if (element.getAttribute('body') === '[object Object]') {
    throw new OptionsError('The body was set before <tele-printer> was defined.', { option: 'body' });
  }
  const given: Record<string, unknown> = {};
  for (const name of OPTIONS) {
    const value = element.getAttribute(name);
    if (value !== null) given[name] = value;
  }
  const headers = element.getAttribute('headers');
  if (headers !== null) given.headers = parseHeaders(headers);
  return given;
}

function parseHeaders(json: string): Record<string, string> {
  try {
    return JSON.parse(json) as Record<string, string>;
  } catch (cause) {
    throw new OptionsError(`The headers attribute is not a JSON object like {"X-Name": "value"}.`, {
      option: 'headers',
      cause,
    });
  }
}
