import { describe, expect, test } from 'vitest';
import { stream } from '../../src/index.ts';
import { serve } from '../server/client.ts';
import { answer, bytes, end, endEvent, head, sse, write } from '../server/script.ts';
import { everyTransport, seeingTransports } from './transports.ts';

describe('a response without an end marker that closes in good order', () => {
  test.each(
    [
      'data: wor',
      'data: world',
      'dat',
      'data: world\n',
      'data: world\nid: 7\n',
      'data: world\r\n',
      'event: end\ndata: {}\n',
      'event: delta\ndata: {"text":"w',
      // What may still become bare JSON, or the name of an event.
      'e',
      'error',
      '[',
    ].flatMap((tail) =>
      seeingTransports.map(([name, options]) => [JSON.stringify(tail), name, tail, options] as const),
    ),
  )('in mid-event, after %s, is a cut answer (%s)', async (_, _name, tail, options) => {
    const server = await serve([sse('hello '), write(tail), end]);
    expect(await stream(server.url, { ...options, end: false }).result).toMatchObject({
      outcome: 'truncated',
      text: 'hello ',
      error: { code: 'truncated' },
    });
    expect(await server.requests()).toHaveLength(1);
  });

  test.each(
    ['', 'event: end\n\n', ': bye\n', ': bye\n\n', '\n', 'data: more\r\n\r\n', 'data: more\r\r'].flatMap(
      (tail) =>
        seeingTransports.map(([name, options]) => [JSON.stringify(tail), name, tail, options] as const),
    ),
  )('between events, after %s, is a whole one (%s)', async (_, _name, tail, options) => {
    const server = await serve([sse('hello '), write(tail), end]);
    const { outcome, text } = await stream(server.url, { ...options, end: false }).result;
    expect({ outcome, text }).toEqual({
      outcome: 'complete',
      text: tail.includes('more') ? 'hello more' : 'hello ',
    });
  });

  test.each(
    ['data: [DONE]', 'data: [DONE]\n', 'data: [done]', 'data: "[DONE]"\r\n'].flatMap((tail) =>
      seeingTransports.map(([name, options]) => [JSON.stringify(tail), name, tail, options] as const),
    ),
  )('with %s, without a blank line, is a whole one (%s)', async (_, _name, tail, options) => {
    const chunk = '{"choices":[{"index":0,"delta":{"content":"hello "},"finish_reason":null}]}';
    const server = await serve([sse(chunk), write(tail), end]);
    const result = await stream(server.url, options).result;
    expect(result).toMatchObject({ outcome: 'complete', text: 'hello ', end: { type: 'message' } });
  });

  test.each(seeingTransports)('in mid-event goes on from the last event ID (%s)', async (_, options) => {
    const server = await serve(
      [sse('a', { id: 1 }), write('id: 2\ndata: half'), end],
      [sse('b', { id: 2 }), end],
      [end],
    );
    const { outcome, text } = await stream(server.url, { ...options, end: false }).result;
    expect({ outcome, text }).toEqual({ outcome: 'complete', text: 'ab' });
    expect((await server.requests())[1]?.headers['last-event-id']).toBe('1');
  });

  test.each(['GET', 'POST'])('in the middle of a JSON line is a cut answer (%s)', async (method) => {
    const line = '{"model":"m","message":{"role":"assistant","content":"hi"},"done":false}';
    const body = `${line}\n${line.slice(0, 40)}`;
    const server = await serve(answer(200, 'application/x-ndjson', body));
    const result = await stream(server.url, { method, reconnect: 'never' }).result;
    expect(result).toMatchObject({ outcome: 'truncated', text: 'hi', error: { code: 'truncated' } });
  });

  test.each([
    ['text/plain', [104, 0xe2, 0x98]],
    ['text/plain', [104, 0xf0, 0x9f, 0x8c]],
    ['application/octet-stream', [104, 0xc3]],
  ])('in the middle of a character of %s is a cut answer', async (type, part) => {
    const server = await serve([head(200, { 'content-type': type }), bytes(...part), end]);
    const result = await stream(server.url, { body: { prompt: 'hi' } }).result;
    expect(result).toMatchObject({ outcome: 'truncated', text: 'h' });
  });

  test('after [DONE] as the last JSON line is a complete answer', async () => {
    for (const mark of ['[DONE]', '[DONE]\n', '"[DONE]"', ' [done]\n\n']) {
      const server = await serve(answer(200, 'application/x-ndjson', `{"text":"hi"}\n${mark}`));
      const result = await stream(server.url, { body: { prompt: 'hi' } }).result;
      expect(result, mark).toMatchObject({ outcome: 'complete', text: 'hi' });
    }
  });

  test('after a text that begins like [DONE] has that text', async () => {
    for (const text of ['[Done] Buy milk', '[done], he said', '[DONE]?']) {
      const server = await serve([sse('First: '), sse(text), endEvent, end]);
      const result = await stream(server.url, { body: { prompt: 'hi' } }).result;
      expect(result).toMatchObject({ outcome: 'complete', text: `First: ${text}` });
    }
  });

  test('without any content is no answer: a POST fails', async () => {
    for (const body of ['', ': ping\n\n', 'retry: 5\n\n']) {
      const server = await serve([head(200), write(body), end]);
      const result = await stream(server.url, { body: { prompt: 'hi' } }).result;
      expect(result, body).toMatchObject({ outcome: 'failed', text: '', error: { code: 'truncated' } });
      expect(await server.requests()).toHaveLength(1);
    }
  });
});

describe('a 204', () => {
  test.each(everyTransport)(
    'to the first request says that there is nothing to stream (%s)',
    async (name, options) => {
      for (const end of [undefined, 'end']) {
        const server = await serve([head(204)]);
        const result = await stream(server.url, { ...options, end }).result;
        expect(result).toMatchObject({ outcome: 'complete', text: '', error: undefined });
        // Native EventSource hides the status, so fetch asks.
        expect(await server.requests()).toHaveLength(name === 'eventsource' ? 2 : 1);
      }
    },
  );
});
