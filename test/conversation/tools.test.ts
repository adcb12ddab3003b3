import { describe, expect, test, vi } from 'vitest';
import { OptionsError } from '../../src/index.ts';
import { gate, hang, reset } from '../server/script.ts';
import { callsTools, chunk, done, says, talk, until, whole, wordsOf } from './harness.ts';

/** A piece of a thought, as OpenRouter sends it. */
const DETAIL = { type: 'reasoning.text', text: 'Look.' };
const weather = (id: string, city: string): [string, string, object] => [id, 'weather', { city }];

describe('a tool of the page', () => {
  test('runs when the answer is whole, and its result is sent back by itself', async () => {
    const calls: unknown[] = [];
    const { chat, bodies } = await talk([callsTools(weather('c1', 'Rome')), whole('21 degrees')], {
      onToolCall: async ({ name, input }) => {
        calls.push([name, input]);
        return { celsius: 21 };
      },
    });
    const message = await chat.send('Weather in Rome?');
    expect(calls).toEqual([['weather', { city: 'Rome' }]]);
    expect(message).toBe(chat.messages[2]);
    expect(chat.messages[1]).toMatchObject({
      outcome: 'tool-calls',
      parts: [
        { type: 'tool-call', id: 'c1', state: 'done', input: { city: 'Rome' }, output: { celsius: 21 } },
      ],
    });
    expect(wordsOf(chat)[2]).toBe('assistant: 21 degrees');
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

  test('goes back with the signature that Gemini wants, whatever the finish reason', async () => {
    const signature = { google: { thought_signature: 'abc' } };
    const call = {
      index: 0,
      id: '',
      function: { name: 'weather', arguments: '{}' },
      extra_content: signature,
    };
    const first = [chunk({ tool_calls: [call] }), ...done];
    const { chat, bodies } = await talk([first, whole('Sunny')], { onToolCall: () => 'sun' });
    await chat.send('Weather?');
    expect(chat.messages[1]).toMatchObject({ outcome: 'tool-calls', parts: [{ metadata: signature }] });
    expect((await bodies())[1]?.messages[1]).toMatchObject({ tool_calls: [{ extra_content: signature }] });
    expect(wordsOf(chat)[2]).toBe('assistant: Sunny');
  });

  test.each([
    ['reasoning_content', 'Let me look.', 'Let me look.'],
    ['reasoning', 'Let me look.', undefined],
    ['reasoning_details', [DETAIL], [DETAIL, DETAIL]],
  ])('goes back with the thoughts where the vendor wants them: %s', async (field, thought, sent) => {
    const thinks = chunk({ [field]: thought });
    const script = typeof thought === 'string' ? [thinks] : [thinks, thinks];
    const first = [...script, ...callsTools(weather('c1', 'Rome'))];
    const { chat, bodies } = await talk([first, whole('Sunny'), whole('Yes')], { onToolCall: () => 'sun' });
    await chat.send('Weather?');
    await chat.send('Really?');
    for (const { messages } of (await bodies()).slice(1)) {
      const { [field]: given } = messages[1] as Record<string, unknown>;
      expect(given).toEqual(sent);
    }
    expect(wordsOf(chat)).toHaveLength(5);
  });

  test('that throws gives the model its words', async () => {
    const { chat, bodies } = await talk([callsTools(weather('c1', 'Rome')), whole('Sorry')], {
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
    ['what has words', { message: 'no such city' }, 'no such city'],
  ])('that rejects with %s has failed', async (_, reason, words) => {
    const { chat } = await talk([callsTools(weather('c1', 'Rome')), whole('Sorry')], {
      onToolCall: () => Promise.reject(reason),
    });
    await chat.send('Weather?');
    expect(chat.messages[1]?.parts[0]).toMatchObject({ state: 'error', error: words });
    expect(wordsOf(chat)[2]).toBe('assistant: Sorry');
  });

  test('that throws what is no JSON has no result, and holds nothing up', async () => {
    const { chat } = await talk([callsTools(weather('c1', 'Rome'))], {
      onToolCall: () => {
        throw 1n;
      },
    });
    await chat.send('Weather?');
    expect([chat.status, chat.messages[1]?.parts[0]]).toMatchObject(['ready', { state: 'called' }]);
  });

  test('does not run for an answer that was cut in the middle of its arguments', async () => {
    const onToolCall = vi.fn();
    const call = { index: 0, id: 'c1', function: { name: 'pay', arguments: '{"am' } };
    const { chat, server } = await talk([[chunk({ tool_calls: [call] }), gate('cut'), reset]], {
      onToolCall,
    });
    const answered = chat.send('Pay');
    await until(chat, () => chat.messages[1]?.parts.length === 1);
    await server.open('cut');
    await answered;
    expect(onToolCall).not.toHaveBeenCalled();
    expect(chat.messages[1]?.parts[0]).toMatchObject({ state: 'streaming', input: '{"am' });
  });

  test('is told when the user stops, and nothing is asked after that', async () => {
    const { chat, server } = await talk([callsTools(weather('c1', 'Rome')), whole('21')], {
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

  test('that never comes to an end stops after so many answers', async () => {
    const { chat, server } = await talk([callsTools(weather('c', 'Rome'))], {
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

describe('results that the page gives later', () => {
  const two = callsTools(weather('c1', 'Rome'), weather('c2', 'Oslo'));

  test('are sent when each call of the answer has one', async () => {
    const { chat, bodies } = await talk([two, whole('Warm and cold')]);
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

  test('given in one go are all kept, and asked with once', async () => {
    const { chat, server } = await talk([two, whole('Warm and cold')]);
    await chat.send('Weather?');
    await Promise.all([
      chat.addToolResult({ toolCallId: 'c1', output: 21 }),
      chat.addToolResult({ toolCallId: 'c2', output: 5 }),
    ]);
    expect(chat.messages[1]?.parts).toMatchObject([{ output: 21 }, { output: 5 }]);
    expect(await server.requests()).toHaveLength(2);
  });

  test('count once: a second click neither changes one nor asks again', async () => {
    const { chat, server } = await talk([callsTools(weather('c1', 'Rome')), whole('21')]);
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
    ['never', false],
    ['for this answer', () => false],
  ] as const)(
    'are not sent by themselves where the page says %s, but with the next question',
    async (_, option) => {
      const { chat, bodies } = await talk([callsTools(weather('c1', 'Rome')), whole('21')], {
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
    },
  );

  test('given while the answer is still arriving are sent at its end', async () => {
    const call = (index: number, id: string) => ({ index, id, function: { name: id, arguments: '{}' } });
    const { chat, server } = await talk([
      [
        // The second call says that the first one is complete.
        chunk({ tool_calls: [call(0, 'c1')] }),
        chunk({ tool_calls: [call(0, 'c2')] }),
        gate('end'),
        chunk({}, 'tool_calls'),
        ...done,
      ],
      whole('Both'),
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
    expect(wordsOf(chat).at(-1)).toBe('assistant: Both');
  });

  test('that never come leave a history that a provider takes', async () => {
    const { chat, bodies } = await talk([callsTools(weather('c1', 'Rome')), whole('Fine')]);
    await chat.send('Weather?');
    await chat.send('Never mind');
    expect((await bodies())[1]?.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant' },
      { role: 'tool', tool_call_id: 'c1', content: expect.stringContaining('no result') },
      { role: 'user' },
    ]);
  });

  test('a call that was stopped half-way is not sent at all', async () => {
    const { chat, bodies } = await talk([
      [
        says('Let me'),
        chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'pay', arguments: '{"am' } }] }),
        hang,
      ],
      whole('Fine'),
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

  test('a question that waits is not asked before them', async () => {
    const { chat } = await talk([callsTools(weather('c1', 'Rome')), whole('21'), whole('Bye')]);
    const first = chat.send('Weather?');
    const second = chat.send('Thanks');
    await first;
    expect(chat.queue).toHaveLength(1);
    await chat.addToolResult({ toolCallId: 'c1', output: 21 });
    await second;
    expect(wordsOf(chat).slice(2)).toEqual(['assistant: 21', 'user: Thanks', 'assistant: Bye']);
  });
});
