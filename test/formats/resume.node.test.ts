import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { resumeAiSdk, resumeLangGraph, resumeOpenaiResponses } from '../../src/formats.ts';
import { stream, type StreamResult } from '../../src/index.ts';

const TEXT = 'It is 21 °C in Lisbon, and the sky is clear. 🌞';

const eventsOf = (file: string): string[] =>
  readFileSync(new URL(`../../demo/streams/${file}`, import.meta.url), 'utf8')
    .split('\n\n')
    .filter(Boolean)
    .map((event) => `${event}\n\n`);

let server: Server | undefined;
afterEach(() => server?.closeAllConnections());

/** Serves one vendor, and records the requests. The first connection breaks in the middle of the answer. */
async function serve(
  events: readonly string[],
  answer: (request: IncomingMessage, response: ServerResponse) => readonly string[],
): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('Content-Type', 'text/event-stream');
    if (request.method === 'POST') {
      const breakAt = events.findIndex((event) => event.includes('in Lisbon')) + 1;
      answer(request, response);
      response.write(events.slice(0, breakAt).join(''));
      // What has been written must have arrived, so that the place is the same each time.
      setTimeout(() => response.destroy(), 50);
    } else {
      const rest = answer(request, response);
      if (rest.length === 0) response.writeHead(204);
      response.end(rest.join(''));
    }
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  server.unref();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function expectWhole(result: StreamResult, deltas: string[]): void {
  expect(result).toMatchObject({
    outcome: 'tool-calls',
    text: TEXT,
    reasoning: 'The user asks for the weather.',
  });
  expect(result.toolCalls).toEqual([{ id: 'call_a', name: 'get_weather', input: { city: 'Lisbon' } }]);
  expect(result.metrics.reconnects).toBe(1);
  expect(deltas.join('')).toBe(TEXT);
}

const options = (deltas: string[]) => ({
  body: { prompt: 'weather' },
  retry: { delay: 1 },
  onText: (delta: string) => void deltas.push(delta),
});

test('a response of OpenAI resumes after the last sequence number received', async () => {
  const events = eventsOf('openai-responses.sse');
  const { url, asked } = await serve(events, ({ url: path = '' }) => {
    const after = new URL(path, 'http://x').searchParams.get('starting_after');
    return events.filter((event) => Number(/"sequence_number":(\d+)/.exec(event)?.[1]) > Number(after));
  });
  const deltas: string[] = [];
  const resume = resumeOpenaiResponses(`${url}/responses`);
  expectWhole(await stream(`${url}/responses`, { ...options(deltas), resume }).result, deltas);
  expect(asked).toEqual(['POST /responses', 'GET /responses/resp_1?stream=true&starting_after=12']);
});

test('a run of LangGraph resumes at the URL in its Location header, after the last event ID', async () => {
  const events = eventsOf('lang-graph.sse');
  const { url, asked } = await serve(events, (request, response) => {
    if (request.method === 'POST') response.setHeader('Location', '/threads/t1/runs/r1/stream');
    const last = Number(request.headers['last-event-id']);
    return events.filter((event) => Number(/^id: (\d+)/m.exec(event)?.[1]) > last);
  });
  const deltas: string[] = [];
  const source = stream(`${url}/threads/t1/runs/stream`, { ...options(deltas), resume: resumeLangGraph() });
  expectWhole(await source.result, deltas);
  expect(asked).toEqual(['POST /threads/t1/runs/stream', 'GET /threads/t1/runs/r1/stream']);
});

test('a chat of the AI SDK is replayed, and no text is shown twice', async () => {
  const events = eventsOf('ai-sdk.sse');
  const { url, asked } = await serve(events, (_, response) => {
    response.setHeader('x-vercel-ai-ui-message-stream', 'v1');
    return events;
  });
  const deltas: string[] = [];
  const resume = resumeAiSdk(`${url}/api/chat`, 'c 1');
  expectWhole(await stream(`${url}/api/chat`, { ...options(deltas), resume }).result, deltas);
  expect(asked).toEqual(['POST /api/chat', 'GET /api/chat/c%201/stream']);
});

test('a chat of the AI SDK that has nothing left to resume is truncated', async () => {
  const events = eventsOf('ai-sdk.sse');
  const { url, asked } = await serve(events, () => []);
  const resume = resumeAiSdk(`${url}/api/chat`, 'c1');
  const result = await stream(`${url}/api/chat`, { ...options([]), resume }).result;
  expect(result).toMatchObject({ outcome: 'truncated', text: 'It is 21 °C in Lisbon' });
  expect(asked).toHaveLength(2);
});

test('without `resume`, no second request is sent', async () => {
  for (const file of ['openai-responses.sse', 'lang-graph.sse', 'ai-sdk.sse']) {
    const { url, asked } = await serve(eventsOf(file), () => []);
    const result = await stream(url, options([])).result;
    expect(result).toMatchObject({ outcome: 'truncated', text: 'It is 21 °C in Lisbon' });
    expect(asked).toHaveLength(1);
  }
});
