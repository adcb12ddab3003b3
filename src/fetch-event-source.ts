/** `teleprinter/fetch-event-source`: a transport through `@microsoft/fetch-event-source`. */
export { fetchEventSource } from './transports/fetch-event-source.ts';
