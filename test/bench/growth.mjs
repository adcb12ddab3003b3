/** Measures how time grows with the size of one event, and with the arguments of one tool call. */
import { parsePartialJson } from 'ai';
import { createParser } from 'eventsource-parser';
import OpenAI from 'openai';
import { stream as coreStream } from '../../dist/core.js';
import { stream } from '../../dist/index.js';
import { toolInput } from '../../dist/json.js';
import { peers } from './peers.js';
import { median } from './statistics.js';
import { bodyOf, chunkOf, chunksOf, responseOf } from './wire.js';

const MEBIBYTE = 2 ** 20;
const WARM_UP = 2;
const URL = 'http://127.0.0.1/answer';

/** Readers of one large event. The peers below have the largest size in MiB: some take quadratic time. */
const READERS = {
  async 'eventsource-parser alone'(fetch, take) {
    const parser = createParser({ onEvent: ({ data }) => take(JSON.parse(data)) });
    const decoder = new TextDecoder();
    const reader = (await fetch()).body.getReader();
    for (;;) {
      const { value } = await reader.read();
      if (!value) return;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  },
  async teleprinter(fetch, take) {
    await coreStream(URL, { fetch, transport: 'fetch', end: false, onEvent: ({ data }) => take(data) })
      .result;
  },
};
const PEERS = {
  openai: 8,
  '@ai-sdk/provider-utils': 8,
  '@microsoft/fetch-event-source': 4,
  'fetch-event-stream': 2,
  '@ant-design/x-sdk': 2,
  'event-source-plus': 1,
};
/** A measurement over this many milliseconds is not repeated. */
const SLOW = 1000;

/** Milliseconds, by reader and size in MiB. */
export async function measureEventSizes(rounds, withPeers) {
  const readers = Object.entries(READERS).map(([name, read]) => ({ name, read, largest: 8 }));
  if (withPeers) {
    for (const [name, largest] of Object.entries(PEERS)) readers.push({ name, read: peers[name], largest });
  }
  const times = {};
  for (const size of [1, 2, 4, 8]) {
    const data = chunkOf({ content: 'x'.repeat(size * MEBIBYTE) });
    const chunks = chunksOf(new TextEncoder().encode(`data: ${data}\n\ndata: [DONE]\n\n`), 1460);
    const all = {};
    for (let round = -WARM_UP; round < rounds; round++) {
      for (const { name, read, largest } of readers) {
        const isSlow = all[name]?.[0] > SLOW;
        if (size > largest || isSlow) continue;
        const time = await timeOf(read, chunks, size * MEBIBYTE);
        if (round >= 0 || time > SLOW) (all[name] ??= []).push(time);
      }
    }
    for (const [name, values] of Object.entries(all)) (times[name] ??= {})[size] = median(values);
  }
  return times;
}

async function timeOf(read, chunks, expected) {
  let length = 0;
  const start = performance.now();
  const take = (value) => (length += value?.choices?.[0].delta.content.length ?? 0);
  try {
    await read(async () => responseOf(chunks), take);
  } catch (error) {
    // The bare parser also passes the end marker on, which is not JSON.
    if (!(error instanceof SyntaxError)) throw error;
  }
  const time = performance.now() - start;
  if (length !== expected) throw new Error(`${length} characters came of ${expected}.`);
  return time;
}

/** About `size` characters of arguments, as a model writes them, in deltas of 20. */
function argumentsOf(size) {
  const steps = [];
  for (let length = 0; length < size; length += 92) {
    steps.push({
      title: `Step ${steps.length}`,
      text: 'Stir "gently", then wait.',
      minutes: 5,
      tags: ['hot'],
    });
  }
  return JSON.stringify({ steps }).match(/.{1,20}/gsu);
}

function toolCallChunks(deltas) {
  const first = {
    role: 'assistant',
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'cook', arguments: '' } }],
  };
  const more = deltas.map((delta) => ({ tool_calls: [{ index: 0, function: { arguments: delta } }] }));
  const events = [first, ...more].map((delta) => `data: ${chunkOf(delta)}\n\n`);
  const last = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\ndata: [DONE]\n\n`;
  return chunksOf(new TextEncoder().encode(events.join('') + last), 1460);
}

const open = (chunks) =>
  stream(new Response(bodyOf(chunks), { headers: { 'content-type': 'text/event-stream' } }));

/** The largest arguments in kB, and a reader that returns the number of steps read. */
const TOOL_READERS = {
  'teleprinter, result.toolCalls': [
    200,
    async (chunks) => (await open(chunks).result).toolCalls[0].input.steps.length,
  ],
  'teleprinter, toolInput(): a value with each delta': [
    200,
    async (chunks) => {
      let seen;
      for await (const value of toolInput(open(chunks), 'cook')) seen = value;
      return seen.steps.length;
    },
  ],
  'openai, chat.completions.stream()': [
    200,
    async (chunks) => {
      const client = new OpenAI({ apiKey: 'none', baseURL: URL, fetch: async () => responseOf(chunks) });
      const runner = client.chat.completions.stream({ model: 'none', messages: [] });
      const completion = await runner.finalChatCompletion();
      return JSON.parse(completion.choices[0].message.tool_calls[0].function.arguments).steps.length;
    },
  ],
  'ai, parsePartialJson() with each delta': [
    50,
    async (chunks) => {
      let text = '';
      let seen;
      for await (const part of open(chunks).parts) {
        if (part.type !== 'tool-call') continue;
        text += part.delta;
        seen = (await parsePartialJson(text)).value;
      }
      return seen.steps.length;
    },
  ],
};

/** Milliseconds, by reader and size in kB. */
export async function measureToolArguments(rounds, withPeers) {
  const times = {};
  for (const size of [50, 100, 200]) {
    const deltas = argumentsOf(size * 1000);
    const chunks = toolCallChunks(deltas);
    const expected = JSON.parse(deltas.join('')).steps.length;
    for (const [name, [largest, read]] of Object.entries(TOOL_READERS)) {
      if (size > largest || (!withPeers && !name.startsWith('teleprinter'))) continue;
      const all = [];
      for (let round = -WARM_UP; round < rounds; round++) {
        const start = performance.now();
        if ((await read(chunks)) !== expected) throw new Error(`${name}: steps are missing.`);
        if (round >= 0) all.push(performance.now() - start);
      }
      (times[name] ??= {})[size] = median(all);
    }
  }
  return times;
}
