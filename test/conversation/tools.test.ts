import { describe, expect, test, vi } from 'vitest';
import { OptionsError } from '../../src/index.ts';
import { gate, hang, reset } from '../server/script.ts';
import {
  toolCallAnswer,
  chunk,
  done,
  textChunk,
  startChat,
  until,
  textAnswer,
  summaries,
} from './harness.ts';

/** A reasoning delta, as OpenRouter sends it. */
const DETAIL = { type: 'reasoning.text', text: 'Look.' };
const weather = (id: string, city: string): [string, string, object] => [id, 'weather', { city }];

describe('a tool that runs in the page', () => {
  test('runs when the answer is complete, and its result is sent automatically', async () => {
    const calls: unknown[] = [];
    const { chat, bodies } = await startChat(
      [toolCallAnswer(weather('c1', 'Rome')), textAnswer('21 degrees')],
      {
        onToolCall: async ({ name, input }) => {
          calls.push([name, input]);
          return { celsius: 21 };
        },
      },
    );
    const message = await chat.send('Weather in Rome?');
    expect(calls).toEqual([['weather', { city: 'Rome' }]]);
    expect(message).toBe(chat.messages[2]);
    expect(chat.messages[1]).toMatchObject({
      outcome: 'tool-calls',
      parts: [
        { type: 'tool-call', id: 'c1', state: 'done', input: { city: 'Rome' }, output: { celsius: 21 } },
      ],
    });
    expect(summaries(chat)[2]).toBe('assistant: 21 degrees');
    expect((await bodies())[1]?.messages).toEqual([
      { role: 'user', content: 'Weather in Rome?' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"celsius":21}' },
    ]);
  });

  test('is sent back with the signature that Gemini requires, whatever the finish reason', async () => {
    const signature = { google: { thought_signature: 'abc' } };
    const call = {
      index: 0,
      id: '',
      function: { name: 'weather', arguments: '{}' },
      extra_content: signature,
    };
    const first = [chunk({ tool_calls: [call] }), ...done];
    const { chat, bodies } = await startChat([first, textAnswer('Sunny')], { onToolCall: () => 'sun' });
    await chat.send('Weather?');
    expect(chat.messages[1]).toMatchObject({ outcome: 'tool-calls', parts: [{ metadata: signature }] });
    expect((await bodies())[1]?.messages[1]).toMatchObject({ tool_calls: [{ extra_content: signature }] });
    expect(summaries(chat)[2]).toBe('assistant: Sunny');
  });

  test.each([
    ['reasoning_content', 'Let me look.', 'Let me look.'],
    ['reasoning', 'Let me look.', undefined],
    ['reasoning_details', [DETAIL], [DETAIL, DETAIL]],
  ])('is sent back with the reasoning if the vendor expects it: %s', async (field, thought, sent) => {
    const thinks = chunk({ [field]: thought });
    const script = typeof thought === 'string' ? [thinks] : [thinks, thinks];
    const first = [...script, ...toolCallAnswer(weather('c1', 'Rome'))];
    const { chat, bodies } = await startChat([first, textAnswer('Sunny'), textAnswer('Yes')], {
      onToolCall: () => 'sun',
    });
    await chat.send('Weather?');
    await chat.send('Really?');
    for (const { messages } of (await bodies()).slice(1)) {
      const { [field]: given } = messages[1] as Record<string, unknown>;
      expect(given).toEqual(sent);
    }
    expect(summaries(chat)).toHaveLength(5);
  });

  test('that throws sends the error message to the model', async () => {
    const { chat, bodies } = await startChat([toolCallAnswer(weather('c1', 'Rome')), textAnswer('Sorry')], {
      onToolCall: () => {
        throw new Error('no such city');
      },
    });
    await chat.send('Weather?');
    expect(chat.messages[1]?.parts[0]).toMatchObject({ state: 'error', error: 'no such city' });
    expect((await bodies())[1]?.messages[2]).toMatchObject({ content: 'Error: no such city' });
  });

  test.each([
    ['nothing', undefined, 'null'],
    ['an object with a message', { message: 'no such city' }, 'no such city'],
  ])('that rejects with %s has failed', async (_, reason, words) => {
    const { chat } = await startChat([toolCallAnswer(weather('c1', 'Rome')), textAnswer('Sorry')], {
      onToolCall: () => Promise.reject(reason),
    });
    await chat.send('Weather?');
    expect(chat.messages[1]?.parts[0]).toMatchObject({ state: 'error', error: words });
    expect(summaries(chat)[2]).toBe('assistant: Sorry');
  });

  test('that throws a value without a JSON form has no result, and does not block the conversation', async () => {
    const { chat } = await startChat([toolCallAnswer(weather('c1', 'Rome'))], {
      onToolCall: () => {
        throw 1n;
      },
    });
    await chat.send('Weather?');
    expect([chat.status, chat.messages[1]?.parts[0]]).toMatchObject(['ready', { state: 'called' }]);
  });

  test('does not run if the answer was cut off in the middle of its arguments', async () => {
    const onToolCall = vi.fn();
    const call = { index: 0, id: 'c1', function: { name: 'pay', arguments: '{"am' } };
    const { chat, server } = await startChat([[chunk({ tool_calls: [call] }), gate('cut'), reset]], {
      onToolCall,
    });
    const answered = chat.send('Pay');
    await until(chat, () => chat.messages[1]?.parts.length === 1);
    await server.open('cut');
    await answered;
    expect(onToolCall).not.toHaveBeenCalled();
    expect(chat.messages[1]?.parts[0]).toMatchObject({ state: 'streaming', input: '{"am' });
  });

  test('is aborted when the user stops, and no request follows', async () => {
    const { chat, server } = await startChat([toolCallAnswer(weather('c1', 'Rome')), textAnswer('21')], {
      onToolCall: (_, { signal }) =>
        new Promise((resolve) => signal.addEventListener('abort', () => resolve('late'))),
    });
    const answered = chat.send('Weather?');
    await until(chat, () => chat.messages[1]?.status === 'done');
    expect(chat.status).toBe('streaming');
    chat.stop();
    expect(chat.status).toBe('ready');
    await answered;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await server.requests()).toHaveLength(1);
  });

  test('that the model calls again and again stops after `maxRounds` answers', async () => {
    const { chat, server } = await startChat([toolCallAnswer(weather('c', 'Rome'))], {
      onToolCall: () => 'again',
      maxRounds: 3,
    });
    await chat.send('Weather?');
    expect(await server.requests()).toHaveLength(4);
    expect(chat.status).toBe('error');
    expect(chat.error).toBeInstanceOf(OptionsError);
    expect(chat.error).toMatchObject({ option: 'maxRounds' });
  });
});

describe('results that the page sets later', () => {
  const two = toolCallAnswer(weather('c1', 'Rome'), weather('c2', 'Oslo'));

  test('are sent when every call of the answer has one', async () => {
    const { chat, bodies } = await startChat([two, textAnswer('Warm and cold')]);
    await chat.send('Weather?');
    expect(chat.status).toBe('ready');
    expect(await chat.addToolResult({ toolCallId: 'c2', output: 5 })).toBeUndefined();
    const message = await chat.addToolResult({ toolCallId: 'c1', error: 'refused' });
    expect(message).toMatchObject({ parts: [{ text: 'Warm and cold' }] });
    expect((await bodies())[1]?.messages.slice(2)).toEqual([
      { role: 'tool', tool_call_id: 'c1', content: 'Error: refused' },
      { role: 'tool', tool_call_id: 'c2', content: '5' },
    ]);
  });

  test('set together are all kept, and sent in one request', async () => {
    const { chat, server } = await startChat([two, textAnswer('Warm and cold')]);
    await chat.send('Weather?');
    await Promise.all([
      chat.addToolResult({ toolCallId: 'c1', output: 21 }),
      chat.addToolResult({ toolCallId: 'c2', output: 5 }),
    ]);
    expect(chat.messages[1]?.parts).toMatchObject([{ output: 21 }, { output: 5 }]);
    expect(await server.requests()).toHaveLength(2);
  });

  test('are set once: a second click neither changes one nor sends a request', async () => {
    const { chat, server } = await startChat([toolCallAnswer(weather('c1', 'Rome')), textAnswer('21')]);
    await chat.send('Weather?');
    const first = chat.addToolResult({ toolCallId: 'c1', output: 21 });
    await chat.addToolResult({ toolCallId: 'c1', output: 22 });
    await first;
    await chat.addToolResult({ toolCallId: 'c1', output: 23 });
    expect(chat.messages[1]?.parts[0]).toMatchObject({ output: 21 });
    expect(await server.requests()).toHaveLength(2);
    expect(() => void chat.addToolResult({ toolCallId: 'c9', output: 1 })).toThrow(OptionsError);
  });

  test.each([
    ['false', false],
    ['a function that returns false', () => false],
  ] as const)('are sent only with the next question if `continueAfterTools` is %s', async (_, option) => {
    const { chat, bodies } = await startChat([toolCallAnswer(weather('c1', 'Rome')), textAnswer('21')], {
      continueAfterTools: option,
    });
    await chat.send('Weather?');
    await chat.addToolResult({ toolCallId: 'c1', output: 21 });
    expect(await bodies()).toHaveLength(1);
    await chat.send('And?');
    expect((await bodies())[1]?.messages.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'user',
    ]);
  });

  test('set while the answer is still arriving are sent at its end', async () => {
    const call = (index: number, id: string) => ({ index, id, function: { name: id, arguments: '{}' } });
    const { chat, server } = await startChat([
      [
        // The second call shows that the first one is complete.
        chunk({ tool_calls: [call(0, 'c1')] }),
        chunk({ tool_calls: [call(0, 'c2')] }),
        gate('end'),
        chunk({}, 'tool_calls'),
        ...done,
      ],
      textAnswer('Both'),
    ]);
    const answered = chat.send('Do');
    await until(chat, () => chat.messages[1]?.parts.length === 2);
    expect(chat.messages[1]?.parts[0]).toMatchObject({ id: 'c1', state: 'called' });
    const continued = chat.addToolResult({ toolCallId: 'c1', output: 1 });
    expect(chat.messages[1]?.parts[0]).toMatchObject({ state: 'called' });
    await server.open('end');
    await answered;
    expect(chat.messages[1]?.parts).toMatchObject([{ output: 1 }, { state: 'called' }]);
    expect(await continued).toBe(await answered);
    await chat.addToolResult({ toolCallId: 'c2', output: 2 });
    expect(summaries(chat).at(-1)).toBe('assistant: Both');
  });

  test('that are never set are replaced by errors, so that the provider accepts the messages', async () => {
    const { chat, bodies } = await startChat([toolCallAnswer(weather('c1', 'Rome')), textAnswer('Fine')]);
    await chat.send('Weather?');
    await chat.send('Never mind');
    expect((await bodies())[1]?.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'tool', tool_call_id: 'c1', content: expect.stringContaining('no result') },
      { role: 'user' },
    ]);
  });

  test('a call that was stopped in its arguments is not sent', async () => {
    const { chat, bodies } = await startChat([
      [
        textChunk('Let me'),
        chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'pay', arguments: '{"am' } }] }),
        hang,
      ],
      textAnswer('Fine'),
    ]);
    void chat.send('Pay');
    await until(chat, () => chat.messages[1]?.parts.length === 2);
    chat.stop();
    await chat.send('Never mind');
    expect((await bodies())[1]?.messages).toEqual([
      { role: 'user', content: 'Pay' },
      { role: 'assistant', content: 'Let me' },
      { role: 'user', content: 'Never mind' },
    ]);
  });

  test('are sent before a queued question', async () => {
    const { chat } = await startChat([
      toolCallAnswer(weather('c1', 'Rome')),
      textAnswer('21'),
      textAnswer('Bye'),
    ]);
    const first = chat.send('Weather?');
    const second = chat.send('Thanks');
    await first;
    expect(chat.queue).toHaveLength(1);
    await chat.addToolResult({ toolCallId: 'c1', output: 21 });
    await second;
    expect(summaries(chat).slice(2)).toEqual(['assistant: 21', 'user: Thanks', 'assistant: Bye']);
  });
});
