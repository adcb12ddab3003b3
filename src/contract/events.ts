import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { RawEvent } from './transport.ts';

/** How the data of an event becomes a value. */
export type Decode<T = unknown> = 'auto' | 'json' | 'text' | ((data: string, event: RawEvent) => T);

/** Which event is the end marker. */
export type End = string | readonly string[] | ((event: RawEvent) => boolean) | false;

/** Server event names, each with the Standard Schema of its data. https://standardschema.dev */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** One event of the server, decoded. */
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

/** Event names, or a map from each name to the Standard Schema of its data. */
export type EventNames = readonly string[] | EventSchemas;

/** The events of a stream, of which `T` is what `decode` gives, as one union, so that `switch (event.type)` narrows `data`. */
export type EventsOf<E, T> = E extends EventSchemas
  ?
      | { [K in keyof E & string]: StreamEvent<K, StandardSchemaV1.InferOutput<E[K]>> }[keyof E & string]
      | ('message' extends keyof E ? never : StreamEvent<'message', T>)
  : StreamEvent<string, T>;

/** The event that a listener for `Type` hears. */
export type EventOf<E, T, Type extends string> = E extends EventSchemas
  ? Type extends keyof E
    ? StreamEvent<Type, StandardSchemaV1.InferOutput<E[Type]>>
    : StreamEvent<Type, T>
  : StreamEvent<Type, T>;
