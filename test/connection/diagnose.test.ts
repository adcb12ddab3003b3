import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stream, type HttpError, type StreamOptions } from '../../src/core.ts';
import { openaiChat } from '../../src/formats.ts';
import { serve } from '../server/client.ts';
import { answer, end, endEvent, head, sse, write } from '../server/script.ts';

const onFetch: StreamOptions = { transport: 'fetch', retry: { limit: 0 } };

/** The warnings in the console. A development build gives each warning once per page. */
let warnings: string[];
beforeEach(() => {
  warnings = [];
  vi.spyOn(console, 'warn').mockImplementation((message) => void warnings.push(String(message)));
});
afterEach(() => void vi.restoreAllMocks());

describe('an answer that arrives all at once', () => {
  const tokens = write('data: word \n\n'.repeat(100));

  test('is reported as buffered after a long silence, with the headers that prevent it', async () => {
    const server = await serve([head(200), { wait: 1100 }, tokens, endEvent, end]);
    const { metrics } = await stream(server.url, onFetch).result;
    expect(metrics.buffered).toBe(true);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/X-Accel-Buffering: no.*no-transform/);
  });

  test('is not reported as buffered without a silence before it', async () => {
    const server = await serve([tokens, endEvent, end]);
    expect((await stream(server.url, onFetch).result).metrics.buffered).toBe(false);
  });

  test('is not reported as buffered if the stream resumes', async () => {
    const server = await serve([head(200), { wait: 1100 }, tokens, endEvent, end]);
    const { metrics } = await stream(server.url, { ...onFetch, lastEventId: '7' }).result;
    expect(metrics.buffered).toBe(false);
    expect(warnings).toEqual([]);
  });

  test('is not reported as buffered if its words arrive one by one after the silence', async () => {
    const words = Array.from({ length: 40 }, () => [sse('word '), { wait: 10 }]).flat();
    const server = await serve([head(200), { wait: 1100 }, ...words, endEvent, end]);
    expect((await stream(server.url, onFetch).result).metrics.buffered).toBe(false);
  });
});

test.each([
  ['an HTML page', 200, 'text/html', ' <!doctype html><title>Log in</title>', /HTML page/],
  ['a JSON error', 401, 'application/json', '{"error":{"message":"no key"}}', /JSON/],
  ['a picture', 200, 'image/png', 'PNG', /See body/],
  ['another body', 502, 'text/plain', 'Bad gateway', /See body/],
])(
  'the error for %s instead of a stream says what the response looks like',
  async (_, status, type, body, hint) => {
    const server = await serve(answer(status, type, body));
    const { error } = await stream(server.url, onFetch).result;
    expect(error).toMatchObject({ code: 'http', status, body, hint: expect.stringMatching(hint) });
    // The server's own words are preferred to the hint.
    const { detail } = error as HttpError;
    expect(error?.message).toMatch(detail ? `The server answered ${status}: ${detail}` : hint);
  },
);

describe('a page that sends a secret key from the browser', () => {
  const nowhere: StreamOptions = {
    ...onFetch,
    fetch: async () => new Response('data: [DONE]\n\n', { headers: { 'content-type': 'text/event-stream' } }),
  };

  test.each([
    ['in a header', 'https://api.openai.com/v1/chat/completions', { Authorization: 'Bearer sk-123' }],
    ['in another header', 'https://api.anthropic.com/v1/messages', { 'x-api-key': 'sk-123' }],
    ['in the URL', 'https://generativelanguage.googleapis.com/v1/models/m?alt=sse&key=sk-123', {}],
  ])(
    'to a model provider, %s, is warned once, and the warning does not contain the key',
    async (_, url, headers) => {
      await stream(url, { ...nowhere, headers }).result;
      await stream(url, { ...nowhere, headers }).result;
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(new URL(url).hostname);
      expect(warnings[0]).not.toContain('sk-123');
    },
  );

  test.each([
    ['to its own server', '/api/chat', { Authorization: 'Bearer session' }],
    ['to a provider, but without a key', 'https://api.mistral.ai/v1/models', {}],
    ['to a host that only sounds like a provider', 'https://notopenai.com/', { Authorization: 'Bearer x' }],
  ])('%s is not warned', async (_, url, headers) => {
    await stream(url, { ...nowhere, headers }).result;
    expect(warnings).toEqual([]);
  });
});

describe('a stream without an event that the format understands', () => {
  const unknown = write('data: {"price":3}\n\n'.repeat(3));

  test('is reported once, with its first event and the options that help', async () => {
    const server = await serve([unknown, end], [unknown, end]);
    await stream(server.url, onFetch).result;
    await stream(server.url, onFetch).result;
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('\'message\', with data {"price":3}');
    expect(warnings[0]).toMatch(/option format.*in events/);
  });

  test('is not reported if the page reads the events themselves', async () => {
    const server = await serve([unknown, end]);
    for await (const _ of stream(server.url, onFetch));
    expect(warnings).toEqual([]);
  });

  test('is not reported if it was cut off before its first word in a known format', async () => {
    const chunk = {
      id: 'c',
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant' } }],
    };
    const server = await serve([write(`data: ${JSON.stringify(chunk)}\n\n`), end]);
    const { outcome } = await stream(server.url, { ...onFetch, format: openaiChat() }).result;
    expect(outcome).toBe('truncated');
    expect(warnings).toEqual([]);
  });
});
