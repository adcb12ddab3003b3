/** Warnings of development builds, which the `development` condition in package.json's exports selects. */

import type { RawEvent } from '../contract/transport.ts';

const PROVIDERS =
  /(^|\.)(openai\.com|openai\.azure\.com|anthropic\.com|googleapis\.com|mistral\.ai|groq\.com|openrouter\.ai|deepseek\.com|x\.ai|cohere\.(com|ai)|together\.(ai|xyz)|perplexity\.ai|fireworks\.ai|huggingface\.co)$/;
const SECRET_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'];
const SECRET_PARAMETERS = ['key', 'api_key', 'api-key', 'apikey', 'token', 'access_token'];

const warned = new Set<string>();

function warnOnce(key: string, message: string): void {
  if (warned.has(key)) return;
  warned.add(key);
  console.warn(`Teleprinter: ${message}`);
}

/** Warns if a page sends a secret API key to a model provider. */
export function warnOfSecrets(input: string | Request, headers: Headers): void {
  if (!globalThis.document) return;
  const { hostname, searchParams } = new URL(typeof input === 'string' ? input : input.url, document.baseURI);
  const isSecret =
    SECRET_HEADERS.some((name) => headers.has(name)) ||
    SECRET_PARAMETERS.some((name) => searchParams.has(name));
  if (!isSecret || !PROVIDERS.test(hostname)) return;
  warnOnce(
    hostname,
    `this page sends a secret key to ${hostname}, so whoever opens the page can read it. Send the request to a server of yours, which adds the key.`,
  );
}

/** Warns if a proxy or compression held the answer back. */
export function warnOfBuffering(events: number, waitedMs: number): void {
  warnOnce(
    'buffering',
    `the first ${events} events came at once, after ${Math.round(waitedMs)} ms: something between the model and the page holds them back. Send the headers X-Accel-Buffering: no and Cache-Control: no-cache, no-transform, and compress no text/event-stream.`,
  );
}

/** Warns if events arrived and the format understood none of them. */
export function warnOfUnknownEvents({ type, data }: RawEvent, format: string): void {
  warnOnce(
    'nothing understood',
    `events came, and the format ${format} understood none of them. The first is named '${type}', with data ${data.slice(0, 200)}. Set the option format (see docs/guide/any-model.md), list the names of events with text in events, or read the events themselves: for await (const event of stream).`,
  );
}
