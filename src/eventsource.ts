export {
  EventSource,
  type EventSourceConstructor,
  type EventSourceErrorEvent,
  type EventSourceOptions,
} from './connection/event-source.ts';
