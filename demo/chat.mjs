/** The chat endpoint of the demo, as a user of Teleprinter would write it. */
import { createRelay } from 'teleprinter/server';
import { RequestError } from './listen.mjs';

/** Creates the handler of `/api/chat`. The prompt is in the query of a GET, or in the JSON body of a POST. */
export function createChat(openai, { model, ...options }) {
  const relay = createRelay({ maxBodySize: 100_000, ...options });
  return (request, response) =>
    relay.handleNode(request, response, async ({ request, signal }) => {
      const messages = [{ role: 'user', content: await promptOf(request) }];
      return openai.chat.completions.create({ model, messages, stream: true }, { signal });
    });
}

/** @throws RequestError if there is no prompt */
async function promptOf(request) {
  if (request.method === 'GET') return new URL(request.url).searchParams.get('prompt') ?? '';
  const body = await request.text();
  try {
    const { prompt } = JSON.parse(body);
    if (typeof prompt === 'string') return prompt;
  } catch {
    // Not JSON: answered 400 below.
  }
  throw new RequestError(400);
}
