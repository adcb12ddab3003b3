import type { End } from '../contract/events.ts';
import type { StreamOptions } from '../contract/options.ts';
import type { RawEvent } from '../contract/transport.ts';
import { isDone } from '../done.ts';
import type { ConnectionListener } from './listener.ts';
import { isOfRelay } from './relay-id.ts';

/** The event names of the end marker. The default marker is also recognised by its data. */
export function endNames(end: End | undefined): readonly string[] {
  return typeof end === 'function' || end === false ? [] : [end ?? 'end'].flat();
}

/** Creates the test for the end marker: by default an event named `end`, or OpenAI's `[DONE]`. */
export function createEndTest(end: End | undefined): (event: RawEvent) => boolean {
  if (typeof end === 'function') return end;
  const [name, ...more] = endNames(end);
  // Few streams have several names, and `includes` takes a tenth of the time that an event takes.
  return ({ type, data }) =>
    type === name || (more.length > 0 && more.includes(type)) || (end === undefined && isDone(data));
}

/** A stream, as far as its end depends on it. */
interface Answer {
  readonly options: Pick<StreamOptions, 'end' | 'reconnect'>;
  readonly listener: Pick<ConnectionListener, 'progress' | 'endExpected'>;
}

/**
 * The progress of the answer by its format. A live feed continues after the end of an answer, and an `end` set by the
 * caller replaces the format's. An error ends any stream.
 */
export function progressOf({
  options: { end, reconnect },
  listener: { progress },
}: Answer): 'going' | 'finished' | 'over' {
  if (progress === 'failed') return 'over';
  return end === undefined && reconnect !== 'always' ? progress : 'going';
}

/** Whether an end is expected and has not arrived. */
export function isEndMissing({ options: { end }, listener }: Answer, lastEventId: string): boolean {
  return end === undefined
    ? (listener.endExpected || isOfRelay(lastEventId)) && listener.progress === 'going'
    : end !== false;
}
