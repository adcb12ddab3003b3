/**
 * An OpenAI-compatible server, used without an API key. It streams the texts in `answers/` as chat completions, in the real wire
 * format (https://platform.openai.com/docs/api-reference/chat-streaming) and at the pace of a model.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson, listen, RequestError } from './listen.mjs';

const folder = new URL('./answers/', import.meta.url);
const answers = readdirSync(folder).map((name) => ({
  topic: name.replace('.txt', ''),
  text: readFileSync(new URL(name, folder), 'utf8').trimEnd(),
}));

/**
 * Starts the server on a free port of loopback.
 *
 * @param {{ tokenDelay?: number }} [options] `tokenDelay`: milliseconds from one token to the next.
 */
export async function startModel({ tokenDelay = 24 } = {}) {
  /** The requests so far. `stopped` counts the answers whose client disconnected before the end. */
  const stats = { requests: 0, stopped: 0, prompts: [] };
  async function complete(request, response) {
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      response.writeHead(404, { 'Content-Type': 'application/json' });
      response.end(
        '{"error":{"message":"Only POST /v1/chat/completions is here.","type":"invalid_request_error"}}',
      );
      return;
    }
    const { model, messages, stream_options: options } = (await readJson(request)) ?? {};
    if (!Array.isArray(messages)) throw new RequestError(400);
    stats.requests++;
    stats.prompts.push(messages.at(-1)?.content);
    response.on('close', () => {
      if (!response.writableEnded) stats.stopped++;
    });
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
    const id = `chatcmpl-${crypto.randomUUID()}`;
    const created = Math.floor(Date.now() / 1000);
    const send = (choices, rest) =>
      response.write(
        `data: ${JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices, ...rest })}\n\n`,
      );
    const choice = (delta, finish_reason = null) => [{ index: 0, delta, logprobs: null, finish_reason }];

    send(choice({ role: 'assistant', content: '' }));
    const tokens = tokenize(answerTo(messages));
    for (const content of tokens) {
      // The delay between tokens varies, as with a real model.
      await sleep(tokenDelay * (0.5 + Math.random()));
      if (response.destroyed) return;
      send(choice({ content }));
    }
    send(choice({}, 'stop'));
    if (options?.include_usage) {
      const usage = { prompt_tokens: 12, completion_tokens: tokens.length, total_tokens: 12 + tokens.length };
      send([], { usage });
    }
    response.end('data: [DONE]\n\n');
  }

  const { port, stop } = await listen(complete, 0, '127.0.0.1');
  return { baseURL: `http://127.0.0.1:${port}/v1`, stats, stop };
}

function answerTo(messages) {
  const prompt = String(messages.at(-1)?.content ?? '').toLowerCase();
  return (
    answers.find(({ topic }) => prompt.includes(topic)) ?? answers.find(({ topic }) => topic === 'streaming')
  ).text;
}

/** Splits a text into pieces of about the length of tokens: a short word with the space before it, or a part of a long word. */
function tokenize(answer) {
  return answer.match(/\s*(?:[\p{L}\p{M}]{1,6}|\P{L}\p{M}*)/gu) ?? [];
}
