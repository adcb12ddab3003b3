import type { End } from '../contract/events.ts';
import type { RawEvent } from '../contract/transport.ts';
import { isDone } from '../done.ts';

/** The event names that the end marker may have; the default one is recognised by its data too. */
export function endNames(end: End | undefined): readonly string[] {
  return typeof end === 'function' || end === false ? [] : [end ?? 'end'].flat();
}

/** The test for the end marker: by default an event named `end`, or OpenAI's `[DONE]`. */
export function endTest(end: End | undefined): (event: RawEvent) => boolean {
  if (typeof end === 'function') return end;
  const [name, ...more] = endNames(end);
  // Of several names few have any, and `includes` takes a tenth of what reading an event takes.
  return ({ type, data }) =>
    type === name || (more.length > 0 && more.includes(type)) || (end === undefined && isDone(data));
}
