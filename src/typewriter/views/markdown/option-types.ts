/** A check of development builds: options of markdown that have no effect, or not the one that is meant. */
import { OptionsError } from '../../../errors.ts';

/** An attribute of the element may be empty, or have spaces at its ends. */
const isListOf = (isItem: (item: string) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every((item) => item === '' || isItem(String(item)));

/** Whether a text is an origin as a URL has it: without a path, in lower case. */
function isOrigin(text: string): boolean {
  try {
    return /^https?:/.test(text) && new URL(text).origin === text;
  } catch {
    // Not a URL.
    return false;
  }
}

const FUNCTION = [(value: unknown): boolean => typeof value === 'function', 'a function'] as const;

/** What options take, by their names: a test of the value, and words for an error. */
const OPTIONS: Readonly<Record<string, readonly [test: (value: unknown) => boolean, takes: string]>> = {
  links: [
    isListOf((item) => /^[a-z][a-z\d+.-]*:$/.test(item)),
    "a list of protocols, such as ['https:', 'mailto:']",
  ],
  images: [isListOf(isOrigin), "a list of origins, such as ['https://images.example.com']"],
  sanitize: FUNCTION,
  highlight: FUNCTION,
  onBlock: FUNCTION,
  math: FUNCTION,
  link: FUNCTION,
  singleTilde: [(value) => typeof value === 'boolean', 'true or false'],
};

/** @throws OptionsError for a value that an option does not take */
export function assertOptionTypes(options: object): void {
  // `{ view: markdown }` calls it with the element.
  if (typeof options !== 'object' || 'nodeType' in options)
    throw new OptionsError('markdown() takes options, and returns a view. Write { view: markdown() }.', {
      option: 'view',
    });
  for (const [option, [test, takes]] of Object.entries(OPTIONS)) {
    const value = (options as Readonly<Record<string, unknown>>)[option];
    if (value != null && !test(value))
      throw new OptionsError(`${option} is ${JSON.stringify(value) ?? typeof value}. It takes ${takes}.`, {
        option,
      });
  }
}
