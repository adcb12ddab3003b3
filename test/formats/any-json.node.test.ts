import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as formats from '../../src/formats.ts';
import { stream, type Format, type FormatPart } from '../../src/index.ts';
import { isWhole } from '../share.ts';

const { resumeAiSdk: _1, resumeLangGraph: _2, resumeOpenaiResponses: _3, ...create } = formats;

/** The field names that formats read, so that the generated JSON resembles real events. */
const NAMES =
  'type event_type choices delta index content text thinking reasoning tool_calls function name arguments finish_reason usage response item output_index content_block message partial_json candidates parts functionCall partialArgs jsonPath willContinue finishReason step interaction status done model error code toolCallId inputTextDelta messageMetadata id role';
const TYPES =
  'error start finish abort text-delta tool-input-start tool-input-available data-x message_start content_block_start content_block_delta content_block_stop message_delta message_stop response.created response.output_item.added response.output_item.done response.function_call_arguments.delta response.completed step.start step.delta step.stop interaction.completed message-end tool-call-start tool-call-delta tool-call-end RUN_STARTED TOOL_CALL_ARGS RUN_ERROR RUN_FINISHED STATE_DELTA tool_use function_call thought_summary AIMessageChunk';
const EVENTS = [
  'message',
  'error',
  'messages',
  'messages/partial',
  'messages/complete',
  'metadata',
  'updates',
];

const leaf = fc.oneof(
  fc.constantFrom(...TYPES.split(' ')),
  fc.string({ maxLength: 5 }),
  fc.integer({ min: -1, max: 3 }),
  fc.constantFrom(null, true, false, '$.a[0].b', '$.__proto__.x', '{"a":1}', 'STOP', 'length'),
);
const { wire: generated } = fc.letrec((tie) => ({
  wire: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.array(tie('wire'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...NAMES.split(' '), '__proto__', 'toString', 'valueOf'), tie('wire'), {
      maxKeys: 6,
    }),
  ),
}));

const wire = generated.map((value) => JSON.parse(JSON.stringify(value)) as unknown);

describe.each(Object.entries(create))('%s', (_, createFormat) => {
  const readAll = (events: readonly (readonly [string, unknown])[]): FormatPart[] => {
    const format: Format = createFormat();
    const read = format.reader();
    const parts: FormatPart[] = [];
    for (const [type, data] of events) {
      const event = { type, data, headers: undefined };
      format.recognises?.(event);
      format.cursor?.(data, undefined);
      read(event, (part) => parts.push(part));
    }
    return parts;
  };

  test('reads any JSON without an error, and emits only valid parts', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...EVENTS), wire), { maxLength: 8 }), (events) => {
        for (const part of readAll(events)) {
          if (part.type === 'text' || part.type === 'reasoning')
            expect(part.delta).toEqual(expect.any(String));
          if (part.type === 'usage') {
            for (const [name, count] of Object.entries(part.usage)) {
              if (name !== 'raw') expect(count === undefined || Number.isFinite(count)).toBe(true);
            }
          }
          if (part.type === 'error') expect(part.error.code).toBe('provider');
        }
        expect(({} as { x?: unknown }).x).toBeUndefined();
      }),
      { numRuns: isWhole ? 400 : 80 },
    );
  });

  test('ends a stream of any JSON with an outcome', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(wire, { maxLength: 6 }), async (events) => {
        const body = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
        const response = new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
        const { outcome, error, text } = await stream(response, { format: createFormat() }).result;
        expect(outcome).toMatch(/^(complete|length|tool-calls|refused|truncated|failed)$/);
        expect(error?.code ?? 'none').toMatch(/^(none|provider|truncated)$/);
        expect(text).toEqual(expect.any(String));
      }),
      { numRuns: isWhole ? 100 : 20 },
    );
  });
});
