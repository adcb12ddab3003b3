import { describe, expect, test } from 'vitest';
import { createConversation, filePart, openaiMessages, type Message } from '../../src/conversation.ts';
import { HttpError, OptionsError } from '../../src/index.ts';
import { serve } from '../server/client.ts';
import { answer, cut, cutAfter, gate, hang, sse } from '../server/script.ts';
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

describe('a question', () => {
  test('is shown at once, then its answer as it arrives', async () => {
    const { chat, server } = await startChat([
      [textChunk('Blue'), gate('more'), textChunk(' light'), ...done],
    ]);
    expect([chat.status, chat.messages]).toEqual(['ready', []]);
    const answered = chat.send('Why is the sky blue?');
    expect(summaries(chat)).toEqual(['user: Why is the sky blue?', 'assistant: ']);
    expect([chat.status, chat.messages[1]?.status]).toEqual(['submitted', 'submitted']);
    await until(chat, () => summaries(chat)[1] === 'assistant: Blue');
    expect([chat.status, chat.messages[1]?.status]).toEqual(['streaming', 'streaming']);
    await server.open('more');
    const message = await answered;
    expect(summaries(chat)[1]).toBe('assistant: Blue light');
    expect(message).toMatchObject({ role: 'assistant', status: 'done', outcome: 'complete' });
    expect(chat.messages[1]).toBe(message);
    expect(chat.status).toBe('ready');
  });

  test('is sent with the messages before it, and with its own body fields and headers', async () => {
    const { chat, server, bodies } = await startChat([textAnswer('One'), textAnswer('Two')], {
      headers: async () => ({ 'X-Token': 'abc' }),
    });
    await chat.send('first');
    await chat.send('second', { body: { temperature: 0 }, headers: { 'X-Trace': '7' } });
    expect(await bodies()).toEqual([
      { model: 'm', messages: [{ role: 'user', content: 'first' }] },
      {
        model: 'm',
        temperature: 0,
        messages: [
          { role: 'user', content: 'first' },
          { role: 'assistant', content: 'One' },
          { role: 'user', content: 'second' },
        ],
      },
    ]);
    const headers = (await server.requests()).map((request) => request.headers);
    expect(headers.map((each) => [each['x-token'], each['x-trace']])).toEqual([
      ['abc', undefined],
      ['abc', '7'],
    ]);
  });

  test('is sent with its own idempotency key, unless `idempotencyKey` is false', async () => {
    const { chat, server } = await startChat([textAnswer('One')]);
    await chat.send('first');
    await chat.send('second');
    await chat.regenerate();
    const keys = (await server.requests()).map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(3);
    expect(keys.every((key) => key && key.length > 12)).toBe(true);
    const other = await startChat([textAnswer('One')], { idempotencyKey: false });
    await other.chat.send('first');
    expect((await other.server.requests())[0]?.headers['idempotency-key']).toBeUndefined();
  });

  test('is repeated after a lost connection only if `idempotencyKey` is true', async () => {
    const lost = [[cut], textAnswer('One')];
    const plain = await startChat(lost, { retry: { limit: 2, delay: 1 } });
    expect(await plain.chat.send('first')).toMatchObject({ outcome: 'failed' });
    expect(await plain.server.requests()).toHaveLength(1);
    const knowing = await startChat(lost, { retry: { limit: 2, delay: 1 }, idempotencyKey: true });
    expect(await knowing.chat.send('first')).toMatchObject({ outcome: 'complete' });
    const keys = (await knowing.server.requests()).map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  test('has one body, however often the request is repeated', async () => {
    let made = 0;
    const { chat } = await startChat([[cut], [cut], textAnswer('One')], {
      retry: { limit: 3, delay: 1 },
      idempotencyKey: true,
      request: (messages) => ({ messages, made: ++made }),
    });
    expect(await chat.send('first')).toMatchObject({ outcome: 'complete' });
    expect(made).toBe(1);
  });

  test('may have files and metadata', async () => {
    const { chat, bodies } = await startChat([textAnswer('A dot')]);
    const file = await filePart(new File([new Uint8Array([1, 2, 3])], 'dot.png', { type: 'image/png' }));
    expect(file).toEqual({
      type: 'file',
      mediaType: 'image/png',
      filename: 'dot.png',
      url: 'data:image/png;base64,AQID',
    });
    await chat.send({ text: 'What is this?', parts: [file], metadata: { from: 'phone' } });
    expect(chat.messages[0]).toMatchObject({ metadata: { from: 'phone' } });
    expect((await bodies())[0]?.messages).toEqual([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: file.url } },
        ],
      },
    ]);
  });

  test('may be answered by a model in the page, as a byte stream', async () => {
    const seen: string[] = [];
    const chat = createConversation({
      input: (messages, { trigger }) => {
        seen.push(`${trigger} ${messages.length}`);
        return new Response(`data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n`, {
          headers: { 'content-type': 'text/event-stream' },
        }).body!;
      },
      request: openaiMessages(),
    });
    expect(await chat.send('Hello')).toMatchObject({ outcome: 'complete', parts: [{ text: 'Hi' }] });
    expect(seen).toEqual(['send 1']);
  });

  test.each([
    ['an empty text', ''],
    ['no parts', { parts: [] }],
  ])('with %s throws at once, and sends no request', async (_, message) => {
    const { chat, server } = await startChat([textAnswer('One')]);
    expect(() => void chat.send(message)).toThrow(OptionsError);
    expect(chat.messages).toEqual([]);
    expect(await server.requests()).toEqual([]);
  });

  test('with an ID that is in use throws, so that no rendered list has duplicate keys', async () => {
    const { chat } = await startChat([textAnswer('One')]);
    await chat.send({ id: 'a', text: 'first' });
    expect(() => void chat.send({ id: 'a', text: 'second' })).toThrow(OptionsError);
    expect(chat.messages).toHaveLength(2);
  });

  test('throws at once if an option is wrong, and changes nothing', async () => {
    const { chat } = await startChat([textAnswer('One')], { decode: 'yaml' as 'json' });
    expect(() => void chat.send('first')).toThrow(OptionsError);
    expect([chat.messages, chat.status]).toEqual([[], 'ready']);
    expect(() =>
      createConversation({ input: '/', request: () => null, whenBusy: 'wait' as 'queue' }),
    ).toThrow(OptionsError);
  });
});

describe('an answer that was cut off or failed', () => {
  test('keeps the text that arrived, and reports the error', async () => {
    const errors: [string, string | undefined][] = [];
    const { chat } = await startChat([[textChunk('Blue li'), ...cutAfter('Blue li')], textAnswer('Blue')], {
      onError: (error, message) => errors.push([error.code, message?.id]),
    });
    const message = await chat.send('Why?');
    expect(summaries(chat)).toEqual(['user: Why?', 'assistant: Blue li']);
    expect(message).toMatchObject({ status: 'error', outcome: 'truncated', error: { code: 'truncated' } });
    expect([chat.status, chat.error?.code]).toEqual(['error', 'truncated']);
    expect(errors).toEqual([['truncated', message?.id]]);
    chat.clearError();
    expect([chat.status, chat.error]).toEqual(['ready', undefined]);
    expect(chat.messages[1]?.error?.code).toBe('truncated');
  });

  test('is sent back to the model if it has text, and left out if it is empty', async () => {
    const { chat, bodies } = await startChat([
      answer(500, 'text/plain', 'no'),
      [textChunk('Blue li'), ...cutAfter('Blue li')],
      textAnswer('Red'),
    ]);
    await chat.send('first');
    expect(chat.error).toBeInstanceOf(HttpError);
    expect(summaries(chat)).toEqual(['user: first', 'assistant: ']);
    await chat.send('second');
    await chat.send('third');
    expect([chat.status, chat.error]).toEqual(['ready', undefined]);
    expect((await bodies())[2]?.messages).toEqual([
      { role: 'user', content: 'first' },
      { role: 'user', content: 'second' },
      { role: 'assistant', content: 'Blue li' },
      { role: 'user', content: 'third' },
    ]);
  });

  test('can be regenerated without repeating the question', async () => {
    const { chat, bodies } = await startChat([answer(503, 'text/plain', 'busy'), textAnswer('Blue')]);
    await chat.send('Why?');
    await chat.regenerate();
    expect(summaries(chat)).toEqual(['user: Why?', 'assistant: Blue']);
    expect((await bodies()).map(({ messages }) => messages.length)).toEqual([1, 1]);
  });

  test('is also one whose request body the page failed to create', async () => {
    const { chat, server } = await startChat([textAnswer('One')], {
      request: () => {
        throw new Error('no key');
      },
    });
    expect(await chat.send('first')).toMatchObject({ outcome: 'failed', error: { code: 'options' } });
    expect(await server.requests()).toEqual([]);
  });
});

describe('a question during an answer', () => {
  test('waits in the queue, and is sent after that answer', async () => {
    const { chat, server, bodies } = await startChat([
      [textChunk('One'), gate('go'), ...done],
      textAnswer('Two'),
      textAnswer('Three'),
    ]);
    const first = chat.send('first');
    await until(chat, () => chat.status === 'streaming');
    const second = chat.send('second');
    const third = chat.send('third');
    expect(summaries(chat)).toEqual(['user: first', 'assistant: One']);
    expect(summaries({ messages: chat.queue })).toEqual(['user: second', 'user: third']);
    expect(chat.queue[0]?.status).toBe('queued');
    await server.open('go');
    expect((await Promise.all([first, second, third])).map((message) => message?.parts)).toEqual([
      [{ type: 'text', text: 'One' }],
      [{ type: 'text', text: 'Two' }],
      [{ type: 'text', text: 'Three' }],
    ]);
    expect(summaries(chat)).toEqual([
      'user: first',
      'assistant: One',
      'user: second',
      'assistant: Two',
      'user: third',
      'assistant: Three',
    ]);
    expect(chat.queue).toEqual([]);
    expect((await bodies()).map(({ messages }) => messages.length)).toEqual([1, 3, 5]);
  });

  test('stays in the queue if that answer fails, and is sent after the next complete one', async () => {
    const { chat, server } = await startChat([
      [textChunk('O'), gate('go'), cut],
      textAnswer('One'),
      textAnswer('Two'),
    ]);
    const first = chat.send('first');
    await until(chat, () => chat.status === 'streaming');
    const second = chat.send('second');
    await server.open('go');
    await first;
    expect(summaries({ messages: chat.queue })).toEqual(['user: second']);
    await chat.regenerate();
    await second;
    expect(summaries(chat)).toEqual(['user: first', 'assistant: One', 'user: second', 'assistant: Two']);
  });

  test('can be removed from the queue', async () => {
    const { chat, server } = await startChat([[textChunk('One'), gate('go'), ...done]]);
    const first = chat.send('first');
    const second = chat.send('second');
    chat.unqueue(chat.queue[0]!.id);
    expect(await second).toBeUndefined();
    await server.open('go');
    await first;
    expect(chat.queue).toEqual([]);
    expect(await server.requests()).toHaveLength(1);
  });

  test('stops that answer with `interrupt`, and is sent before the queue', async () => {
    const { chat } = await startChat([[textChunk('O'), hang], textAnswer('Two'), textAnswer('Three')]);
    void chat.send('first');
    await until(chat, () => chat.status === 'streaming');
    const waiting = chat.send('second');
    await chat.send('now', { whenBusy: 'interrupt' });
    await waiting;
    expect(summaries(chat)).toEqual([
      'user: first',
      'assistant: O',
      'user: now',
      'assistant: Two',
      'user: second',
      'assistant: Three',
    ]);
    expect(chat.messages[1]).toMatchObject({ status: 'done', outcome: 'stopped' });
  });

  test('throws with `throw`', async () => {
    const { chat } = await startChat([[textChunk('O'), hang]], { whenBusy: 'throw' });
    void chat.send('first');
    expect(() => void chat.send('second')).toThrow(OptionsError);
    expect([chat.messages.length, chat.queue.length]).toEqual([2, 0]);
    chat.stop();
  });
});

describe('stopping', () => {
  test('keeps the text that arrived, ends the request, and is not an error', async () => {
    const finished: string[] = [];
    const { chat, server } = await startChat([[textChunk('Blue li'), hang]], {
      onFinish: ({ outcome }, { metrics }) => finished.push(`${outcome} ${metrics.events}`),
    });
    const answered = chat.send('Why?');
    await until(chat, () => chat.status === 'streaming');
    chat.stop();
    expect([chat.status, chat.error, summaries(chat)[1]]).toEqual(['ready', undefined, 'assistant: Blue li']);
    expect(await answered).toMatchObject({ status: 'done', outcome: 'stopped' });
    expect(finished).toEqual(['stopped 1']);
    await expect.poll(async () => (await server.requests())[0]?.closed).toBe(true);
  });

  test('before the request is sent keeps the question and sends nothing', async () => {
    const { chat, server } = await startChat([textAnswer('One')]);
    void chat.send('Why?');
    chat.stop();
    expect([chat.status, summaries(chat)]).toEqual(['ready', ['user: Why?', 'assistant: ']]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await server.requests()).toEqual([]);
  });

  test('sends the server a DELETE with `stop: true`', async () => {
    const { chat, server } = await startChat(
      [[sse('{"choices":[{"delta":{"content":"B"}}]}', { id: 7 }), hang]],
      {
        stop: true,
      },
    );
    void chat.send('Why?');
    await until(chat, () => chat.status === 'streaming');
    chat.stop();
    await expect
      .poll(async () => (await server.requests())[1])
      .toMatchObject({
        method: 'DELETE',
        headers: { 'last-event-id': '7' },
      });
  });

  test('does nothing when no answer is arriving', async () => {
    const { chat } = await startChat([textAnswer('One')]);
    const before = chat.getSnapshot();
    chat.stop();
    expect(chat.getSnapshot()).toBe(before);
  });
});

describe('regenerate() and edit()', () => {
  test('replace the last answer, or an earlier one and everything after it', async () => {
    const { chat, bodies } = await startChat([
      textAnswer('One'),
      textAnswer('Two'),
      textAnswer('Two again'),
      textAnswer('One again'),
    ]);
    await chat.send('first');
    await chat.send('second');
    const [, one, , two] = chat.messages;
    await chat.regenerate();
    expect(summaries(chat)).toEqual([
      'user: first',
      'assistant: One',
      'user: second',
      'assistant: Two again',
    ]);
    expect(chat.messages[3]?.id).not.toBe(two?.id);
    await chat.regenerate(one!.id);
    expect(summaries(chat)).toEqual(['user: first', 'assistant: One again']);
    expect((await bodies()).map(({ messages }) => messages.length)).toEqual([1, 3, 3, 1]);
    expect(() => void chat.regenerate(two!.id)).toThrow(OptionsError);
  });

  test('stop the answer that is arriving; none of its later text is shown', async () => {
    const { chat, server } = await startChat([
      [textChunk('Old'), gate('late'), textChunk(' late'), hang],
      textAnswer('New'),
    ]);
    void chat.send('first');
    await until(chat, () => chat.status === 'streaming');
    const again = chat.regenerate();
    await server.open('late');
    await again;
    expect(summaries(chat)).toEqual(['user: first', 'assistant: New']);
    expect(chat.status).toBe('ready');
  });

  test('leave no answer arriving, even if the page has added a question after it', async () => {
    const { chat } = await startChat([[textChunk('Old'), hang], textAnswer('New')]);
    void chat.send('first');
    await until(chat, () => chat.status === 'streaming');
    chat.setMessages((messages) => [...messages, { text: 'second' }]);
    await chat.regenerate();
    expect(summaries(chat)).toEqual(['user: first', 'assistant: Old', 'user: second', 'assistant: New']);
    expect(chat.messages[1]).toMatchObject({ status: 'done', outcome: 'stopped' });
  });

  test('show the answer that was requested last, even if a callback requests one when the first is stopped', async () => {
    const retried: unknown[] = [];
    const { chat, server } = await startChat([[textChunk('Old'), hang], textAnswer('Changed')], {
      onFinish: ({ outcome }) => {
        if (outcome === 'stopped' && !retried.length) retried.push(chat.regenerate());
      },
    });
    void chat.send('first');
    await until(chat, () => chat.status === 'streaming');
    expect(await chat.edit(chat.messages[0]!.id, 'changed')).toMatchObject({ outcome: 'complete' });
    expect(await retried[0]).toMatchObject({ outcome: 'stopped' });
    expect([chat.status, ...summaries(chat)]).toEqual(['ready', 'user: changed', 'assistant: Changed']);
    expect(await server.requests()).toHaveLength(2);
  });

  test('show the answer that was requested last, even if a callback requests one whenever an answer is stopped', async () => {
    const { chat, server } = await startChat([[textChunk('Old'), hang], textAnswer('Changed')], {
      onFinish: ({ outcome }) => {
        if (outcome === 'stopped') void chat.regenerate();
      },
    });
    void chat.send('first');
    await until(chat, () => chat.status === 'streaming');
    expect(await chat.edit(chat.messages[0]!.id, 'changed')).toMatchObject({ outcome: 'complete' });
    expect(await server.requests()).toHaveLength(2);
    expect([chat.status, ...summaries(chat)]).toEqual(['ready', 'user: changed', 'assistant: Changed']);
  });

  test('send an edited question without the messages after it', async () => {
    const { chat, bodies } = await startChat([textAnswer('One'), textAnswer('Two'), textAnswer('Changed')]);
    const file = { type: 'file', mediaType: 'image/png', url: 'data:,' } as const;
    await chat.send({ text: 'first', parts: [file] });
    await chat.send('second');
    const { id } = chat.messages[0]!;
    await chat.edit(id, 'changed');
    expect(summaries(chat)).toEqual(['user: changed|file', 'assistant: Changed']);
    expect(chat.messages[0]?.id).toBe(id);
    expect((await bodies())[2]?.messages).toHaveLength(1);
    expect(() => void chat.edit(chat.messages[1]!.id, 'x')).toThrow(OptionsError);
    expect(() => void chat.edit(id, { parts: [] })).toThrow(OptionsError);
  });
});

describe('the messages', () => {
  test('are the same objects while another message grows', async () => {
    const { chat, server } = await startChat(
      [[textChunk('a'), gate('1'), textChunk('b'), gate('2'), textChunk('c'), ...done]],
      {
        throttle: 0,
        initial: Array.from({ length: 1000 }, (_, at) => ({
          id: `m${at}`,
          role: at % 2 ? ('assistant' as const) : ('user' as const),
          text: `text ${at}`,
        })),
      },
    );
    const before = chat.messages;
    const answered = chat.send('next');
    const seen = new Set<readonly Message[]>();
    chat.subscribe(() => seen.add(chat.messages));
    for (const [text, next] of [
      ['a', '1'],
      ['ab', '2'],
    ] as const) {
      await until(chat, () => summaries(chat).at(-1) === `assistant: ${text}`);
      expect(chat.getSnapshot()).toBe(chat.getSnapshot());
      await server.open(next);
    }
    await answered;
    expect(seen.size).toBeGreaterThanOrEqual(3);
    for (const messages of seen) expect(before.every((message, at) => messages[at] === message)).toBe(true);
  });

  test('keep their earlier parts while the last part grows', async () => {
    const { chat, server } = await startChat([
      [chunk({ reasoning_content: 'Hm' }), textChunk('Blue'), gate('1'), textChunk(' light'), ...done],
    ]);
    const answered = chat.send('Why?');
    await until(chat, () => chat.messages[1]?.parts.length === 2);
    const [reasoning, text] = chat.messages[1]!.parts;
    expect([reasoning, text]).toEqual([
      { type: 'reasoning', text: 'Hm', metadata: expect.anything() },
      { type: 'text', text: 'Blue' },
    ]);
    await server.open('1');
    await answered;
    expect(chat.messages[1]?.parts[0]).toBe(reasoning);
    expect(text).toEqual({ type: 'text', text: 'Blue' });
  });

  test('change at most once per `throttle` while an answer grows, and contain all of it at its end', async () => {
    const deltas = Array.from({ length: 200 }, (_, at) => `${at} `);
    const server = await serve([...deltas.flatMap((delta) => [textChunk(delta)]), ...done]);
    const chat = createConversation({ input: server.url, request: openaiMessages(), throttle: 100_000 });
    let calls = 0;
    chat.subscribe(() => calls++);
    await chat.send('Count');
    expect(summaries(chat)[1]).toBe(`assistant: ${deltas.join('')}`);
    // Sent, first chunk, ended, each perhaps with one throttled change.
    expect(calls).toBeLessThan(8);
  });

  test('can be replaced: an arriving answer continues if it is kept, and is stopped otherwise', async () => {
    const { chat, server } = await startChat([
      [textChunk('a'), gate('1'), textChunk('b'), ...done],
      [textChunk('c'), hang],
    ]);
    const answered = chat.send('first');
    await until(chat, () => chat.status === 'streaming');
    chat.setMessages((messages) => [{ id: 's', role: 'system', text: 'Be brief' }, ...messages]);
    await server.open('1');
    await answered;
    expect(summaries(chat)).toEqual(['system: Be brief', 'user: first', 'assistant: ab']);
    void chat.send('second');
    void chat.send('waits');
    await until(chat, () => chat.status === 'streaming');
    chat.setMessages([]);
    expect([chat.messages, chat.queue, chat.status]).toEqual([[], [], 'ready']);
    await expect.poll(async () => (await server.requests())[1]?.closed).toBe(true);
    expect(chat.messages).toEqual([]);
  });

  test('contain a tool call once, and it runs once', async () => {
    const { chat } = await startChat([toolCallAnswer(['c', 'now', {}]), textAnswer('Noon')], {
      onToolCall: () => '12:00',
    });
    await chat.send('Time?');
    expect(summaries(chat)).toEqual(['user: Time?', 'assistant: tool-call', 'assistant: Noon']);
  });
});
