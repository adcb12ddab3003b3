import type { Format, FormatEvent, FormatPart, FormatReader } from '../contract/format.ts';
import { errorIn } from './errors.ts';
import type { Wire } from './wire.ts';
import { createWriter, type Writer } from './writer.ts';

/** Reads one event of a format. It returns something true where the event is known, though it has no part. */
export type ReadWire = (data: Wire, write: Writer, event: FormatEvent) => unknown;

/** What a built-in format says of itself. */
export interface WireFormat extends Pick<Format, 'name' | 'hasEnd' | 'think' | 'cursor'> {
  /** The event names, separated by spaces: bundlers can drop an unused string, but not a call that makes a list. */
  readonly events?: string | undefined;
  /** Claims an event by its exact type or shape. */
  recognises(data: Wire, event: FormatEvent): unknown;
  /** The error in an event, where it is not where all vendors have it. */
  readonly errorIn?: ((event: FormatEvent) => unknown) | undefined;
  open(): ReadWire;
}

/** Makes a format that understands the errors of all vendors, and passes on events that it does not know. */
export function wireFormat({
  recognises,
  open,
  events,
  errorIn: find = errorIn,
  ...format
}: WireFormat): Format {
  const isOwn = (event: FormatEvent): boolean =>
    Boolean(recognises((event.data ?? undefined) as Wire, event));
  return {
    hasEnd: true,
    isJson: true,
    ...format,
    events: `error ${events ?? 'message'}`.split(' '),
    recognises: isOwn,
    reader(): FormatReader {
      const read = open();
      let hasWritten: boolean;
      let emit: (part: FormatPart) => void;
      const write = createWriter((part) => {
        hasWritten = true;
        emit(part);
      });
      return (event, to) => {
        const { type, data } = event;
        emit = to;
        hasWritten = false;
        const error = find(event);
        if (error) write.error(error);
        const isKnown = read(data as Wire, write, event);
        if (!hasWritten && !isKnown && !isOwn(event)) to({ type: 'unknown', event: type, data });
      };
    },
  };
}
