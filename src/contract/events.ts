import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { RawEvent } from './transport.ts';

/**
 * How the data of an event becomes a value.
 *
 * @example
 * import { stream, type Decode } from 'teleprinter';
 * const decode: Decode<number> = (data) => Number(data);
 * for await (const { data } of stream('/prices', { decode })) console.log(data.toFixed(2));
 */
export type Decode<T = unknown> = 'auto' | 'json' | 'text' | ((data: string, event: RawEvent) => T);

/**
 * Which event is the end marker.
 *
 * @example
 * import { stream, type End } from 'teleprinter';
 * const end: End = ({ type, data }) => type === 'status' && data === 'done';
 * const answer = stream('/api/chat', { end });
 */
export type End = string | readonly string[] | ((event: RawEvent) => boolean) | false;

/**
 * Server event names, each with the Standard Schema of its data. https://standardschema.dev
 *
 * @example
 * import { stream, type EventSchemas } from 'teleprinter';
 * import { z } from 'zod';
 * const events = { price: z.object({ amount: z.number() }) } satisfies EventSchemas;
 * stream('/feed', { events }).on('price', ({ data }) => console.log(data.amount));
 */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>;

/**
 * One event of the server, decoded.
 *
 * @example
 * import { stream, type StreamEvent } from 'teleprinter';
 * const log = ({ type, data, id }: StreamEvent) => console.log(type, data, id);
 * for await (const event of stream('/feed', { events: ['price', 'news'] })) log(event);
 */
export interface StreamEvent<Type extends string = string, Data = unknown> {
  /** The server's name for it; `message` where it gave none. */
  readonly type: Type;
  /** What `decode`, and the schema in `events`, made of the data. */
  readonly data: Data;
  /** The last event ID at this event, as `MessageEvent.lastEventId`; empty when there was none yet. */
  readonly id: string;
  /** The data as it arrived. */
  readonly raw: string;
}

/**
 * Event names, or a map from each name to the Standard Schema of its data.
 *
 * @example
 * import { stream, type EventNames } from 'teleprinter';
 * const events: EventNames = ['price', 'news'];
 * const feed = stream('/feed', { events, reconnect: 'always' });
 */
export type EventNames = readonly string[] | EventSchemas;

/**
 * The events of a stream, of which `T` is what `decode` gives, as one union, so that `switch (event.type)` narrows `data`.
 *
 * @example
 * import type { EventsOf } from 'teleprinter';
 * import { z } from 'zod';
 * const events = { price: z.number(), news: z.string() };
 * function show(event: EventsOf<typeof events, unknown>) {
 *   if (event.type === 'price') console.log(event.data.toFixed(2));
 * }
 */
export type EventsOf<E, T> = E extends EventSchemas
  ?
      | { [K in keyof E & string]: StreamEvent<K, StandardSchemaV1.InferOutput<E[K]>> }[keyof E & string]
      | ('message' extends keyof E ? never : StreamEvent<'message', T>)
  : StreamEvent<string, T>;

/**
 * The event that a listener for `Type` hears.
 *
 * @example
 * import type { EventOf } from 'teleprinter';
 * import { z } from 'zod';
 * const events = { price: z.number() };
 * const onPrice = ({ data }: EventOf<typeof events, unknown, 'price'>) => console.log(data.toFixed(2));
 */
export type EventOf<E, T, Type extends string> = E extends EventSchemas
  ? Type extends keyof E
    ? StreamEvent<Type, StandardSchemaV1.InferOutput<E[Type]>>
    : StreamEvent<Type, T>
  : StreamEvent<Type, T>;
