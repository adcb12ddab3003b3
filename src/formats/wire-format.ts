import type { Format, FormatEvent, FormatPart, FormatReader } from '../contract/format.ts';
import { errorIn } from './errors.ts';
import type { Wire } from './wire.ts';
import { createWriter, type Writer } from './writer.ts';

/** Reads one event of a format. Returns a truthy value for a known event that has no part. */
export type ReadWire = (data: Wire, write: Writer, event: FormatEvent) => unknown;

/** The definition of a built-in format. */
export interface WireFormat extends Pick<Format, 'name' | 'hasEnd' | 'think' | 'cursor'> {
  /** The event names, separated by spaces: bundlers can drop an unused string, but not a call that makes a list. */
  readonly events?: string | undefined;
  /** Recognises an event by its exact type or shape. */
  recognises(data: Wire, event: FormatEvent): unknown;
  /** Finds the error in an event, for a format whose errors differ from those of all vendors. @default errorIn */
  readonly errorIn?: ((event: FormatEvent) => unknown) | undefined;
  /** Starts a reader for one answer. */
  open(): ReadWire;
}

/** Makes a format that reads the errors of all vendors and emits unknown events as `unknown` parts. */
export function wireFormat({
  recognises,
  open,
  events,
  errorIn: findError = errorIn,
  ...format
}: WireFormat): Format {
  const isRecognised = (event: FormatEvent): boolean =>
    Boolean(recognises((event.data ?? undefined) as Wire, event));
  return {
    hasEnd: true,
    isJson: true,
    ...format,
    events: `error ${events ?? 'message'}`.split(' '),
    recognises: isRecognised,
    reader(): FormatReader {
      const read = open();
      let hasWritten: boolean;
      let emitPart: (part: FormatPart) => void;
      const write = createWriter((part) => {
        hasWritten = true;
        emitPart(part);
      });
      return (event, emit) => {
        const { type, data } = event;
        emitPart = emit;
        hasWritten = false;
        const error = findError(event);
        if (error) write.error(error);
        const isKnown = read(data as Wire, write, event);
        if (!hasWritten && !isKnown && !isRecognised(event)) emit({ type: 'unknown', event: type, data });
      };
    },
  };
}
