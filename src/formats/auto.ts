import type { Format, FormatName } from '../contract/format.ts';
import { OptionsError } from '../errors.ts';
import * as formats from './all.ts';
import { errorIn, providerError } from './errors.ts';
import { plain } from './plain.ts';

/**
 * Detects the format by the response's headers and the first events. A stream that none of them recognises is read as
 * `plain()` reads it; an event named `error`, or one with an `error`, ends such an answer, too.
 *
 * @param own Formats of your own, each with `recognises`, which are asked first.
 */
export function auto(...own: readonly Format[]): Format {
  const known = [...own, ...Object.values(formats).map((create) => create())];
  return {
    name: 'auto',
    events: ['error', ...known.flatMap(({ events = [] }) => events)],
    // An answer of which nothing came is not whole.
    hasEnd: true,
    reader() {
      const fallback = plain();
      const readPlain = fallback.reader();
      let read: ReturnType<Format['reader']> | undefined;
      let isPlain = false;
      return (event, emit) => {
        if (!read && !isPlain) {
          const format = known.find((one) => one.recognises?.(event)) ?? fallback;
          emit({ type: 'format', format });
          if (format !== fallback) read = format.reader();
          // A format may still be recognised after events that no format knows.
          isPlain = format === fallback && fallback.recognises!(event);
        }
        if (read) return read(event, emit);
        const error = errorIn(event);
        if (error) emit({ type: 'error', error: providerError(error) });
        else readPlain(event, emit);
      };
    },
  };
}

/** The format that an option names, or is. @throws OptionsError where there is none of that name */
export function formatOf(option: Format | FormatName = 'auto'): Format {
  if (typeof option !== 'string') return option;
  const byName: Record<string, () => Format> = { ...formats, auto, plain };
  if (Object.hasOwn(byName, option)) return byName[option]!();
  const names = Object.keys(formats).join(', ');
  throw new OptionsError(`There is no format '${option}'. There are: auto, plain, ${names}.`, {
    option: 'format',
  });
}
