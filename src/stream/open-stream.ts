import type { EventNames } from '../contract/events.ts';
import type { EventStream } from '../contract/event-stream.ts';
import type { Format } from '../contract/format.ts';
import type { StreamInput, StreamOptions } from '../contract/options.ts';
import { Session } from './session.ts';

/**
 * Opens a stream with this format. It is `stream()` without the choice of a format, which decides what is bundled.
 * @throws OptionsError
 */
export function openStream<E extends EventNames, T>(
  input: StreamInput,
  options: StreamOptions<E, T>,
  format: Format,
): EventStream<E, T> {
  const session = new Session(input, options as StreamOptions, format);
  const { consumers, eventTypes } = session;
  const stream: EventStream = {
    get state() {
      return session.state;
    },
    get lastEventId() {
      return session.lastEventId;
    },
    get format() {
      return session.formatName;
    },
    get result() {
      session.start();
      return session.result;
    },
    text: {
      [Symbol.asyncIterator]() {
        session.start();
        return consumers.iterateParts((part) => (part.type === 'text' ? part.delta : undefined));
      },
    },
    parts: {
      [Symbol.asyncIterator]() {
        session.start();
        return consumers.iterateParts((part) => part);
      },
    },
    [Symbol.asyncIterator]() {
      session.start();
      return consumers.iterateEvents();
    },
    on(type, listener) {
      if (!eventTypes.names.has(type)) {
        eventTypes.names.add(type);
        eventTypes.onAdd?.(type);
      }
      session.start();
      return consumers.listen(type, listener as Parameters<typeof consumers.listen>[1]);
    },
    close: () => session.close(),
    subscribe(listener) {
      session.start();
      return consumers.listenToChanges(listener);
    },
    getSnapshot: () => session.snapshot,
    async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
      session.close();
    },
  };
  // Callbacks are consumers, too.
  if (Object.entries(options).some(([name, value]) => value && name.startsWith('on'))) session.start();
  return stream as unknown as EventStream<E, T>;
}
