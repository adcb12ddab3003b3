import type { Format, FormatEvent } from '../contract/format.ts';
import type { FinishOutcome } from '../contract/parts.ts';
import { wireFormat } from './wire-format.ts';
import type { Wire } from './wire.ts';
import type { Writer } from './writer.ts';

/** One small format. Each function gets an event's data, which it may find anything in. */
export interface Row {
  readonly name: string;
  /** The event names, separated by spaces; `message` where servers give none. */
  readonly events?: string;
  /** Whether an event is of this format: by its exact type or shape. */
  readonly is: (data: NonNullable<Wire>, event: FormatEvent) => unknown;
  readonly text?: Field;
  readonly reasoning?: Field;
  /** The calls in an event, each as `Writer.call` takes it. */
  readonly calls?: (data: NonNullable<Wire>, event: FormatEvent) => readonly Parameters<Writer['call']>[0][];
  readonly usage?: Field;
  /** Why the model stopped. */
  readonly finish?: Field;
  /** What the reason means, where it is not as everywhere. */
  readonly outcome?: (data: NonNullable<Wire>, event: FormatEvent) => FinishOutcome | undefined;
  /** Whether nothing follows. */
  readonly end?: Field;
  readonly error?: Field;
  /** What comes as `data`: a name and a value. */
  readonly data?: (
    data: NonNullable<Wire>,
    event: FormatEvent,
  ) => readonly [name: string, value: unknown] | undefined;
  /** Reads what the fields above cannot say. */
  readonly open?: () => (data: NonNullable<Wire>, write: Writer, event: FormatEvent) => void;
  /** Whether an answer without an end is cut. @default true */
  readonly hasEnd?: boolean;
}

type Field = (data: NonNullable<Wire>, event: FormatEvent) => unknown;

/** Makes a format of a row. */
export function formatOfRow({ name, events, hasEnd = true, is, open, ...row }: Row): Format {
  return wireFormat({
    name,
    events,
    hasEnd,
    recognises: (data, event) => is(data ?? {}, event),
    open() {
      const readMore = open?.();
      return (wire, write, event) => {
        const data = wire ?? {};
        write.reasoning(row.reasoning?.(data, event));
        write.text(row.text?.(data, event));
        for (const call of row.calls?.(data, event) ?? []) write.call(call);
        readMore?.(data, write, event);
        const extra = row.data?.(data, event);
        if (extra?.[1]) write.data(...extra);
        write.usage(row.usage?.(data, event));
        const error = row.error?.(data, event);
        if (error) write.error(error);
        write.finish(row.finish?.(data, event), Boolean(row.end?.(data, event)), row.outcome?.(data, event));
        return typeof data === 'object' && is(data, event);
      };
    },
  });
}
