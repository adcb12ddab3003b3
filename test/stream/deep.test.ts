import { describe, expect, test } from 'vitest';
import { stream } from '../../src/index.ts';
import { json } from '../../src/json.ts';

const respond = (...events: string[]): Response =>
  new Response([...events, '[DONE]'].map((data) => `data: ${data}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const chunk = (delta: string): string =>
  `{"id":"c","object":"chat.completion.chunk","choices":[{"index":0,"delta":${delta}}]}`;
const call = (input: string): string =>
  chunk(
    `{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":${JSON.stringify(input)}}}]}`,
  );

describe('data that nests too deep is not reported as an error of the options', () => {
  test.each(
    [600, 5000, 100_000].flatMap((depth) =>
      [
        ['an event', nested(depth)],
        ['an unknown event', `{"type":"x","y":${nested(depth)}}`],
        ['a field of a chunk', chunk(`{"content":"a","x":${nested(depth)}}`)],
        ['the arguments of a call', call(nested(depth))],
        ['an error', `{"error":${nested(depth)}}`],
        ['an error with words', `{"error":{"message":"no","x":${nested(depth)}}}`],
        ['usage', `{"id":"c","object":"chat.completion.chunk","choices":[],"usage":${nested(depth)}}`],
      ].map(([what, data]) => [what!, depth, data!] as const),
    ),
  )('%s, %i deep', async (_, _depth, data) => {
    const source = stream(respond(chunk('{"content":"hi"}'), data));
    const { error, text } = await source.result;
    expect(error?.code).not.toBe('options');
    expect(text).toContain('hi');
    expect(() => source.getSnapshot()).not.toThrow();
  });

  test('nor is JSON while it arrives', async () => {
    const recipe = json(stream(respond(chunk(`{"content":${JSON.stringify(nested(100_000))}}`))));
    await expect(recipe.value).rejects.not.toMatchObject({ code: 'options' });
  });
});
