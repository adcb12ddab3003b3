/**
 * Reads a stream of OpenAI's chunks to decoded objects with each library, as in its documentation. If a library emits strings,
 * they are parsed here, as a page would do. Runs in Node and in pages.
 *
 * A reader gets a function like `fetch` and a callback for each object. It resolves at the end of the answer.
 */
import { parseJsonEventStream } from '@ai-sdk/provider-utils';
import { XStream } from '@ant-design/x-sdk';
import Anthropic from '@anthropic-ai/sdk';
import { fetchEventSource } from '@microsoft/fetch-event-source';
import { EventSourcePlus } from 'event-source-plus';
import { EventSource } from 'eventsource';
import { createEventSource } from 'eventsource-client';
import { events } from 'fetch-event-stream';
import OpenAI from 'openai';
import { stream as coreStream } from '../../dist/core.js';
import { stream } from '../../dist/index.js';

/** Never requested, because `fetch` is replaced. */
const URL = 'http://127.0.0.1/answer';
const DONE = '[DONE]';

/** A minimal loop: cuts a prefix of fixed length off each block, and parses the rest as JSON. */
const bareLoop = (beginning) => async (fetch, take) => {
  const reader = (await fetch(URL)).body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { value } = await reader.read();
    if (!value) return;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const data = block.slice(beginning.length);
      if (data && data !== DONE) take(JSON.parse(data));
    }
  }
};

/** The upper limits of the machine. */
export const floors = {
  async 'bytes read only'(fetch) {
    const reader = (await fetch(URL)).body.getReader();
    while (!(await reader.read()).done);
  },
  'bare loop': bareLoop('data: '),
};

export const ours = {
  async 'teleprinter, callback'(fetch, take) {
    await coreStream(URL, { fetch, transport: 'fetch', onEvent: ({ data }) => take(data) }).result;
  },
  async 'teleprinter, iterator'(fetch, take) {
    for await (const { data } of coreStream(URL, { fetch, transport: 'fetch' })) take(data);
  },
};

/** Reads only the text, of any model, without objects for the consumer. */
export const text = {
  async 'teleprinter, text by auto()'(fetch, take) {
    for await (const delta of stream(URL, { fetch, transport: 'fetch' }).text) take(delta);
  },
};

export const peers = {
  async openai(fetch, take) {
    const client = new OpenAI({ apiKey: 'none', baseURL: URL, fetch, dangerouslyAllowBrowser: true });
    const chunks = await client.chat.completions.create({ model: 'none', stream: true, messages: [] });
    for await (const chunk of chunks) take(chunk);
  },
  async '@ai-sdk/provider-utils'(fetch, take) {
    const { body } = await fetch(URL);
    const reader = parseJsonEventStream({ stream: body }).getReader();
    for (;;) {
      const { value } = await reader.read();
      if (!value) return;
      take(value.value);
    }
  },
  '@microsoft/fetch-event-source': (fetch, take) =>
    withPage(() =>
      fetchEventSource(URL, {
        fetch,
        openWhenHidden: true,
        onmessage: ({ data }) => void (data !== DONE && take(JSON.parse(data))),
      }),
    ),
  eventsource: (fetch, take) =>
    new Promise((resolve) => {
      const source = new EventSource(URL, { fetch });
      source.addEventListener('message', ({ data }) => {
        if (data !== DONE) take(JSON.parse(data));
        else {
          source.close();
          resolve();
        }
      });
    }),
  async 'eventsource-client'(fetch, take) {
    const source = createEventSource({ url: URL, fetch });
    for await (const { data } of source) {
      if (data === DONE) break;
      take(JSON.parse(data));
    }
    source.close();
  },
  'event-source-plus': (fetch, take) =>
    new Promise((resolve) => {
      const source = new EventSourcePlus(URL, { fetch }).listen({
        onMessage({ data }) {
          if (data !== DONE) take(JSON.parse(data));
          else {
            source.abort();
            resolve();
          }
        },
      });
    }),
  async 'fetch-event-stream'(fetch, take) {
    for await (const { data } of events(await fetch(URL))) if (data !== DONE) take(JSON.parse(data));
  },
  async '@ant-design/x-sdk'(fetch, take) {
    const { body } = await fetch(URL);
    for await (const { data } of XStream({ readableStream: body })) if (data !== DONE) take(JSON.parse(data));
  },
};

/** Requires named events, so it gets other bytes, with its own bare loop. */
export const named = {
  'bare loop, named events': bareLoop('event: message\ndata: '),
  async '@anthropic-ai/sdk'(fetch, take) {
    const client = new Anthropic({ apiKey: 'none', baseURL: URL, fetch, dangerouslyAllowBrowser: true });
    const events = await client.messages.create({ model: 'none', stream: true, max_tokens: 1, messages: [] });
    for await (const event of events) take(event);
  },
};

/** Runs with the globals that @microsoft/fetch-event-source requires outside a page. */
async function withPage(run) {
  const isPage = 'window' in globalThis;
  if (!isPage) Object.assign(globalThis, { window: globalThis, document: { removeEventListener() {} } });
  try {
    await run();
  } finally {
    if (!isPage) {
      delete globalThis.window;
      delete globalThis.document;
    }
  }
}
