/** The packages of vendors, reading from a local model's server through a relay. */
import { readdirSync, readFileSync } from 'node:fs';
import { createOpenAI } from '@ai-sdk/openai';
import { Chat } from '@ai-sdk/react';
import { convertToModelMessages, DefaultChatTransport, streamText, type UIMessage } from 'ai';
import OpenAI from 'openai';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startModel } from '../../demo/model.mjs';
import { stream, type StreamResult } from '../../src/index.ts';
import { createRelay, type EndedAnswer, type Produce, type RelayOptions } from '../../src/server.ts';
import { ADAPTERS, ask, startServer, type Adapter } from './harness.ts';

async function startVendor() {
  const model = await startModel({ tokenDelay: 1 });
  onTestFinished(() => model.stop());
  return model;
}

async function startRelay(produce: Produce, adapter: Adapter, options: RelayOptions = {}) {
  const ended: EndedAnswer[] = [];
  const relay = createRelay({ onEnd: (answer) => ended.push(answer), ...options });
  return { url: await startServer(adapter, relay, produce), ended };
}

const TEA = /^Boil fresh water.*☕$/s;

describe.each(ADAPTERS)('through %s', (adapter: Adapter) => {
  test("OpenAI's package: the page has the whole answer, over a connection that breaks", async () => {
    const model = await startVendor();
    const openai = new OpenAI({ apiKey: 'none', baseURL: model.baseURL });
    const { url, ended } = await startRelay(async ({ signal, request }) => {
      const { prompt } = (await request.json()) as { prompt: string };
      return openai.chat.completions.create(
        { model: 'm', stream: true, messages: [{ role: 'user', content: prompt }] },
        { signal },
      );
    }, adapter);
    let connections = 0;
    const page = stream(url, {
      body: { prompt: 'tea' },
      resume: true,
      retry: { delay: 10 },
      // The first connection breaks after some bytes.
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (connections++ > 0) return response;
        let seen = 0;
        const cut = new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            seen += chunk.length;
            if (seen > 3000) controller.error(new TypeError('network error'));
            else controller.enqueue(chunk);
          },
        });
        return new Response(response.body!.pipeThrough(cut), response);
      },
    });
    const { outcome, text, finishReason } = await page.result;
    expect([outcome, finishReason]).toEqual(['complete', 'stop']);
    expect(text).toMatch(TEA);
    expect(connections).toBe(2);
    expect(model.stats.requests).toBe(1);
    expect(ended).toMatchObject([{ outcome: 'complete', text, format: 'openaiChat' }]);
  });

  // On a busy machine, the first call of the package takes longer than the headers wait for an error.
  test(
    "OpenAI's package: an error has its status, and stopping stops the request",
    { retry: 1 },
    async () => {
      const model = await startVendor();
      const openai = new OpenAI({ apiKey: 'none', baseURL: `${model.baseURL}/nowhere`, maxRetries: 0 });
      const failing = await startRelay(
        ({ signal }) =>
          openai.chat.completions.create({ model: 'm', stream: true, messages: [] }, { signal }),
        adapter,
        { onError: () => {} },
      );
      expect((await ask(failing.url)).status).toBe(404);

      const slow = await startModel({ tokenDelay: 50 });
      onTestFinished(() => slow.stop());
      const other = new OpenAI({ apiKey: 'none', baseURL: slow.baseURL });
      const { url } = await startRelay(
        ({ signal }) => other.chat.completions.create({ model: 'm', stream: true, messages: [] }, { signal }),
        adapter,
      );
      const reader = await ask(url);
      await reader.until(({ events }) => events.length > 2);
      await ask(url, { method: 'DELETE', lastEventId: reader.lastEventId });
      expect((await reader.done).events.at(-1)?.data).toBe('{"outcome":"stopped"}');
      await expect.poll(() => slow.stats.stopped).toBe(1);
    },
  );

  test("a response of OpenAI's server, piped", async () => {
    const model = await startVendor();
    const { url, ended } = await startRelay(
      ({ signal }) =>
        fetch(`${model.baseURL}/chat/completions`, {
          method: 'POST',
          body: JSON.stringify({ model: 'm', stream: true, messages: [{ role: 'user', content: 'tea' }] }),
          signal,
        }),
      adapter,
    );
    expect(await stream(url, { method: 'POST' }).result).toMatchObject({ outcome: 'complete' });
    expect(ended[0]?.text).toMatch(TEA);
  });

  test("the AI SDK's UI message stream: useChat's own class reads it, and so does the page", async () => {
    const model = await startVendor();
    const provider = createOpenAI({ apiKey: 'none', baseURL: model.baseURL });
    const { url, ended } = await startRelay(
      async ({ signal, request }) => {
        const { messages } = (await request.json()) as { messages: UIMessage[] };
        return streamText({
          model: provider.chat('m'),
          messages: await convertToModelMessages(messages),
          abortSignal: signal,
        }).toUIMessageStreamResponse();
      },
      adapter,
      { heartbeat: 5 },
    );
    const errors: unknown[] = [];
    const chat = new Chat({
      transport: new DefaultChatTransport({ api: url }),
      onError: (error) => errors.push(error),
    });
    await chat.sendMessage({ text: 'tea' });
    expect(errors).toEqual([]);
    expect(chat.status).toBe('ready');
    const parts = chat.messages.at(-1)!.parts;
    expect(parts.find(({ type }) => type === 'text')).toMatchObject({ text: expect.stringMatching(TEA) });
    expect(ended).toMatchObject([{ outcome: 'complete', format: 'aiSdk' }]);

    const page = stream(url, {
      // Heartbeats at this pace prove nothing on a busy machine.
      timeout: { idle: 0 },
      body: { messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text: 'tea' }] }] },
    });
    const { outcome, text } = await page.result;
    expect([outcome, page.format]).toEqual(['complete', 'aiSdk']);
    expect(text).toMatch(TEA);
    expect(model.stats.requests).toBe(2);
  });
});

describe('every recorded stream of a vendor', () => {
  const folder = new URL('../../demo/streams/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.sse'));

  test.each(names)('%s gives the page and onEnd the same result as without a relay', async (name) => {
    const bytes = readFileSync(new URL(name, folder));
    const respond = (): Response => new Response(bytes, { headers: { 'Content-Type': 'text/event-stream' } });
    const { url, ended } = await startRelay(respond, 'handleNode');
    const summaryOf = ({
      outcome,
      text,
      reasoning,
      toolCalls,
      usage,
      finishReason,
    }: StreamResult): object => ({
      outcome,
      text,
      reasoning,
      toolCalls,
      usage,
      finishReason,
    });
    const direct = summaryOf(await stream(respond()).result);
    expect(summaryOf(await stream(url, { method: 'POST' }).result)).toEqual(direct);
    await expect.poll(() => ended.length).toBe(1);
    expect(ended[0]).toMatchObject(direct);
  });

  test.each(names)('%s, whole and cut, ends for readers the same with and without onEnd', async (name) => {
    const bytes = readFileSync(new URL(name, folder));
    const lengths = Array.from({ length: 12 }, (_, at) => Math.ceil((bytes.length * (at + 1)) / 12));
    for (const length of lengths) {
      const responses = [undefined, () => {}].map(async (onEnd) => {
        const request = new Request('http://localhost/', { method: 'POST' });
        const relay = createRelay({ onEnd, onError: () => {} });
        const piece = bytes.subarray(0, length);
        const respond = (): Response =>
          new Response(piece, { headers: { 'Content-Type': 'text/event-stream' } });
        const text = await (await relay.handle(request, respond)).text();
        return text.replaceAll(/[0-9a-f]{32}/g, 'id');
      });
      const [without, withOnEnd] = await Promise.all(responses);
      expect(without).toBe(withOnEnd);
    }
  });
});
