import type { Format, FormatEvent, FormatPart, FormatReader } from '../contract/format.ts';
import { DecodeError } from '../errors.ts';
import { errorIn } from './errors.ts';
import { typeOf, type Wire } from './wire.ts';
import { createWriter, type Writer } from './writer.ts';

/** Reads one event of a format. It returns something true where the event is known, though it has no part. */
export type ReadWire = (data: Wire, write: Writer, event: FormatEvent) => unknown;

/** What a built-in format says of itself. */
export interface WireFormat extends Pick<Format, 'name' | 'hasEnd' | 'cursor'> {
  /** The event names, separated by spaces: bundlers can drop an unused string, but not a call that makes a list. */
  readonly events?: string | undefined;
  /** Claims an event by its exact type or shape. */
  recognises(data: Wire, event: FormatEvent): unknown;
  /** The types of events that carry nothing for the page: where they give no part, they are not `unknown`. */
  readonly silent?: RegExp | undefined;
  /** The error in an event, where it is not where all vendors have it. */
  readonly errorIn?: ((event: FormatEvent) => unknown) | undefined;
  open(): ReadWire;
}

/** Makes a format that understands the errors of all vendors, and passes on events that it does not know. */
export function wireFormat({
  recognises,
  silent,
  open,
  events,
  errorIn: find = errorIn,
  ...format
}: WireFormat): Format {
  return {
    hasEnd: true,
    ...format,
    events: `error ${events ?? 'message'}`.split(' '),
    recognises: (event) => Boolean(recognises((event.data ?? undefined) as Wire, event)),
    reader: () => createReader(open(), silent, find),
  };
}

function createReader(read: ReadWire, silent: RegExp | undefined, find: typeof errorIn): FormatReader {
  let hasWritten: boolean;
  let emit: (part: FormatPart) => void;
  const write = createWriter((part) => {
    hasWritten = true;
    emit(part);
  });
  return (event, to) => {
    const { type, data } = event;
    const wire = data as Wire;
    emit = to;
    hasWritten = false;
    const error = find(event);
    if (error) write.error(error);
    if (typeof data === 'string') assertWhole(type, data);
    const isKnown = read(wire, write, event);
    if (hasWritten || isKnown || silent?.test(typeOf(wire) || typeOf(wire, 'event_type') || type)) return;
    to({ type: 'unknown', event: type, data });
  };
}

/** Data that begins like JSON and is none is damaged: a part of the answer is missing. */
function assertWhole(type: string, data: string): void {
  if (!/^[{[]/.test(data)) return;
  try {
    JSON.parse(data);
  } catch (cause) {
    throw new DecodeError(`The data of event '${type}' is damaged JSON. See data and cause.`, {
      type,
      data,
      cause,
    });
  }
}
