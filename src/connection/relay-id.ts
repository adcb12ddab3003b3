/** What the event IDs of a relay prove. They are `<answer>:<number of the event>`: see `server/wire.ts`. */

/** Whether this event ID is a relay's. A relay ends each answer with a marker, or with an error. */
export function isOfRelay(id: string): boolean {
  return /^[0-9a-f]{32}:\d+$/.test(id);
}

/** Whether an event ID belongs to another answer of a relay than the last one, of which events have arrived. */
export function isOtherAnswer(id: string, last: string): boolean {
  return isOfRelay(id) && isOfRelay(last) && !last.endsWith(':0') && id.slice(0, 32) !== last.slice(0, 32);
}
