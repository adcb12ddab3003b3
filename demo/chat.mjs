/** The server half: what a user of Teleprinter would write. */
import { EventEmitter, once } from 'node:events';
import { jsonOf, RequestError, urlOf } from './listen.mjs';

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-cache',
  // Tells nginx not to collect the answer into one lump.
  'X-Accel-Buffering': 'no',
};

/**
 * Makes the handler of `/api/chat`: the prompt comes in the query of a GET, or in the JSON body of a POST. Each chunk
 * of the model goes out as `data: <JSON>` with an `id:`; `event: end` says that the answer is whole. A page that lost
 * its connection comes back with `Last-Event-ID` and gets the rest; when nobody has come back for a while, the
 * model's request is stopped.
 *
 * @param {import('openai').OpenAI} openai
 * @param {{ model: string, patience?: number }} options `patience`: how long a reader may be away, in milliseconds.
 */
export function createChat(openai, { model, patience = 5000 }) {
  /** The answers that are being made or read, by their random names, which are half of their event IDs. */
  const answers = new Map();

  /** Asks the model, and keeps what comes, so that a reader may leave and come back. */
  function startAnswer(prompt) {
    const name = crypto.randomUUID();
    const changes = new EventEmitter().setMaxListeners(0);
    const answer = { name, events: [], isDone: false, readers: 0, changes, request: new AbortController() };
    answers.set(name, answer);
    const push = (event) => {
      answer.events.push(event);
      changes.emit('change');
    };
    void (async () => {
      try {
        const chunks = await openai.chat.completions.create(
          { model, stream: true, messages: [{ role: 'user', content: prompt }] },
          { signal: answer.request.signal },
        );
        for await (const chunk of chunks) push(`data: ${JSON.stringify(chunk)}\n\n`);
        push('event: end\ndata:\n\n');
      } catch (error) {
        // The provider's own words are for the log: they may name keys, accounts and addresses.
        if (!answer.request.signal.aborted) console.error(error);
        push(`event: error\ndata: ${JSON.stringify({ message: 'The model did not answer.' })}\n\n`);
      }
      answer.isDone = true;
      changes.emit('change');
    })();
    return answer;
  }

  return async function chat(request, response) {
    const lastEventId = request.headers['last-event-id'];
    const [, name, position] = /^([\w-]+):(\d+)$/.exec(lastEventId ?? '') ?? [];
    const answer = lastEventId ? answers.get(name) : startAnswer(await readPrompt(request));
    let next = lastEventId ? Number(position) + 1 : 0;
    if (!answer || next > answer.events.length) {
      response.writeHead(410, { 'Content-Type': 'application/json' });
      response.end('{"error":"This answer is gone."}');
      return;
    }
    answer.readers++;
    clearTimeout(answer.timer);
    response.on('close', () => {
      answer.readers--;
      if (answer.readers > 0) return;
      answer.timer = setTimeout(() => {
        answers.delete(answer.name);
        answer.request.abort();
      }, patience);
    });

    response.writeHead(200, HEADERS);
    response.flushHeaders();
    const closed = once(response, 'close');
    while (!response.destroyed) {
      for (; next < answer.events.length && !response.destroyed; next++) {
        const isTaken = response.write(`id: ${answer.name}:${next}\n${answer.events[next]}`);
        if (!isTaken) await Promise.race([once(response, 'drain'), closed]);
      }
      if (answer.isDone) break;
      await Promise.race([once(answer.changes, 'change'), closed]);
    }
    response.end();
  };
}

/** @throws RequestError where there is none */
async function readPrompt(request) {
  if (request.method === 'GET') return urlOf(request).searchParams.get('prompt') ?? '';
  if (request.method !== 'POST') throw new RequestError(405);
  const body = await jsonOf(request);
  if (typeof body?.prompt !== 'string') throw new RequestError(400);
  return body.prompt;
}
