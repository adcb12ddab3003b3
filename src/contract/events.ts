import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { RawEvent } from './transport.ts';

/**
 * How to decode the data of an event.
 *
 * @example
 * import { stream, type Decode } from 'teleprinter';
 * const decode: Decode<number> = (data) => Number(data);
 * for await (const { data } of stream('/prices', { decode })) console.log(data.toFixed(2));
 */
export type Decode<T = unknown> = 'auto' | 'json' | 'text' | ((data: string, event: RawEvent) => T);

/**
 * The end marker: an event name, several names, a predicate over the raw event, or `false` for none.
 *
 * @example
 * import { stream, type End } from 'teleprinter';
 * const end: End = ({ type, data }) => type === 'status' && data === 'done';
 * const answer = stream('/api/chat', { end });
 */
export type End = string | readonly string[] | ((event: RawEvent) => boolean) | false;

/**
 * Maps each server event name to the Standard Schema of its data. https://standardschema.dev
 *
 * @example
 * import { stream, type EventSchemas } from 'teleprinter';
 * import { z } from 'zod';
 * const events = { price: z.object({ amount: z.number() }) } satisfies EventSchemas;
 * stream('/feed', { events }).on('price', ({ data }) => console.log(data.amount));
 */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>;

/**
 * A server event, decoded.
 *
 * @example
 * import { stream, type StreamEvent } from 'teleprinter';
 * const log = ({ type, data, id }: StreamEvent) => console.log(type, data, id);
 * for await (const event of stream('/feed', { events: ['price', 'news'] })) log(event);
 */
export interface StreamEvent<Type extends string = string, Data = unknown> {
  /** The event's name; `message` if the server sent none. */
  readonly type: Type;
  /** The data after `decode` and after the schema in `events`. */
  readonly data: Data;
  /** The last event ID at this event, like `MessageEvent.lastEventId`; empty if the server has sent none yet. */
  readonly id: string;
  /** The data as received. */
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
 * The events of a stream as one union, so that `switch (event.type)` narrows `data`. `T` is the type that `decode`
 * returns.
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
 * The event that a listener for `Type` receives.
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
