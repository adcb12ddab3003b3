/** Messages that a server of the AI SDK has stored. */
import { convertToModelMessages, validateUIMessages, type UIMessage } from 'ai';
import { expect, expectTypeOf, test } from 'vitest';
import {
  createConversation,
  fromUiMessages,
  uiMessages,
  type AskContext,
  type MessageInput,
} from '../../src/conversation.ts';

const context: AskContext = {
  id: 'chat',
  trigger: 'send',
  messageId: undefined,
  answerId: 'a',
  idempotencyKey: 'key',
};

/** As `onFinish` of `toUIMessageStreamResponse()` gives them. */
const STORED: UIMessage<{ at: number }>[] = [
  {
    id: 'q1',
    role: 'user',
    parts: [
      { type: 'text', text: 'Where is this?' },
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==', filename: 'a.png' },
    ],
  },
  {
    id: 'a1',
    role: 'assistant',
    metadata: { at: 7 },
    parts: [
      { type: 'step-start' },
      { type: 'reasoning', text: 'Let me look.', state: 'done', providerMetadata: { v: { signature: 's' } } },
      {
        type: 'tool-look',
        toolCallId: 'c1',
        state: 'output-available',
        input: { at: 'it' },
        output: { city: 'Lisbon' },
        callProviderMetadata: { v: { signature: 't' } },
      },
      {
        type: 'dynamic-tool',
        toolName: 'find',
        toolCallId: 'c2',
        state: 'output-error',
        input: {},
        errorText: 'not there',
      },
      { type: 'step-start' },
      { type: 'text', text: 'In Lisbon.', state: 'done' },
      { type: 'source-url', sourceId: 's1', url: 'https://example.com', title: 'Tea' },
      { type: 'data-weather', id: 'w1', data: { degrees: 21 } },
    ],
  },
];

test('messages of a database are those that the page would have shown', () => {
  const messages = fromUiMessages(STORED);
  expectTypeOf(messages).toEqualTypeOf<MessageInput<{ at: number }>[]>();
  expect(messages).toEqual([
    STORED[0],
    {
      id: 'a1',
      role: 'assistant',
      metadata: { at: 7 },
      parts: [
        { type: 'reasoning', text: 'Let me look.', metadata: { v: { signature: 's' } } },
        {
          type: 'tool-call',
          id: 'c1',
          name: 'look',
          input: { at: 'it' },
          state: 'done',
          output: { city: 'Lisbon' },
          metadata: { v: { signature: 't' } },
        },
        { type: 'tool-call', id: 'c2', name: 'find', input: {}, state: 'error', error: 'not there' },
        { type: 'text', text: 'In Lisbon.' },
        {
          type: 'data',
          name: 'source-url',
          data: { type: 'source-url', sourceId: 's1', url: 'https://example.com', title: 'Tea' },
        },
        { type: 'data', name: 'data-weather', id: 'w1', data: { degrees: 21 } },
      ],
    },
  ]);
});

test('and go back to the server as they came', async () => {
  const { messages } = createConversation({
    input: '/api/chat',
    request: uiMessages(),
    initial: fromUiMessages(STORED),
  });
  const body = (await uiMessages()(messages, context)) as { messages: UIMessage[] };
  const sent = await validateUIMessages<UIMessage>({ messages: body.messages });
  expect(await convertToModelMessages(sent)).toEqual(await convertToModelMessages(STORED));
});

test.each([
  ['input-streaming', { state: 'streaming' }],
  ['input-available', { state: 'called' }],
  ['approval-requested', { state: 'approval-requested', approval: { id: 'p' } }],
  ['approval-responded', { state: 'approval-responded', approval: { id: 'p' } }],
  ['output-denied', { state: 'error', error: 'denied', approval: { id: 'p' } }],
])('a call in the state %s', (state, expected) => {
  const call = { type: 'tool-look', toolCallId: 'c1', state, input: {}, ...approvalIn(expected) };
  const [message] = fromUiMessages([{ role: 'assistant', parts: [call] }]);
  expect(message!.parts).toEqual([{ type: 'tool-call', id: 'c1', name: 'look', input: {}, ...expected }]);
});

const approvalIn = (fields: object): object => ('approval' in fields ? { approval: fields.approval } : {});

test('parts of a type that is unknown stay, and messages of before version 5 have their text', () => {
  const messages = fromUiMessages([
    { role: 'assistant', parts: [{ type: 'custom', kind: 'x' } as { type: string }] },
    { role: 'user', content: 'tea' },
  ]);
  expect(messages.map(({ parts }) => parts)).toEqual([
    [{ type: 'data', name: 'custom', data: { type: 'custom', kind: 'x' } }],
    [{ type: 'text', text: 'tea' }],
  ]);
});
