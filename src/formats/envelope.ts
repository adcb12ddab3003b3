import type { Format, FormatEvent, FormatReader } from '../contract/format.ts';
import { parsed, wordOf, type Wire } from './wire.ts';

/**
 * Where an event of a format may be: it is one itself, or it is JSON in a string, or in a field of another, as SDKs
 * (`{ event, data }`) and servers (`{ type: 'chunk', chunk }`) wrap it.
 */
const PLACES = [undefined, '', 'data', 'chunk', 'event', 'payload', 'response'];

/** The first format that an event is of, and a reader for it. */
export function recognise(
  formats: readonly Format[],
  event: FormatEvent,
): readonly [Format, FormatReader] | undefined {
  for (const place of PLACES) {
    const inner = contentOf(event, place);
    const format = inner && formats.find((candidate) => candidate.recognises?.(inner));
    if (!format) continue;
    const read = format.reader();
    if (place === undefined) return [format, read];
    const readInner: FormatReader = (each, emit) => read(contentOf(each, place) ?? each, emit);
    return [format, Object.assign(readInner, read)];
  }
  return undefined;
}

/** The event at a place in another; `undefined` where there is none. */
function contentOf(event: FormatEvent, place: string | undefined): FormatEvent | undefined {
  if (place === undefined) return event;
  const outer = event.data as Wire;
  const inner: unknown = place ? outer?.[place] : outer;
  // A failed attempt takes long.
  const isJson = typeof inner === 'string' && /^"?\{/.test(inner);
  const data = isJson ? parsed(parsed(inner)) : place && inner;
  if (!data || typeof data !== 'object') return undefined;
  return { ...event, type: wordOf(outer?.event) || event.type, data };
}
