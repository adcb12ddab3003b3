import type { End } from '../contract/events.ts';
import type { RawEvent } from '../contract/transport.ts';
import { isDone } from '../done.ts';

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
