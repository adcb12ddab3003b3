import type { StreamOptions } from '../contract/options.ts';
import { OptionsError } from '../errors.ts';

/** The attributes that are properties with a string, or `null` where the attribute is absent. */
const TEXTS = [
  'src',
  'method',
  'body',
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
const FLAGS = ['follow', 'markdown'] as const;
/** The attributes that are options of `stream()` as they stand. */
const OPTIONS = ['method', 'body', 'credentials', 'end', 'format'] as const;

/** Defines a property for each attribute. */
export function reflectAttributes(prototype: HTMLElement): void {
  for (const name of TEXTS) {
    define(prototype, name, {
      get(this: HTMLElement) {
        return this.getAttribute(name);
      },
      set(this: HTMLElement, value: string | null) {
        if (value === null) this.removeAttribute(name);
        else this.setAttribute(name, value);
      },
    });
  }
  for (const name of FLAGS) {
    define(prototype, name, {
      get(this: HTMLElement) {
        return this.hasAttribute(name);
      },
      set(this: HTMLElement, value: boolean) {
        this.toggleAttribute(name, value);
      },
    });
  }
}

function define(prototype: HTMLElement, name: string, accessors: PropertyDescriptor): void {
  Object.defineProperty(prototype, name, { configurable: true, enumerable: true, ...accessors });
}

/**
 * The options of `stream()` that an element's attributes give.
 * @throws OptionsError when `headers` is not JSON
 */
export function streamOptions(element: HTMLElement): StreamOptions {
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
