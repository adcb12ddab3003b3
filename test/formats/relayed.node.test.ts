import { describe, expect, test } from 'vitest';
import { auto, stream, type Format, type Part, type StreamResult } from '../../src/index.ts';
import { LANG_CHAIN, SDKS, VENDORS, type Relayed } from './relayed.ts';

type Answer = StreamResult & { readonly format: string; readonly parts: readonly Part[] };

async function read(wire: string, size = Infinity): Promise<Answer> {
  const bytes = new TextEncoder().encode(wire);
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) controller.close();
      else controller.enqueue(bytes.subarray(at, (at += size)));
    },
  });
  const parts: Part[] = [];
  const response = new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  const source = stream(response, { onPart: (part) => parts.push(part) });
  return { ...(await source.result), format: source.format, parts };
}

function check(answer: Answer, expected: Relayed): void {
  const {
    format,
    text = 'Hello you',
    reasoning = '',
    calls = [],
    outcome = 'complete',
    usage,
    parts,
  } = expected;
  expect(answer).toMatchObject({ format, text, reasoning, outcome });
  expect(answer.toolCalls.map(({ name, input }) => [name, input])).toEqual(calls);
  if (usage) {
    const [inputTokens, outputTokens, more] = usage;
    expect(answer.usage).toMatchObject({ inputTokens, outputTokens, ...more });
  }
  for (const word of parts ?? []) expect(JSON.stringify(answer.parts)).toContain(word);
}

const ENDS = ['', 'event: end\ndata: Stream ended\n\n', 'data: [DONE]\n\n'];
const GREETINGS = ['', 'data: connected\n\n', 'data: {"status":"connected"}\n\n'];

describe.each(Object.entries({ ...SDKS, ...LANG_CHAIN, ...VENDORS }))('%s', (_, expected) => {
  const { wire, endsByClosing } = expected;

  test.each([1, 7, 64, Infinity])('is read in pieces of %s bytes', async (size) => {
    check(await read(wire, size), expected);
  });

  test('is read the same after a greeting, and before an end marker', async () => {
    for (const greeting of GREETINGS)
      for (const end of ENDS) check(await read(greeting + wire + end), expected);
  });

  test('that is cut is not complete', async () => {
    const events = wire.split(/(?<=\n\n)/);
    for (let count = 0; count < events.length && !endsByClosing; count++) {
      const { outcome, text, finishReason } = await read(events.slice(0, count).join(''));
      // Usage and the like may follow the finish.
      if (finishReason && text === (expected.text ?? 'Hello you')) continue;
      expect(outcome, `cut after ${events[count - 1]}`).toMatch(/truncated|failed/);
    }
  });
});

test('an own format is recognised in an envelope, and its reader may hold text back', async () => {
  const house: Format = {
    name: 'house',
    hasEnd: true,
    recognises: ({ data }) => typeof data === 'object' && data !== null && 'tok' in data,
    reader() {
      let last = '';
      const reader: ReturnType<Format['reader']> = ({ data, isEnd }, emit) => {
        if (isEnd) return;
        if (last) emit({ type: 'text', delta: last });
        last = (data as { tok: string }).tok;
      };
      reader.end = (emit) => emit({ type: 'text', delta: last });
      return reader;
    },
  };
  const wire = 'data: {"data":{"tok":"Hello"}}\n\ndata: {"data":{"tok":" you"}}\n\ndata: [DONE]\n\n';
  const source = stream(new Response(wire, { headers: { 'Content-Type': 'text/event-stream' } }), {
    format: auto(house),
  });
  expect(await source.result).toMatchObject({ outcome: 'complete', text: 'Hello you' });
  expect(source.format).toBe('house');
});
