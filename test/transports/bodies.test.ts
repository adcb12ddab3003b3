import { describe, expect, test } from 'vitest';
import { stream, type StreamResult } from '../../src/index.ts';
import { EventSource } from '../../src/eventsource.ts';
import { serve } from '../server/client.ts';
import { answer, bytes, end, gate, head, write } from '../server/script.ts';

/** A response whose body comes in pieces of so many bytes. */
function respond(body: string, type: string | undefined, size = Infinity): Response {
  const all = new TextEncoder().encode(body);
  let at = 0;
  const pieces = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(all.subarray(at, (at += size)));
        if (at >= all.length) controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(pieces, { headers: type === undefined ? {} : { 'Content-Type': type } });
}

async function read(
  body: string,
  type: string | undefined,
  size?: number,
): Promise<StreamResult & { format: string }> {
  const source = stream(respond(body, type, size));
  return { ...(await source.result), format: source.format };
}

const chunk = (content: string, finish_reason: string | null = null): string =>
  JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] });
const sizes = [1, 2, 3, 7, 64, Infinity];

describe('a body of text', () => {
  test.each(sizes)('is the answer, in pieces of %s bytes', async (size) => {
    const text = '\uFEFFGrüße, 豆腐 🙂\n{"not": "JSON"}\n';
    expect(await read(text, 'text/plain; charset=utf-8', size)).toMatchObject({
      format: 'text',
      outcome: 'complete',
      text: text.slice(1),
    });
  });

  test('that is JSON is still the answer, as structured output comes so', async () => {
    expect(await read('{"title":"Soup"}', 'text/plain', 5)).toMatchObject({ text: '{"title":"Soup"}' });
    expect(await read('{"title":"Soup"}', 'text/plain')).toMatchObject({ text: '{"title":"Soup"}' });
  });

  test.each(['H', 'Hi', 'd', 'data', 'event: none', ''])('may be as short as %j', async (text) => {
    expect((await read(text, 'text/plain')).text).toBe(text);
  });

  test('arrives while the response goes on, split characters joined', async () => {
    const euro = [...new TextEncoder().encode('€')];
    const server = await serve([
      head(200, { 'content-type': 'text/plain' }),
      write('Hello '),
      ...euro.map((byte) => bytes(byte)),
      gate('shown'),
      write(' world'),
      end,
    ]);
    let text = '';
    for await (const delta of stream(server.url, { body: {} }).text) {
      text += delta;
      if (text === 'Hello €') await server.open('shown');
    }
    expect(text).toBe('Hello € world');
  });

  test('of an event stream is read as one', async () => {
    const events = `data: ${chunk('a')}\n\ndata: ${chunk('b', 'stop')}\n\n`;
    for (const size of sizes) {
      expect(await read(events, 'text/plain', size)).toMatchObject({ format: 'openaiChat', text: 'ab' });
    }
  });
});

describe('a body of JSON', () => {
  const gemini = (text: string, finishReason?: string): unknown => ({
    candidates: [{ content: { parts: [{ text }] }, finishReason }],
  });

  test.each(sizes)(
    'that is an array gives each element as it arrives, in pieces of %s bytes',
    async (size) => {
      const body = JSON.stringify([gemini('a "]} '), gemini('b\\'), gemini('c', 'STOP')], undefined, 2);
      expect(await read(body, 'application/json; charset=UTF-8', size)).toMatchObject({
        format: 'gemini',
        outcome: 'complete',
        text: 'a "]} b\\c',
      });
    },
  );

  test.each(sizes)(
    'that is a sequence, a separator before each, gives each value, in pieces of %s bytes',
    async (size) => {
      const body = ['a', 'b'].map((text) => `\u001e${JSON.stringify({ text })}\n`).join('');
      expect(await read(body, 'application/json-seq', size)).toMatchObject({
        outcome: 'complete',
        text: 'ab',
      });
    },
  );

  test.each(sizes)('that is an array of strings is their text, in pieces of %s bytes', async (size) => {
    const body = JSON.stringify(['Boil', ' {a}] \\', '"water"', '.'], undefined, 1);
    expect(await read(body, 'application/json', size)).toMatchObject({
      outcome: 'complete',
      text: 'Boil {a}] \\"water".',
    });
    expect((await read(body.slice(0, -1), 'application/json', size)).outcome).toBe('truncated');
  });

  test('may come after any white space, in time proportional to it', async () => {
    const time = async (spaces: number): Promise<number> => {
      const start = performance.now();
      const body = `${' '.repeat(spaces)}{"text":"hi"}`;
      expect(await read(body, 'application/json', 1)).toMatchObject({ outcome: 'complete', text: 'hi' });
      return performance.now() - start;
    };
    await time(1000);
    const [small, large] = [await time(10_000), await time(80_000)];
    // Linear is 8 times as long; quadratic 64.
    expect(large).toBeLessThan(Math.max(small, 20) * 24);
  });

  test('shows an element before the array is whole', async () => {
    const server = await serve([
      head(200, { 'content-type': 'application/json' }),
      write(`[${JSON.stringify(gemini('a'))}\n`),
      gate('shown'),
      write(`,${JSON.stringify(gemini('b', 'STOP'))}]`),
      end,
    ]);
    let text = '';
    for await (const delta of stream(server.url, { body: {} }).text) {
      text += delta;
      await server.open('shown');
    }
    expect(text).toBe('ab');
  });

  test('that is cut anywhere is truncated', async () => {
    const body = JSON.stringify([gemini('a'), gemini('b', 'STOP')]);
    const last = body.indexOf('STOP');
    for (let at = 1; at < last; at += 3) {
      const { outcome, text } = await read(body.slice(0, at), 'application/json');
      expect(outcome).toBe(text ? 'truncated' : 'failed');
    }
  });

  const whole: [string, object, object][] = [
    [
      'chat completion',
      {
        object: 'chat.completion',
        choices: [
          {
            index: 0,
            message: {
              role: 'assistant',
              content: 'Hi',
              reasoning_content: 'hm',
              tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
            },
            finish_reason: 'tool_calls',
          },
        ],
        usage: { prompt_tokens: 3, completion_tokens: 2 },
      },
      { format: 'openaiChat', outcome: 'tool-calls' },
    ],
    [
      'response',
      {
        object: 'response',
        status: 'completed',
        output: [
          { type: 'reasoning', summary: [{ type: 'summary_text', text: 'hm' }] },
          { type: 'message', content: [{ type: 'output_text', text: 'Hi' }] },
          { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' },
        ],
        usage: { input_tokens: 3, output_tokens: 2 },
      },
      { format: 'openaiResponses', outcome: 'tool-calls' },
    ],
    [
      'message of Anthropic',
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm' },
          { type: 'text', text: 'Hi' },
          { type: 'tool_use', id: 'c', name: 'f', input: { a: 1 } },
        ],
        stop_reason: 'tool_use',
        usage: { input_tokens: 3, output_tokens: 2 },
      },
      { format: 'anthropic', outcome: 'tool-calls' },
    ],
    [
      'answer of Gemini',
      {
        candidates: [
          {
            content: {
              parts: [
                { text: 'hm', thought: true },
                { text: 'Hi' },
                { functionCall: { id: 'c', name: 'f', args: { a: 1 } } },
              ],
            },
            finishReason: 'STOP',
          },
        ],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2 },
      },
      { format: 'gemini', outcome: 'tool-calls' },
    ],
    [
      'answer of Cohere',
      {
        id: '1',
        finish_reason: 'TOOL_CALL',
        message: {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm' },
            { type: 'text', text: 'Hi' },
          ],
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
        },
        usage: { tokens: { input_tokens: 3, output_tokens: 2 } },
      },
      { format: 'cohere', outcome: 'tool-calls' },
    ],
    [
      'answer of Ollama',
      {
        model: 'm',
        message: {
          role: 'assistant',
          content: 'Hi',
          thinking: 'hm',
          tool_calls: [{ id: 'c', function: { name: 'f', arguments: { a: 1 } } }],
        },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 3,
        eval_count: 2,
      },
      { format: 'ollama', outcome: 'tool-calls' },
    ],
  ];
  test.each(whole)('that is one whole %s is that answer', async (_, body, expected) => {
    for (const text of [JSON.stringify(body), JSON.stringify(body, undefined, 2)]) {
      const result = await read(text, 'application/json', 50);
      expect(result).toMatchObject({ text: 'Hi', reasoning: 'hm', ...expected });
      expect(result.toolCalls).toEqual([{ id: 'c', name: 'f', input: { a: 1 } }]);
      expect(result.usage).toMatchObject({ inputTokens: 3, outputTokens: 2 });
    }
  });

  test('with an error has failed, in the server’s words', async () => {
    const result = await read('{"error":{"message":"no credit","code":"quota"}}', 'application/json');
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { code: 'provider', providerMessage: 'no credit' },
    });
  });
});

describe('a body without a MIME type, or with a generic one', () => {
  test.each([undefined, 'application/octet-stream', 'nonsense'])(
    '%s, is read by its first bytes',
    async (type) => {
      for (const size of sizes) {
        expect(await read(`data: ${chunk('a', 'stop')}\n\n`, type, size)).toMatchObject({ text: 'a' });
        expect(await read(`: hello\n\ndata: ${chunk('a', 'stop')}\n\n`, type, size)).toMatchObject({
          text: 'a',
        });
        expect(await read(`${chunk('a')}\n${chunk('b', 'stop')}\n`, type, size)).toMatchObject({
          text: 'ab',
        });
        expect(await read(`[${chunk('a')},${chunk('b', 'stop')}]`, type, size)).toMatchObject({ text: 'ab' });
        expect(await read('Good morning', type, size)).toMatchObject({
          format: 'text',
          text: 'Good morning',
        });
      }
    },
  );

  test('that is HTML is an error', async () => {
    const { outcome, error } = await read('<!doctype html><title>Log in</title>', undefined);
    expect({ outcome, code: error?.code }).toEqual({ outcome: 'failed', code: 'http' });
    expect(error?.message).toMatch(/HTML page/);
  });
});

test('an event stream that calls itself JSON lines is read as one', async () => {
  for (const type of ['application/x-ndjson', 'application/json', 'application/jsonl']) {
    const result = await read(`data: ${chunk('a')}\n\ndata: ${chunk('b', 'stop')}\n\n`, type, 5);
    expect(result).toMatchObject({ format: 'openaiChat', outcome: 'complete', text: 'ab' });
  }
});

describe('bare JSON between the events of a stream', () => {
  const before = `data: ${chunk('a')}\n\n`;
  const error = { error: { message: 'We are busy.', code: 503 } };
  const forms: [string, string][] = [
    ['on one line', `${JSON.stringify(error)}\n`],
    ['on one line without a line end', JSON.stringify(error)],
    ['on many lines', `${JSON.stringify(error, undefined, 2)}\n\n`],
    ['in a list', `[${JSON.stringify(error, undefined, 2)}\n]\n`],
    ['behind `error:`', `error: ${JSON.stringify(error)}\n\n`],
    ['behind `error:` without a space', `error:${JSON.stringify(error)}\n\n`],
  ];
  test.each(forms)(
    'is an error %s, before text and after it, however the bytes are split',
    async (_, json) => {
      for (const size of sizes) {
        const failed = { outcome: 'failed', error: { code: 'provider', providerMessage: 'We are busy.' } };
        expect(await read(before + json, 'text/event-stream', size)).toMatchObject({ ...failed, text: 'a' });
        expect(await read(json, 'text/event-stream', size)).toMatchObject({ ...failed, text: '' });
        expect(await read((before + json).replaceAll('\n', '\r\n'), 'text/event-stream', size)).toMatchObject(
          {
            ...failed,
            text: 'a',
          },
        );
      }
    },
  );

  test('is no event for the standard’s EventSource', async () => {
    const body = `${before}{"error":"x"}\n\ndata: b\n\n`;
    const server = await serve(answer(200, 'text/event-stream', body), [head(204), end]);
    const heard: unknown[] = [];
    const source = new EventSource(server.url);
    await new Promise<void>((resolve) => {
      source.onmessage = ({ data }) => {
        heard.push(data);
        if (data === 'b') resolve();
      };
    });
    source.close();
    expect(heard).toEqual([chunk('a'), 'b']);
  });

  test('is not a brace of a text whose line ends were not escaped', async () => {
    const body = ['int main()', '\n{', '\n', ' // …'].map((text) => `data: ${text}\n\n`).join('');
    for (const size of sizes) {
      expect(await read(`${body}event: end\ndata\n\n`, 'text/event-stream', size)).toMatchObject({
        outcome: 'complete',
        text: 'int main() // …',
      });
    }
  });

  test('that never ends is bounded', async () => {
    const endless = `{"a":"${'x'.repeat(200_000)}`;
    const source = stream(respond(before + endless, 'text/event-stream', 1000), { maxEventSize: 50_000 });
    expect((await source.result).error).toMatchObject({ code: 'event-too-large' });
  });
});

test.each(['text/plain', 'application/json', 'application/x-ndjson'])(
  'the standard’s EventSource refuses %s',
  async (type) => {
    const server = await serve(answer(200, type, 'data: a\n\n'));
    const source = new EventSource(server.url);
    await new Promise((resolve) => (source.onerror = resolve));
    expect(source.readyState).toBe(EventSource.CLOSED);
  },
);
