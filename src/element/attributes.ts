/** The attributes of `<tele-printer>`: their properties, and the request and the options that they make. */
import type { Body, StreamOptions } from '../contract/options.ts';
import { OptionsError } from '../errors.ts';

/** The properties that reflect attributes. */
export interface ReflectedAttributes {
  /** The URL of the stream. */
  src: string | null;
  /** The HTTP method. */
  method: string | null;
  /** Request headers, as a JSON object. An object that is assigned is written as JSON. */
  headers: string | null;
  /** The name of the format; `auto` detects it. */
  format: string | null;
  /** Whether cookies are sent: `include`, `same-origin` or `omit`. */
  credentials: string | null;
  /** The name of the event that ends the answer. */
  end: string | null;
  /** Graphemes per second. By default the text keeps pace with the stream. */
  speed: string | null;
  /** The ID of a form, whose fields are sent when it is submitted; the same fields only once while an answer arrives. */
  for: string | null;
  /** `lazy` delays the request until the element is near the viewport. */
  loading: string | null;
  /** `off`: no live region. */
  announce: string | null;
  /** The protocols that links in markdown may have, separated by spaces. An array may be assigned. */
  links: string | null;
  /** The origins that images in markdown may come from, separated by spaces. An array may be assigned. */
  images: string | null;
  /** Keeps the end of the answer in sight, until the reader scrolls up. */
  follow: boolean;
  /** Renders the answer as markdown. */
  markdown: boolean;
  /** Whether the element's children are the answer: no request is sent until its attributes change. */
  answered: boolean;
  /** Whether a caret is shown after the last letter. @default true */
  caret: boolean;
  /** Whether the request is sent when the element is connected. @default true */
  autostart: boolean;
}

/** Attributes reflected as strings; `null` when absent. */
const STRINGS = [
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
/** Attributes reflected as strings, lists separated by spaces. An array may be assigned. */
const LISTS = ['links', 'images'] as const;
/** Attributes reflected as booleans, false by default. */
const BOOLEANS = ['follow', 'markdown', 'answered'] as const;
/** Attributes reflected as booleans, true unless the attribute is `"false"`. */
const TRUE_BY_DEFAULT = ['caret', 'autostart'] as const;
/** The properties that may have been set on an element before it was defined. */
const PROPERTIES = [...STRINGS, ...LISTS, ...BOOLEANS, ...TRUE_BY_DEFAULT, 'body', 'options'] as const;
/** Attributes passed to `stream()` unchanged, as the options of the same names. */
const OPTIONS = ['method', 'credentials', 'end', 'format'] as const;

/** The attributes that make the request: when one changes, the element sends a new request. */
export const REQUEST_ATTRIBUTES: readonly string[] = ['src', 'method', 'body', 'headers', 'credentials'];

/** Defines the properties that reflect attributes, and those without an attribute. */
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
  const getAttribute = (element: HTMLElement, name: string): unknown => element.getAttribute(name);
  reflect(STRINGS, getAttribute, writeAttribute);
  reflect(LISTS, getAttribute, (element, name, value) =>
    writeAttribute(element, name, Array.isArray(value) ? value.join(' ') : value),
  );
  reflect(
    BOOLEANS,
    (element, name) => isTrue(element.getAttribute(name)),
    (element, name, value) => element.toggleAttribute(name, isTrue(value)),
  );
  reflect(
    TRUE_BY_DEFAULT,
    (element, name) => element.getAttribute(name) !== 'false',
    (element, name, value) =>
      writeAttribute(element, name, value === undefined || isTrue(value) ? undefined : 'false'),
  );
  // Not fields of the class: these would overwrite values that were set before the element was defined. Svelte looks for
  // setters, and writes an attribute where there is none.
  const kept = new WeakMap<HTMLElement, Readonly<Record<string, unknown>>>();
  reflect(
    ['markdownOptions', 'view'],
    (element, name) => kept.get(element)?.[name],
    (element, name, value) => void kept.set(element, { ...kept.get(element), [name]: value }),
  );
}

/** Sets an attribute, or removes it for `null` and `undefined`. Writes a plain object or array as JSON. */
export function writeAttribute(element: HTMLElement, name: string, value: unknown): void {
  if (value == null) element.removeAttribute(name);
  else element.setAttribute(name, isPlain(value) ? JSON.stringify(value) : (value as string));
}

/** Reads a boolean as frameworks write it, also as the value of an attribute: `''` is true, `'false'` is false. */
const isTrue = (value: unknown): boolean => value === '' || (Boolean(value) && value !== 'false');

/** Whether a value is an array or a plain object, which JSON can represent. */
function isPlain(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = value === Object(value) && Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const bodyIds = new WeakMap<object, number>();
let lastBodyId = 0;

/** Identifies the request of an element. Two requests with the same key have the same answer. */
export function requestKey(element: HTMLElement, body: unknown): string {
  const attributes = REQUEST_ATTRIBUTES.map((name) => element.getAttribute(name));
  return JSON.stringify([...attributes, isPlain(body) ? body : bodyId(body)]);
}

/** The ID of a body that cannot be compared by content, such as `FormData`; 0 for strings, which the attribute has. */
function bodyId(body: unknown): number {
  if (typeof body !== 'object' || !body) return 0;
  if (!bodyIds.has(body)) bodyIds.set(body, ++lastBodyId);
  return bodyIds.get(body)!;
}

/**
 * Finds an attribute that is an object as a server, or a framework before the element is defined, writes it. The framework
 * sets the property when it hydrates the page.
 */
export function findUnsetObject(element: HTMLElement): string | undefined {
  return ['body', 'headers'].find((name) => element.getAttribute(name) === '[object Object]');
}

/** The value of a text that is a JSON object or array, which is sent as JSON, with its type; any other body as it is. */
export function parseBody(body: Body | null): Body | null {
  try {
    const value: unknown = typeof body === 'string' && JSON.parse(body);
    return isPlain(value) ? (value as Body) : body;
  } catch {
    // A text that is not JSON.
    return body;
  }
}

/** Sets the properties again that were set before the element was defined: until then, they hide its accessors. */
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
 * Reads the options of `stream()` from an element's attributes.
 *
 * @throws OptionsError when `headers` is not JSON, or an object was written as an attribute
 */
export function streamOptions(element: HTMLElement): StreamOptions {
  const option = findUnsetObject(element);
  if (option)
    throw new OptionsError(`${option}="[object Object]": set the property, or write JSON.`, { option });
  const options: Record<string, unknown> = {};
  for (const name of OPTIONS) {
    const value = element.getAttribute(name);
    if (value !== null) options[name] = value;
  }
  const headers = element.getAttribute('headers');
  if (headers !== null) options.headers = parseHeaders(headers);
  return options;
}

function parseHeaders(json: string): Record<string, string> {
  try {
    return JSON.parse(json) as Record<string, string>;
  } catch (cause) {
    throw new OptionsError(`headers is not JSON like {"X-Name": "value"}.`, {
      option: 'headers',
      cause,
    });
  }
}
