/** `teleprinter/eventsource`: an EventSource that can send headers, a method and a body. */
export {
  EventSource,
  type EventSourceConstructor,
  type EventSourceErrorEvent,
  type EventSourceOptions,
} from './connection/event-source.ts';
