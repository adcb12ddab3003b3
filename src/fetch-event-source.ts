export { fetchEventSource } from './transports/fetch-event-source.ts';
