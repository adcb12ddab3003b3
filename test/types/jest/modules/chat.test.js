import { stream } from 'teleprinter';
import { createConversation, openaiMessages } from 'teleprinter/conversation';
import { EventSource } from 'teleprinter/eventsource';
import { openaiChat } from 'teleprinter/formats';
import { json } from 'teleprinter/json';
import { markdown } from 'teleprinter/markdown';
import { createRelay } from 'teleprinter/server';

const type = { headers: { 'Content-Type': 'text/event-stream' } };
const events = 'data: {"text":"Hello"}\n\ndata: {"text":" you"}\n\n';

test('a whole answer', async () => {
  const fetch = async () => new Response(`${events}event: end\ndata: {}\n\n`, type);
  const answer = stream('http://test/api/chat', { method: 'POST', end: 'end', fetch });
  expect(await answer.result).toMatchObject({ outcome: 'complete', text: 'Hello you' });
});

test('an answer that broke off', async () => {
  const fetch = async () => new Response(events, type);
  const answer = stream('http://test/api/chat', { method: 'POST', end: 'end', fetch });
  expect(await answer.result).toMatchObject({ outcome: 'truncated', text: 'Hello you' });
});

test('structured output, by a dependency that is a module only', async () => {
  const fetch = async () => new Response('data: {"text":"{\\"a\\":1}"}\n\n', type);
  expect(await json(stream('http://test/api/chat', { method: 'POST', fetch })).value).toEqual({ a: 1 });
});

test('the other entry points', () => {
  for (const entry of [createConversation, openaiMessages, EventSource, openaiChat, markdown, createRelay])
    expect(typeof entry).toBe('function');
});
