/** Conversations with a server of the AI SDK: approvals, tool results, and provider metadata. */
import {
  convertToModelMessages,
  simulateReadableStream,
  stepCountIs,
  streamText,
  tool,
  type UIMessage,
} from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  createConversation,
  openaiMessages,
  uiMessages,
  type Conversation,
  type MessagePart,
} from '../../src/conversation.ts';

type Chunk =
  Awaited<ReturnType<MockLanguageModelV3['doStream']>>['stream'] extends ReadableStream<infer C> ? C : never;

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const finish = (reason: 'stop' | 'tool-calls'): Chunk => ({
  type: 'finish',
  usage,
  finishReason: { unified: reason, raw: reason },
});
const textChunks = (delta: string): Chunk[] => [
  { type: 'text-start', id: 't' },
  { type: 'text-delta', id: 't', delta },
  { type: 'text-end', id: 't' },
];
const callChunk = (toolCallId: string, toolName: string, signature?: string): Chunk => ({
  type: 'tool-call',
  toolCallId,
  toolName,
  input: '{"minutes":3}',
  ...(signature && { providerMetadata: { google: { thoughtSignature: signature } } }),
});

/** Starts a conversation with a route as in the AI SDK's docs, with a model that gives these answers. */
function startChat(...answers: readonly Chunk[][]): {
  chat: Conversation;
  model: MockLanguageModelV3;
  brewed: unknown[];
} {
  const brewed: unknown[] = [];
  const remaining = [...answers];
  const model = new MockLanguageModelV3({
    doStream: async () => ({ stream: simulateReadableStream({ chunks: remaining.shift()! }) }),
  });
  const input = z.object({ minutes: z.number() });
  const brew = tool({
    inputSchema: input,
    needsApproval: true,
    execute: async (given) => {
      brewed.push(given);
      return 'ready';
    },
  });
  const wash = tool({ inputSchema: input, execute: async () => {} });
  const chat = createConversation({
    input: 'http://localhost/api/chat',
    request: uiMessages(),
    fetch: async (_, init) => {
      const { messages } = JSON.parse(init?.body as string) as { messages: UIMessage[] };
      return streamText({
        model,
        messages: await convertToModelMessages(messages),
        tools: { brew, wash, smell: tool({ inputSchema: input }) },
        stopWhen: stepCountIs(5),
      }).toUIMessageStreamResponse();
    },
  });
  return { chat, model, brewed };
}

const partsOf = ({ messages }: Conversation, at: number): unknown => messages[at]?.parts;

describe('a tool of the server that needs approval', () => {
  const approvalRequest = [callChunk('c1', 'brew'), finish('tool-calls')];

  test('runs after approval, and its result is set on its call', async () => {
    const { chat, brewed } = startChat(approvalRequest, [...textChunks('Here is your tea.'), finish('stop')]);
    await chat.send('Tea!');
    expect(chat.status).toBe('ready');
    expect(partsOf(chat, 1)).toMatchObject([
      { type: 'tool-call', id: 'c1', state: 'approval-requested', approval: { id: expect.any(String) } },
    ]);
    expect(brewed).toEqual([]);
    const answer = await chat.addToolApproval({ toolCallId: 'c1', approved: true });
    expect(brewed).toEqual([{ minutes: 3 }]);
    expect(partsOf(chat, 1)).toMatchObject([
      { state: 'done', output: 'ready', approval: { approved: true } },
    ]);
    expect(answer).toMatchObject({ outcome: 'complete', parts: [{ text: 'Here is your tea.' }] });
    expect(chat.messages).toHaveLength(3);
  });

  test('does not run if rejected, and the model gets the reason', async () => {
    const { chat, model, brewed } = startChat(approvalRequest, [
      ...textChunks('As you wish.'),
      finish('stop'),
    ]);
    await chat.send('Tea!');
    await chat.addToolApproval({ toolCallId: 'c1', approved: false, reason: 'too late in the day' });
    expect(brewed).toEqual([]);
    expect(partsOf(chat, 1)).toMatchObject([{ state: 'error', approval: { approved: false } }]);
    expect(JSON.stringify(model.doStreamCalls[1]?.prompt)).toContain('too late in the day');
    expect(partsOf(chat, 2)).toMatchObject([{ text: 'As you wish.' }]);
  });

  test('waits until every call is approved or rejected', async () => {
    const { chat, brewed } = startChat(
      [callChunk('c1', 'brew'), callChunk('c2', 'brew'), finish('tool-calls')],
      [...textChunks('Two cups.'), finish('stop')],
    );
    await chat.send('Tea for two!');
    expect(await chat.addToolApproval({ toolCallId: 'c1', approved: true })).toBeUndefined();
    expect(brewed).toHaveLength(0);
    await chat.addToolApproval({ toolCallId: 'c2', approved: true });
    expect(brewed).toHaveLength(2);
    expect(partsOf(chat, 1)).toMatchObject([{ state: 'done' }, { state: 'done' }]);
  });

  test('is done even if it returns nothing', async () => {
    const { chat } = startChat(
      [callChunk('c1', 'wash'), finish('tool-calls')],
      [...textChunks('All clean.'), finish('stop')],
    );
    await chat.send('Wash up!');
    expect(partsOf(chat, 1)).toMatchObject([{ id: 'c1', state: 'done' }, { text: 'All clean.' }]);
  });

  test('does not run if the reader sends another question instead', async () => {
    const { chat, brewed, model } = startChat(approvalRequest, [...textChunks('Hello.'), finish('stop')]);
    await chat.send('Tea!');
    await chat.send('Or rather: hello');
    expect(brewed).toEqual([]);
    expect(partsOf(chat, 3)).toMatchObject([{ text: 'Hello.' }]);
    expect(JSON.stringify(model.doStreamCalls[1]?.prompt)).toContain('went on without it');
  });
});

describe('provider metadata', () => {
  test('is sent back with the call, reasoning or text that it belongs to', async () => {
    const reasoningChunks = (id: string, text: string, signature: string): Chunk[] => [
      { type: 'reasoning-start', id },
      ...(text ? [{ type: 'reasoning-delta', id, delta: text } as const] : []),
      { type: 'reasoning-end', id, providerMetadata: { anthropic: { signature } } },
    ];
    const { chat, model } = startChat(
      [
        ...reasoningChunks('r1', 'They want tea.', 'sig-1'),
        ...reasoningChunks('r2', '', 'redacted'),
        ...textChunks('Let me smell.'),
        callChunk('c1', 'smell', 'sig-2'),
        finish('tool-calls'),
      ],
      [...textChunks('It is tea.'), finish('stop')],
    );
    await chat.send('What is it?');
    await chat.addToolResult({ toolCallId: 'c1', output: 'flowery' });
    expect(partsOf(chat, 1)).toMatchObject([
      { type: 'reasoning', text: 'They want tea.', metadata: { anthropic: { signature: 'sig-1' } } },
      { type: 'reasoning', text: '', metadata: { anthropic: { signature: 'redacted' } } },
      { type: 'text', text: 'Let me smell.' },
      { type: 'tool-call', state: 'done', metadata: { google: { thoughtSignature: 'sig-2' } } },
    ]);
    const asked = model.doStreamCalls[1]?.prompt.find(({ role }) => role === 'assistant')?.content;
    expect(asked).toMatchObject([
      { type: 'reasoning', text: 'They want tea.', providerOptions: { anthropic: { signature: 'sig-1' } } },
      { type: 'reasoning', text: '', providerOptions: { anthropic: { signature: 'redacted' } } },
      { type: 'text', text: 'Let me smell.' },
      { type: 'tool-call', providerOptions: { google: { thoughtSignature: 'sig-2' } } },
    ]);
    expect(partsOf(chat, 2)).toMatchObject([{ text: 'It is tea.' }]);
  });
});

describe('other chunks of the stream', () => {
  /** The parts of an answer that consists of these chunks. */
  async function partsOfStream(...chunks: readonly object[]): Promise<readonly MessagePart[]> {
    const events = [...chunks, { type: 'finish' }, '[DONE]'].map(
      (chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`,
    );
    const chat = createConversation({
      input: () => new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } }),
      request: uiMessages(),
      format: 'aiSdk',
    });
    return (await chat.send('Tea?'))!.parts;
  }
  const text = (delta: string): object => ({ type: 'text-delta', id: 't', delta });

  test('signatures of sources, files and later calls are not added to a text', async () => {
    const providerMetadata = { google: { thoughtSignature: 'of something else' } };
    const source = { type: 'source-url', sourceId: 's', url: 'https://tea.example', providerMetadata };
    const [first, ...others] = await partsOfStream(
      text('Tea.'),
      source,
      { type: 'file', mediaType: 'image/png', url: 'data:,', providerMetadata },
      { type: 'tool-input-start', toolCallId: 'c1', toolName: 'brew', providerMetadata },
      { type: 'tool-input-available', toolCallId: 'c1', toolName: 'brew', input: {}, providerMetadata },
    );
    expect(first).toEqual({ type: 'text', id: 't', text: 'Tea.' });
    expect(others).toMatchObject([
      { type: 'data', name: 'source-url' },
      { type: 'file', url: 'data:,' },
      { type: 'tool-call', id: 'c1', metadata: providerMetadata },
    ]);
  });

  test('reasoning that starts with a signature is a part of its own, even if the step before used its ID', async () => {
    const reasoning = (type: string, more: object): object => ({
      type: `reasoning-${type}`,
      id: '0',
      ...more,
    });
    const of = (signature: string): object => ({ providerMetadata: { anthropic: { signature } } });
    expect(
      await partsOfStream(
        { type: 'start-step' },
        reasoning('start', {}),
        reasoning('delta', { delta: 'Tea?' }),
        reasoning('end', of('first')),
        { type: 'tool-input-available', toolCallId: 'c1', toolName: 'brew', input: {} },
        { type: 'start-step' },
        reasoning('start', of('redacted')),
        reasoning('end', {}),
        text('One.'),
        { type: 'start-step' },
        text('Tw'),
        { type: 'reset-step' },
        text('Two.'),
      ),
    ).toMatchObject([
      { type: 'reasoning', text: 'Tea?', metadata: { anthropic: { signature: 'first' } } },
      { type: 'tool-call' },
      { type: 'reasoning', text: '', metadata: { anthropic: { signature: 'redacted' } } },
      { type: 'text', text: 'One.Two.' },
    ]);
  });

  test('a step that is retried leaves the parts before it unchanged', async () => {
    const brew = { toolCallId: 'c1', toolName: 'brew' };
    expect(
      await partsOfStream(
        { type: 'start-step' },
        text('One.'),
        { type: 'tool-input-available', ...brew, input: { minutes: 3 } },
        { type: 'tool-output-available', toolCallId: 'c1', output: 'ready' },
        text('Two.'),
        { type: 'data-note', data: 1 },
        { type: 'start-step' },
        text('Thr'),
        { type: 'tool-input-available', toolCallId: 'c2', toolName: 'brew', input: {} },
        { type: 'reset-step' },
        text('Three.'),
      ),
    ).toMatchObject([
      { type: 'text', text: 'One.' },
      { type: 'tool-call', id: 'c1', state: 'done', output: 'ready' },
      { type: 'text', text: 'Two.Three.' },
      { type: 'data', name: 'data-note', data: 1 },
    ]);
  });

  test("the page's own data about a call is not taken for the result of the call", async () => {
    const data = { toolCallId: 'c1', output: 'half' };
    expect(
      await partsOfStream(
        { type: 'tool-input-available', toolCallId: 'c1', toolName: 'brew', input: {} },
        { type: 'data-tool-output', data },
      ),
    ).toMatchObject([
      { type: 'tool-call', state: 'called' },
      { type: 'data', name: 'data-tool-output', data },
    ]);
  });

  test('a file keeps the signature that Gemini expects back with it', async () => {
    const file = {
      type: 'file',
      mediaType: 'image/png',
      url: 'data:,',
      providerMetadata: { google: { thoughtSignature: 'abc' } },
    };
    const parts = await partsOfStream(file);
    expect(parts).toEqual([file]);
    const message = { id: 'a', role: 'assistant', status: 'done', parts } as const;
    const context = { id: 'chat', trigger: 'send', answerId: 'b', idempotencyKey: 'k' } as const;
    const body = await uiMessages()([message], { ...context, messageId: undefined });
    const { messages } = body as { messages: UIMessage[] };
    expect(await convertToModelMessages(messages)).toMatchObject([
      { content: [{ type: 'file', providerOptions: file.providerMetadata }] },
    ]);
  });

  test('a file without a type can be sent again', async () => {
    const [file] = await partsOfStream({ type: 'file', url: 'https://tea.example/pot' });
    const question = { id: 'q', role: 'user', status: 'done', parts: [file!] } as const;
    const context = { id: 'chat', trigger: 'send', answerId: 'b', idempotencyKey: 'k' } as const;
    const body = openaiMessages()([question], { ...context, messageId: undefined });
    expect(body).toMatchObject({ messages: [{ content: [{ type: 'file' }] }] });
  });

  test('data with the same name and ID replaces the first; other data is added', async () => {
    const note = (id: string | undefined, data: number): object => ({ type: 'data-note', id, data });
    expect(
      await partsOfStream(
        note('1', 1),
        note('2', 2),
        text('Tea'),
        note('1', 3),
        note(undefined, 4),
        note(undefined, 5),
      ),
    ).toMatchObject([{ data: 3 }, { data: 2 }, { text: 'Tea' }, { data: 4 }, { data: 5 }]);
  });
});
