/** What the event IDs of a relay prove. They are `<answer>:<number of the event>`: see `server/wire.ts`. */

const RELAY_ID = /^([0-9a-f]{32}:)(\d+)$/;

/** Whether this event ID is a relay's. A relay ends each answer with a marker, or with an error. */
export function isOfRelay(id: string): boolean {
  return RELAY_ID.test(id);
}

/** Whether an event ID belongs to another answer of a relay than the last one, of which events have arrived. */
export function isOtherAnswer(id: string, lastEventId: string): boolean {
  const last = RELAY_ID.exec(lastEventId);
  return Boolean(last && Number(last[2]) && isOfRelay(id) && !id.startsWith(last[1]!));
}
