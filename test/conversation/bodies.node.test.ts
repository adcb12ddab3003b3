import { convertToModelMessages, validateUIMessages } from 'ai';
import { describe, expect, test } from 'vitest';
import { openaiMessages, uiMessages, type AskContext, type Message } from '../../src/conversation.ts';

const context: AskContext = {
  id: 'chat',
  trigger: 'send',
  messageId: undefined,
  answerId: 'a3',
  idempotencyKey: 'key',
};

/** A question with an image, an answer with a call and its result, and an answer that was cut off in a call. */
const MESSAGES: readonly Message[] = [
  {
    id: 'q1',
    role: 'user',
    status: 'done',
    parts: [
      { type: 'text', text: 'What is this?' },
      { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
    ],
  },
  {
    id: 'a1',
    role: 'assistant',
    status: 'done',
    outcome: 'complete',
    parts: [
      { type: 'reasoning', text: 'Let me look.' },
      { type: 'text', text: 'I look.' },
      {
        type: 'tool-call',
        id: 'c1',
        name: 'look',
        input: { at: 'it' },
        state: 'done',
        output: { is: 'tea' },
      },
      { type: 'text', text: 'It is tea.' },
    ],
  },
  { id: 'q2', role: 'user', status: 'done', parts: [{ type: 'text', text: 'And that?' }] },
  {
    id: 'a2',
    role: 'assistant',
    status: 'error',
    outcome: 'truncated',
    parts: [
      { type: 'text', text: 'Wait:' },
      { type: 'tool-call', id: 'c2', name: 'look', input: { at: 'that' }, state: 'called' },
      { type: 'tool-call', id: 'c3', name: 'look', input: '{"at', state: 'streaming' },
    ],
  },
  { id: 'q3', role: 'user', status: 'done', parts: [{ type: 'text', text: 'Go on.' }] },
];

describe('a request body', () => {
  test('by uiMessages() is valid for the AI SDK, which converts it for a model', async () => {
    const body = (await uiMessages({ model: 'm' })(MESSAGES, context)) as { messages: unknown[] };
    expect(body).toMatchObject({ id: 'chat', trigger: 'submit-message', model: 'm' });
    const messages = await validateUIMessages({ messages: body.messages });
    const forModel = await convertToModelMessages(messages);
    expect(forModel.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
      'assistant',
      'tool',
      'user',
    ]);
    expect(JSON.stringify(forModel)).not.toContain('c3');
    // A call without a result gets one, or the provider would refuse the whole conversation.
    expect(JSON.stringify(forModel[6])).toContain('There is no result');
  });

  test('by openaiMessages() has the result of each call after it', async () => {
    const body = (await openaiMessages({ model: 'm', stream: true })(MESSAGES, context)) as {
      messages: { role: string; content: unknown; tool_calls?: { id: string }[]; tool_call_id?: string }[];
    };
    expect(body).toMatchObject({ model: 'm', stream: true });
    expect(body.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
      'assistant',
      'tool',
      'user',
    ]);
    expect(body.messages[0]!.content).toEqual([
      { type: 'text', text: 'What is this?' },
      { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
    ]);
    for (const [at, { tool_calls: calls = [] }] of body.messages.entries()) {
      for (const [index, { id }] of calls.entries())
        expect(body.messages[at + 1 + index]).toMatchObject({ role: 'tool', tool_call_id: id });
    }
    expect(body.messages[2]!.content).toBe('{"is":"tea"}');
  });
});
