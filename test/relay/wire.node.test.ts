import fc from 'fast-check';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { decodeBlock, encodeBlock } from '../../src/server/wire.ts';

test('a block is one event, which the relay decodes as the page does', () => {
  const line = fc.string({
    unit: fc.constantFrom('a', ' ', ':', 'data: ', 'event: ', '\u2028', '{"a":"\\n"}'),
  });
  const data = fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '\r', '\r\n', 'data: ', 'event: x', '"', '\0'),
  });
  fc.assert(
    fc.property(line, data, (type, text) => {
      const block = encodeBlock(type, text);
      const events: EventSourceMessage[] = [];
      createParser({ onEvent: (event) => events.push(event) }).feed(block);
      expect(events.map(({ event = 'message', data }) => ({ type: event, data }))).toEqual([
        decodeBlock(block),
      ]);
      // A block ends with a blank line, and contains no other.
      expect(block.match(/[^]+?\n\n/g)).toEqual([block]);
    }),
    { numRuns: 1000 },
  );
});
