const { stream } = require('teleprinter');
const { createConversation, openaiMessages } = require('teleprinter/conversation');
const { EventSource } = require('teleprinter/eventsource');
const { openaiChat } = require('teleprinter/formats');
const { json } = require('teleprinter/json');
const { markdown } = require('teleprinter/markdown');
const { createRelay } = require('teleprinter/server');

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
