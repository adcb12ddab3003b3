import { describe, expect, test } from 'vitest';
import { ProviderError, stream, type StreamResult } from '../../src/index.ts';
import { SAMPLES, TEXT } from './samples.ts';
import { createRandom } from '../random.ts';
import { serve } from '../server/client.ts';
import { end, head, write } from '../server/script.ts';

/** A response whose body comes in pieces of `size` bytes, and then ends or breaks. */
function respond(
  wire: string,
  { type = 'text/event-stream', size = Infinity, breaks = false } = {},
): Response {
  const bytes = new TextEncoder().encode(wire);
  let at = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += size)));
        else if (breaks) controller.error(new TypeError('network error'));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { 'Content-Type': type } });
}

describe.each(SAMPLES.map((sample) => [sample.name, sample] as const))('%s', (_, sample) => {
  const { wire, type, format, reasoning, toolCalls, finishReason, outcome, usage } = sample;

  function expectWhole(result: StreamResult): void {
    expect(result).toMatchObject({ outcome, text: TEXT, reasoning, finishReason, error: undefined });
    expect(result.toolCalls).toEqual(toolCalls);
    if (usage) expect(result.usage).toMatchObject(usage);
  }

  test.each([1, 2, 3, 7, 64, Infinity])('is recognised and read in pieces of %s bytes', async (size) => {
    const source = stream(respond(wire, { type, size }));
    expectWhole(await source.result);
    expect(source.format).toBe(format);
  });

  test('is read with its format given by name in the options', async () => {
    expectWhole(await stream(respond(wire, { type }), { format }).result);
  });

  test('is the same answer with other line ends', async () => {
    const other = wire.includes('\r\n') ? wire.replaceAll('\r\n', '\n') : wire.replaceAll('\n', '\r\n');
    expectWhole(await stream(respond(other, { type, size: 5 })).result);
  });

  test('comes through a real connection', async () => {
    const server = await serve([head(200, { 'content-type': type }), write(wire), end]);
    expectWhole(await stream(server.url, { method: 'POST' }).result);
  });

  const separator = wire.includes('\r\n\r\n') ? '\r\n\r\n' : type.includes('json') ? '\n' : '\n\n';
  const events = wire.split(separator).filter(Boolean);

  async function expectCut(partial: string): Promise<void> {
    const result = await stream(respond(partial, { type, breaks: sample.endsByClosing })).result;
    expect(result, `cut after ${partial.slice(-60)}`).toMatchObject({
      outcome: expect.stringMatching(/^(truncated|failed)$/),
      error: expect.any(Error),
    });
    expect(TEXT.startsWith(result.text)).toBe(true);
  }

  test('that is cut between two events before its finish is truncated, with the text so far', async () => {
    const finish = events.findLastIndex((event) => event.includes(finishReason ?? '[DONE]'));
    const last = finish < 0 ? events.length - 1 : finish;
    for (let count = 0; count < last; count++) {
      await expectCut(
        events
          .slice(0, count)
          .map((event) => event + separator)
          .join(''),
      );
    }
  });

  test('that is cut within an event is truncated, with the text so far', async () => {
    const { int } = createRandom(1);
    const end = wire.trimEnd().length - '[DONE]'.length;
    for (let cut = 0; cut < 20; cut++) await expectCut(wire.slice(0, int(end)).replace(/\s*$/, ''));
  });

  test('with an error event fails with the vendor’s message, and keeps the text', async () => {
    const before = events.findIndex((event) => event.includes(', and the sky')) + 1;
    const failing = events.slice(0, before).join(separator) + separator + sample.error;
    const source = stream(respond(failing, { type }));
    let thrown: unknown;
    try {
      for await (const _ of source.text);
    } catch (error) {
      thrown = error;
    }
    const result = await source.result;
    expect(result).toMatchObject({ outcome: 'failed', text: 'It is 21 °C in Lisbon, and the sky ' });
    expect(thrown).toBe(result.error);
    expect(result.error).toBeInstanceOf(ProviderError);
    expect(result.error).toMatchObject({
      code: 'provider',
      providerCode: sample.providerCode,
      providerMessage: sample.providerMessage,
    });
    expect(result.error?.message).toContain(sample.providerMessage);
  });
});
