import { expect, test } from 'vitest';
import { createConversation } from '../../src/conversation.ts';
import { OptionsError, stream } from '../../src/index.ts';

/** As a program in JavaScript may write them. Each counted as not given. */
test.each([
  ['timeout', 3000, 'timeout is 3000. It takes { connect, idle }, in milliseconds.'],
  ['retry', 3, 'retry is 3. It takes { limit, delay, maxDelay, maxRetryAfter }.'],
  ['retry', false, 'retry is false. It takes { limit, delay, maxDelay, maxRetryAfter }.'],
  ['reconnect', false, "reconnect is false. It takes 'resume', 'always' or 'never'."],
  ['end', 3, 'end is 3. It takes a name, names, a function over the raw event, or false.'],
  ['events', 'price', 'events is "price". It takes names, or a map from name to schema.'],
  ['onText', 'log', 'onText is "log". It takes a function.'],
])('development builds say what %s takes, not %j', (option, value, message) => {
  let error: unknown;
  try {
    stream('/api/chat', { [option]: value });
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(OptionsError);
  expect(error).toMatchObject({ option, message });
});

test('an option that a condition leaves out is none', async () => {
  const options = { onText: false, idempotencyKey: false, resume: undefined, end: undefined } as object;
  const answer = stream(
    new Response('data: tea\n\nevent: end\ndata:\n\n', { headers: { 'content-type': 'text/event-stream' } }),
    options,
  );
  expect(await answer.result).toMatchObject({ outcome: 'complete', text: 'tea' });
});

test('a body that was to be called is not sent as its source', async () => {
  const body = (() => () => ({ messages: [] })) as () => object;
  const { outcome, error } = await stream('/api/chat', { body }).result;
  expect([outcome, error?.message]).toEqual([
    'failed',
    'body gave a function. Call it, as in request: uiMessages().',
  ]);
});

test('a conversation without a request is told what to give', () => {
  expect(() => createConversation({ input: '/api/chat' } as never)).toThrow(
    'Give openaiMessages(), uiMessages() or a function of the messages.',
  );
});
