/**
 * How each library reads a stream of OpenAI's chunks to decoded objects, as its own documentation has it. Where it
 * gives strings, they are parsed here, as a page would. Runs in Node and in pages.
 *
 * A reader gets a function that answers like `fetch`, and hands each object on; it resolves at the end of the answer.
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

/** Nobody is asked: `fetch` is the bench's own. */
const URL = 'http://127.0.0.1/answer';
const DONE = '[DONE]';

/** The barest loop: each block of so long a beginning, and then JSON. */
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

/** What the machine itself can do. */
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

/** The text alone, of whichever model: no object is handed out. */
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

/** Wants its events named, so it gets bytes of its own, and so does its bare loop. */
export const named = {
  'bare loop, named events': bareLoop('event: message\ndata: '),
  async '@anthropic-ai/sdk'(fetch, take) {
    const client = new Anthropic({ apiKey: 'none', baseURL: URL, fetch, dangerouslyAllowBrowser: true });
    const events = await client.messages.create({ model: 'none', stream: true, max_tokens: 1, messages: [] });
    for await (const event of events) take(event);
  },
};

/** What @microsoft/fetch-event-source takes for granted, where there is no page. */
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
